// Package grafana owns what Grafana shows of a run: dashboards over the points that sinks/influxdb writes, one over what
// Prometheus gets, and the files that provision Grafana with them. Dashboards are data in Go; the JSON is never written by hand.
package grafana

import (
	"encoding/json"
	"fmt"

	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
)

// A model is a dashboard as the SDK has it.
//
//lint:ignore SA1019 the newer schema is for Grafana 12 and later alone
type model = dashboard.Dashboard

// A Dashboard is one that Grafana can import.
type Dashboard struct {
	UID  string // the same in every Grafana
	JSON []byte

	model model
}

// Dashboards returns all dashboards, in the order in which people read them.
func Dashboards() ([]Dashboard, error) {
	var all []Dashboard
	for _, b := range []*board{runBoard(), liveViewBoard(), requestsBoard(), applicationBoard(), generatorsBoard(), compareBoard(), promBoard()} {
		m, err := b.build()
		if err != nil {
			return nil, fmt.Errorf("make the dashboard %s: %w", b.uid, err)
		}
		text, err := json.MarshalIndent(m, "", "  ")
		if err != nil {
			return nil, fmt.Errorf("encode the dashboard %s: %w", b.uid, err)
		}
		all = append(all, Dashboard{b.uid, append(text, '\n'), m})
	}
	return all, nil
}
