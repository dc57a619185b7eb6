// Package cluster measures what many nodes cost the controller: the merge of what they measure, and a whole cluster
// of workers without browsers.
package cluster

import (
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/liveload/liveload/metrics"
)

var began = time.Date(2026, 8, 1, 12, 0, 0, 0, time.UTC)

// pages is how many pages the tested application has: a snapshot has three series of each.
const pages = 100

// bank returns snapshots of 300 series and more: those of 100 users who do three operations a second each.
func bank(size int) []*metrics.Snapshot {
	all := make([]*metrics.Snapshot, size)
	for i := range all {
		r, registry := rand.New(rand.NewPCG(uint64(i), 1)), metrics.NewRegistry()
		queue, err := registry.Custom(metrics.CustomGauge("queue"))
		if err != nil {
			panic(err)
		}
		rec := metrics.NewRecorder("", began, registry)
		node, s := rec.Scope(metrics.NodeScope), rec.Scope("buy")
		node.Observe(metrics.GeneratorCPUPercent, metrics.GeneratorCPUPercent.With("node"), float64(r.IntN(100)))
		node.Observe(metrics.GeneratorLag, metrics.GeneratorLag.With("node"), r.ExpFloat64()*1000)
		s.UserStarted()
		for page := range pages {
			path, event := fmt.Sprintf("/shop/:id/items/%d", page), fmt.Sprint("save ", page)
			for range 1 + r.IntN(9) {
				s.Observe(metrics.LiveViewEventDuration, metrics.LiveViewEventDuration.With(event, path), r.ExpFloat64()*50_000)
				s.Observe(metrics.HTTPRequestDuration, metrics.HTTPRequestDuration.With("document", "2xx", "200", "shop.example", path), 100*float64(r.IntN(10_000)))
				s.Add(metrics.Iterations, metrics.Iterations.With("ok"), 1)
			}
			if page < pages-10 {
				s.Add(metrics.LiveViewEvents, metrics.LiveViewEvents.With(event, path), int64(1+r.IntN(9)))
			} else {
				s.SetGauge(queue, metrics.LabelsOf("page", path), float64(r.IntN(100)))
			}
		}
		all[i] = rec.Snapshot(began.Add(time.Second))
	}
	return all
}
