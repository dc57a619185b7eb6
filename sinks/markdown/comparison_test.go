package markdown

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/metrics/compare"
	"github.com/liveload/liveload/metrics/compare/comparetest"
	"github.com/liveload/liveload/metrics/metricstest"
)

func TestNothingToCompare(t *testing.T) {
	if text := Comparison(compare.Comparison{}); !strings.HasPrefix(text, "## liveload: ❌ Nothing to compare\n") {
		t.Errorf("it begins with %.60q", text)
	}
}

// TestComparison: of two real runs, the second of which is slower in one event.
func TestComparison(t *testing.T) {
	limit, err := compare.ParseLimit("liveview_event_duration_us{inc} p50 +10ms")
	if err != nil {
		t.Fatal(err)
	}
	old, new := comparetest.Recorded(t, comparetest.Old), comparetest.Recorded(t, comparetest.Slower)
	old.Results[0].Health, new.Results[0].Health = metrics.Health{}, metrics.Health{}
	metricstest.Golden(t, filepath.Join("testdata", "comparison.md"), []byte(Comparison(compare.Files(old, new, []compare.Limit{limit}))))
}

// TestACommentHasRoom: comments with more than 65,536 characters are refused.
func TestACommentHasRoom(t *testing.T) {
	var c compare.Comparison
	for range 3 {
		s := compare.Scenario{Name: "shop", Old: &compare.Run{}, New: &compare.Run{}}
		for _, v := range []compare.Verdict{compare.Worse, compare.Unclear, compare.Same} {
			for range 1000 {
				s.Rows = append(s.Rows, compare.Row{Metric: metrics.IterationDuration, Name: metrics.IterationDuration.Name, Label: strings.Repeat("x", 60), Statistic: compare.P95, Verdict: v, Why: "because"})
			}
		}
		c.Scenarios = append(c.Scenarios, s)
	}
	if text := Comparison(c); len(text) > CommentLimit || !strings.Contains(text, "and 960 more") {
		t.Errorf("it has %d characters", len(text))
	}
	for len(c.Scenarios) < 12 {
		c.Scenarios = append(c.Scenarios, c.Scenarios[0])
	}
	for i := range 1000 {
		c.Missing = append(c.Missing, compare.Missing{Name: strings.Repeat("y", 300), In: "old.json"})
		c.Scenarios[0].Doubts = append(c.Scenarios[0].Doubts, compare.Doubt{Text: "option " + strings.Repeat("z", 100+i)})
	}
	text := Comparison(c)
	if len(text) > CommentLimit || !strings.Contains(text, "\nShortened to ") {
		t.Errorf("it has %d characters, and ends with\n%s", len(text), text[max(len(text)-700, 0):])
	}
	checkPage(t, text)
}

// TestText: a name of a script is no Markdown.
func TestText(t *testing.T) {
	for text, want := range map[string]string{
		"a_b *c* `d` [e](f) <img> @all #1": "a\\_b \\*c\\* \\`d\\` \\[e\\](f) &lt;img&gt; @\u200ball \\#\u200b1",
		"1.5 s":                            "1.5 s", "-3 %": "-3 %", "1. one": `1\. one`, "- one": `\- one`, "a|b": "a&#124;b", "---": `\---`,
	} {
		if got := Text(text); got != want {
			t.Errorf("Text(%q) = %q, want %q", text, got, want)
		}
	}
}
