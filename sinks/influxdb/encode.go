package influxdb

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/influxdata/influxdb-client-go/v2/api/write"
	protocol "github.com/influxdata/line-protocol"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/sinks/points"
	"github.com/liveload/liveload/sinks/pump"
)

// textField is the only field that is not a number.
const textField = "text"

// encode makes a record of one line for each point. Every number is a float, also a count: a field that had two
// types would be refused.
func encode(all []points.Point) ([]pump.Record, error) {
	records := make([]pump.Record, 0, len(all))
	var line bytes.Buffer
	out := protocol.NewEncoder(&line)
	for _, p := range all {
		line.Reset()
		_, err := out.Encode(pointOf(p))
		switch {
		case errors.Is(err, protocol.ErrNoFields): // none is a number that can be written
		case err != nil:
			return nil, fmt.Errorf("encode %s for InfluxDB: %w", p.Metric, err)
		default:
			records = append(records, pump.Record{Points: 1, Data: bytes.TrimSuffix(bytes.Clone(line.Bytes()), []byte("\n"))})
		}
	}
	return records, nil
}

func pointOf(p points.Point) *write.Point {
	out := write.NewPointWithMeasurement(measurement(p)).SetTime(p.Time)
	out.AddTag("run", tagValue(p.Run))
	if p.Scenario != metrics.NodeScope {
		out.AddTag("scenario", tagValue(p.Scenario))
	}
	if p.Node != "" {
		out.AddTag("node", tagValue(p.Node))
	}
	for name, value := range p.Labels.All() {
		out.AddTag(tagName(p, name), tagValue(value))
	}
	for _, f := range p.Fields {
		out.AddField(f.Name, f.Value)
	}
	if p.Text != "" {
		out.AddField(textField, p.Text)
	}
	return out.SortTags()
}

// measurement is the name of the metric. A script's own must not be taken for what is not a metric.
func measurement(p points.Point) string {
	own := p.Kind == points.KindUsers || p.Kind == points.KindOverall || p.Kind == points.KindAnnotation
	name := strings.TrimSuffix(p.Metric, metrics.ByNodeSuffix)
	if !own && slices.Contains([]string{points.UsersMetric, points.OverallMetric, points.AnnotationsMetric}, name) {
		return "metric_" + p.Metric
	}
	return p.Metric
}

// tagName is the name of the label, with tag_ before what already has a meaning: our own tags, fields, and what
// InfluxDB reserves.
func tagName(p points.Point, name string) string {
	taken := name == "node" && (p.Scenario != metrics.NodeScope || p.Node != "") || slices.Contains(reservedTags, name) || strings.HasPrefix(name, "_")
	return points.FreeName(p.Labels, name, taken)
}

var reservedTags = append(points.FieldNames(), textField, "run", "scenario", "time")

// tagValue replaces backslashes: at the end of a tag there cannot be one, and versions of InfluxDB disagree about what
// one before another character means.
func tagValue(value string) string { return strings.ReplaceAll(value, `\`, "∖") }
