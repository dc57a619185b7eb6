package compare_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/metrics/compare"
	"github.com/liveload/liveload/metrics/compare/comparetest"
)

// TestEqualRealRuns: of two runs of the demo nothing is called worse, better or changed, in either order.
func TestEqualRealRuns(t *testing.T) {
	old, equal := comparetest.Recorded(t, comparetest.Old), comparetest.Recorded(t, comparetest.Equal)
	for _, c := range []compare.Comparison{compare.Files(old, equal, nil), compare.Files(equal, old, nil)} {
		s := c.Scenarios[0]
		if same := s.Count(compare.Same); same < 50 {
			t.Errorf("only %d numbers can be judged", same)
		}
		for _, r := range s.Rows {
			if r.Verdict != compare.Same && r.Verdict != compare.Unclear {
				t.Errorf("%s %s %s is %s: %v, then %v", r.Name, r.Label, r.Statistic, r.Verdict, r.Old, r.New)
			}
		}
	}
}

// TestASlowerRealEvent: 40 ms more on one event is found, and beside it only what waits for that event.
func TestASlowerRealEvent(t *testing.T) {
	s := compare.Files(comparetest.Recorded(t, comparetest.Old), comparetest.Recorded(t, comparetest.Slower), nil).Scenarios[0]
	var worse []string
	for _, r := range s.Rows {
		if r.Verdict == compare.Worse {
			worse = append(worse, strings.TrimSpace(r.Name+" "+r.Label))
		} else if r.Verdict == compare.Better || r.Verdict == compare.Changed {
			t.Errorf("%s %s %s is %s", r.Name, r.Label, r.Statistic, r.Verdict)
		}
	}
	waiting := []string{metrics.ActionDuration.Name + " waitForText", metrics.LiveViewEventDuration.Name, metrics.LiveViewLoadingClassDuration.Name, metrics.LiveViewLoadingClassDuration.Name + " phx-click-loading"}
	if !slices.Contains(worse, metrics.LiveViewEventDuration.Name+" inc") {
		t.Errorf("worse are %q, without the event inc", worse)
	}
	for _, w := range worse {
		if w != metrics.LiveViewEventDuration.Name+" inc" && !slices.Contains(waiting, w) {
			t.Errorf("%s is worse, too", w)
		}
	}
}
