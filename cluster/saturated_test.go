package cluster

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"

	"github.com/liveload/liveload/metrics"
)

// TestSaturatedNodesAreToldOnce: each node when it begins to be saturated while others are not, and when that is over.
func TestSaturatedNodesAreToldOnce(t *testing.T) {
	var told bytes.Buffer
	log := slog.New(slog.NewTextHandler(&told, &slog.HandlerOptions{ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey || a.Key == slog.MessageKey {
			return slog.Attr{}
		}
		return a
	}}))
	var w saturationWatch
	for _, step := range []struct {
		nodes int
		names []string
		want  string
	}{
		{3, nil, ""},
		{3, []string{"b"}, "level=WARN node=b reason=\"b is busy\"\n"},
		{3, []string{"b"}, ""},
		{3, []string{"a", "b"}, "level=WARN node=a reason=\"a is busy\"\n"},
		{3, []string{"a", "b", "c"}, ""}, // all of them
		{3, []string{"a"}, "level=INFO node=b\n"},
		{2, nil, "level=INFO node=a\n"},
		{2, []string{"b"}, "level=WARN node=b reason=\"b is busy\"\n"},
		{1, []string{"b"}, ""}, // the only one that is left
	} {
		told.Reset()
		health := metrics.Health{SaturatedNodes: step.names}
		for _, name := range step.names {
			health.Reasons = append(health.Reasons, "node "+name+": "+name+" is busy", "node "+name+": its timers are late")
		}
		w.follow(&metrics.Interval{Nodes: step.nodes, Health: health}, log)
		if got := told.String(); got != step.want {
			t.Errorf("%s of %d nodes are saturated: told %q, want %q", strings.Join(step.names, ", "), step.nodes, got, step.want)
		}
	}
}
