package report

import (
	"fmt"
	"strings"
	"testing"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/metrics/metricstest"
)

// TestJourney: steps come in the order in which they began, each after the one that it is in.
func TestJourney(t *testing.T) {
	steps := func(of map[string][]float64) metrics.HistogramBy {
		by := metrics.HistogramBy{By: map[string]metrics.HistogramValues{}}
		for name, values := range of {
			by.By[name] = metrics.ValuesOf(metricstest.SketchOf(values...))
		}
		return by
	}
	for name, test := range map[string]struct {
		starts, ok, failed, operations map[string][]float64
		want                           string
	}{
		"in order": {
			starts: map[string][]float64{"z": {0}, "a": {50}, "m": {100}}, ok: map[string][]float64{"z": {10}, "a": {20}, "m": {30}},
			want: "steps: z at 0, a at 50, m at 100",
		},
		"nested": {
			starts: map[string][]float64{"out": {10}, "out / late": {300}, "out / early": {20}, "out / early / deep": {21}, "first": {0}, "last": {500}},
			ok:     map[string][]float64{"out": {400}, "out / late": {10}, "out / early": {10}, "out / early / deep": {5}, "first": {1}, "last": {1}},
			want:   "steps: first at 0, out at 10, >early at 20, >>deep at 21, >late at 300, last at 500",
		},
		"a name that only looks as if it were in another": {
			starts: map[string][]float64{"a / b": {5}, "c": {0}}, ok: map[string][]float64{"a / b": {1}, "c": {1}},
			want: "steps: c at 0, a / b at 5",
		},
		"one that always fails": {
			starts: map[string][]float64{"a": {0}, "b": {100}}, ok: map[string][]float64{"a": {1}}, failed: map[string][]float64{"b": {70}},
			want: "steps: a at 0, b at 100 (1 of 1 failed, 70)",
		},
		"of an earlier version": {
			ok:   map[string][]float64{"a": {100}, "b": {200}, "b / c": {50}, "d": {1}},
			want: "steps: a at 0, b at 100, >c at 100, d at 300",
		},
		"without a name, as a file of others may have": {
			starts: map[string][]float64{"": {0}, " / a": {5}}, ok: map[string][]float64{"": {1}, " / a": {1}},
			want: "steps:  at 0, a at 5",
		},
		"of operations": {
			operations: map[string][]float64{"click": {10, 20}, "navigate": {500}, "fill": {1}},
			want:       "operations: navigate at 0, click at 0, fill at 0",
		},
		"of nothing": {want: "operations: "},
	} {
		t.Run(name, func(t *testing.T) {
			j := journey(&metrics.ScenarioResult{Histograms: map[string]metrics.HistogramBy{
				"step_offset_us": steps(test.starts), "step_duration_us": steps(test.ok), "step_failure_duration_us": steps(test.failed), "action_duration_us": steps(test.operations),
			}})
			var texts []string
			for _, s := range j.Stages {
				text := fmt.Sprintf("%s%s at %.0f", strings.Repeat(">", s.Depth), s.Short, s.Start)
				if s.Failed > 0 {
					text += fmt.Sprintf(" (%d of %d failed, %.0f)", s.Failed, s.Count, s.P50)
				}
				texts = append(texts, text)
			}
			if got := string(j.Of) + ": " + strings.Join(texts, ", "); got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}
