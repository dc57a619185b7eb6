package report_test

import (
	"encoding/json"
	"testing"

	"github.com/liveload/liveload/metrics/compare"
	"github.com/liveload/liveload/metrics/compare/comparetest"
	"github.com/liveload/liveload/report"
	"github.com/liveload/liveload/report/reporttest"
	"github.com/liveload/liveload/sinks/markdown"
)

// TestComparisonsOfOddRuns: each odd run is compared with each, and all of it can be written.
func TestComparisonsOfOddRuns(t *testing.T) {
	all := reporttest.All()
	for i, old := range all {
		for _, new := range all[max(i-1, 0):min(i+2, len(all))] { // itself, and its neighbours
			c := compare.Files(compare.File{Name: old.Name, Results: old.Results}, compare.File{Name: new.Name, Results: new.Results}, nil)
			page := report.FromComparison(c)
			for _, content := range []any{c, page} {
				if _, err := json.Marshal(content); err != nil {
					t.Errorf("%s and %s: %v", old.Name, new.Name, err)
				}
			}
			if page.Verdict.Title == "" || markdown.Comparison(c) == "" {
				t.Errorf("%s and %s have no verdict", old.Name, new.Name)
			}
		}
	}
}

// TestWhiskers: the picture of a change says what its verdict does.
func TestWhiskers(t *testing.T) {
	c := compare.Files(comparetest.Recorded(t, comparetest.Old), comparetest.Recorded(t, comparetest.Slower), nil)
	drawn := 0
	for _, d := range report.FromComparison(c).Scenarios[0].Rows {
		w := d.Whisker
		if w == nil {
			continue
		}
		drawn++
		if w.Low > w.Middle || w.Middle > w.High || w.Low < -1 || w.High > 1 {
			t.Errorf("%s %s %s: %+v", d.Metric, d.Label, d.Statistic, w)
		}
		if d.Verdict == compare.Worse && w.Low <= 0 && w.High >= 0 {
			t.Errorf("%s %s is worse, but its line crosses the middle: %+v", d.Metric, d.Label, w)
		}
	}
	if drawn < 50 {
		t.Errorf("only %d pictures", drawn)
	}
}
