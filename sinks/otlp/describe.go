package otlp

import (
	"regexp"
	"strings"

	common "go.opentelemetry.io/proto/slim/otlp/common/v1"
	pb "go.opentelemetry.io/proto/slim/otlp/metrics/v1"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/sinks/points"
)

// prefix is before all names, since others send metrics to the same receiver.
const prefix = "liveload_"

// Metrics that are not in the catalogue.
const (
	prepared       = prefix + "prepared"
	usersActive    = prefix + "users_active"
	usersStarted   = prefix + "users_started"
	usersSucceeded = prefix + "users_succeeded"
	usersFailed    = prefix + "users_failed"
)

// ownHelp describes them.
var ownHelp = map[string]string{
	prepared:       "A run was prepared: the write that tries the receiver.",
	usersActive:    "Users that have started and not ended.",
	usersStarted:   "A user started.",
	usersSucceeded: "A user ended and had not failed.",
	usersFailed:    "A user ended as failed.",
}

// describe returns a metric of the catalogue or of a script, without points.
func (e *encoder) describe(p *points.Part, name string) *pb.Metric {
	m := &pb.Metric{Name: prefix + strings.TrimPrefix(p.Name(name), prefix), Unit: "1"}
	if ownHelp[m.Name] != "" { // a script's
		m.Name += "_2"
	}
	if definition, ok := e.rows.Metric(name); ok {
		m.Description, m.Unit = definition.Help, unit(definition.Unit)
	}
	return m
}

// own returns one of our own metrics, without points.
func own(p *points.Part, name string) *pb.Metric {
	return &pb.Metric{Name: p.Name(name), Unit: "1", Description: ownHelp[name]}
}

// units are those of the metrics in UCUM, the code of units that OpenTelemetry uses.
var units = map[string]string{
	metrics.Microseconds: "us", metrics.Bytes: "By", metrics.Percent: "%", metrics.Ratio: "1", metrics.Events: "1", "": "1",
	"ns": "ns", "ms": "ms", "s": "s", "min": "min", "h": "h", "seconds": "s", "%": "%",
}

// annotation is a unit that UCUM does not know, for people only.
var annotation = regexp.MustCompile(`^[!-z]{1,20}$`)

func unit(name string) string {
	code, ok := units[name]
	switch {
	case ok:
		return code
	case annotation.MatchString(name):
		return "{" + name + "}"
	}
	return "1"
}

// Attributes of a point beside its labels.
const (
	runAttribute      = "run"
	scenarioAttribute = "scenario"
	nodeAttribute     = "node"
)

func (e *encoder) attributes(p *points.Part, labels metrics.Labels) []*common.KeyValue {
	all := []*common.KeyValue{attribute(runAttribute, e.run)}
	if p.Scenario != metrics.NodeScope {
		all = append(all, attribute(scenarioAttribute, p.Scenario))
	}
	if p.Node != "" {
		all = append(all, attribute(nodeAttribute, p.Node))
	}
	for name, value := range labels.All() {
		all = append(all, attribute(labelName(p, labels, name), value))
	}
	return all
}

// labelName has tag_ in front when the name is an attribute's already.
func labelName(p *points.Part, labels metrics.Labels, name string) string {
	taken := name == runAttribute || name == scenarioAttribute || name == nodeAttribute && p.Scenario != metrics.NodeScope
	return points.FreeName(labels, name, taken)
}
