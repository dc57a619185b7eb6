package markdown

import (
	"fmt"
	"strings"
	"testing"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/metrics/metricstest"
)

func TestRun(t *testing.T) {
	bad, fine := metricstest.Shop{}.Result(), metricstest.Shop{Name: "browse", Fine: true, Seconds: 20}.Result()
	metricstest.Golden(t, "testdata/shop.md", []byte(Run([]metrics.Result{bad}, CommentLimit)))
	cluster := metricstest.Shop{Nodes: 3, Seconds: 20, Busy: true}.Result()
	metricstest.Golden(t, "testdata/two.md", []byte(Run([]metrics.Result{fine, cluster, {Name: "broken", Error: "a.js:1: no `x` | y"}}, CommentLimit)))
}

// TestALargeRunFits: what a reader asks first stays, and the page says what it left out.
func TestALargeRunFits(t *testing.T) {
	large := metricstest.Shop{Nodes: 12, Seconds: 2}.Result()
	byPage := make(map[string]metrics.HistogramValues)
	for i := range 300 {
		byPage[fmt.Sprintf("/products/%d", i)] = metrics.ValuesOf(metricstest.SketchOf(float64(i)))
	}
	large.Global.Histograms["document_load_us"] = metrics.HistogramBy{Aggregate: large.Global.Histograms["document_load_us"].Aggregate, By: byPage}
	for i := range 300 {
		large.Health.Notes = append(large.Health.Notes, fmt.Sprintf("note %d", i))
	}
	pages := make(map[int]string)
	for _, limit := range []int{CommentLimit, StepLimit, 2_000} {
		page := Run([]metrics.Result{large}, limit)
		pages[limit] = page
		if len(page) > limit {
			t.Errorf("%d bytes instead of %d", len(page), limit)
		}
		checkPage(t, page)
		said := strings.Contains(page, "\nShortened to ")
		if whole := limit == StepLimit; said == whole {
			t.Errorf("of %d bytes it says that something is left out: %v", limit, said)
		}
		for _, want := range []string{"## liveload: ❌ Failed. 2 of 3 thresholds were not met.\n", "| page opened | ", "- ⚠️ 1 of 12 nodes lost"} {
			if !strings.Contains(page, want) {
				t.Errorf("in %d bytes there is no %q:\n%.2000s", limit, want, page)
			}
		}
	}
	if page := Run([]metrics.Result{large}, 100); page != "" {
		t.Errorf("in 100 bytes there is %q", page)
	}
	page := pages[CommentLimit]
	for _, want := range []string{"<summary>12 nodes</summary>", "&nbsp;&nbsp;&nbsp;and 275 more", " more notes</summary>"} {
		if !strings.Contains(page, want) {
			t.Errorf("there is no %q", want)
		}
	}
	many, small := make([]metrics.Result, 30), metricstest.Shop{Seconds: 1}.Result()
	for i := range many {
		many[i] = small
		many[i].Name = fmt.Sprint("scenario ", i)
	}
	if page := Run(many, CommentLimit); len(page) > CommentLimit || !strings.Contains(page, "### ❌ `scenario 0`") || !strings.Contains(page, "\nShortened to ") {
		t.Errorf("of 30 scenarios there are %d bytes: %.500s", len(page), page)
	}
}

func TestLimit(t *testing.T) {
	r := metrics.Result{Name: "buy", Limit: &metrics.Limit{Of: "users", Held: new(8.0), Broke: new(16.0), Statement: "The application held 8 users; at 16, ...", Steps: []metrics.LimitStep{
		{Load: 8, Text: "8 users", Held: true},
		{Load: 16, Text: "16 users", By: metrics.LimitApplication, Reasons: []string{"p(95) of a|b was 3 s, over 1 s"}},
		{Load: 12, Text: "12 users", By: metrics.LimitGenerator, Reasons: []string{"node here: the CPU was busy", "9 late"}},
		{Load: 12, Text: "12 users", Again: true, Held: true},
	}}}
	page := Run([]metrics.Result{r}, CommentLimit)
	for _, want := range []string{
		"## liveload: ✅ 8 users held. The application held 8 users; at 16, ...\n",
		"| | load | |\n|---|---|---|\n| ✅ | 8 users | held |\n| ❌ | 16 users | p(95) of a&#124;b was 3 s, over 1 s |\n" +
			"| ⚠️ | 12 users | node here: the CPU was busy, and 9 late |\n| ✅ | 12 users | tried again: held |\n",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page is\n%s\nwithout\n%s", page, want)
		}
	}
}

func TestOddRuns(t *testing.T) {
	for want, results := range map[string][]metrics.Result{
		"## liveload: ❌ Failed. No scenario has run.\n":                              nil,
		"## liveload: ❌ Could not run.\n\n### ❌ `a`\n\nCould not run: `no file`\n":   {{Name: "a", Error: "no file"}},
		"## liveload: ❌ Nothing was measured. No iteration has ended.\n":             {{Name: "a"}},
		"## liveload: ⚠️ Interrupted. The run was stopped before its end.\n":         {{Name: "a", Interrupted: true}},
		"## liveload: ✅ Passed. All 3 thresholds were met.\n\n### `browse`\n\n10 us": {metricstest.Shop{Name: "browse", Fine: true, Seconds: 5}.Result()},
	} {
		page := Run(results, CommentLimit)
		if !strings.HasPrefix(page, want) {
			t.Errorf("the page is\n%s\nwant\n%s", page, want)
		}
		checkPage(t, page)
	}
}
