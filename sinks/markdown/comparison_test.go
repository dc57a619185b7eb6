package markdown

import (
	"strings"
	"testing"

	"github.com/liveload/liveload/metrics/compare"
)

// TestHeadlineOfAComparison: it is no ✅ when something was not to be, or nothing was compared.
func TestHeadlineOfAComparison(t *testing.T) {
	scenario := func(verdicts ...compare.Verdict) []compare.Scenario {
		s := compare.Scenario{Name: "shop"}
		for _, v := range verdicts {
			s.Rows = append(s.Rows, compare.Row{Verdict: v})
		}
		return []compare.Scenario{s}
	}
	spoiled := []compare.Scenario{{Doubts: []compare.Doubt{{Text: "saturated", Spoils: true}}}}
	for _, tt := range []struct {
		of   compare.Comparison
		want string
	}{
		{compare.Comparison{Missing: []compare.Missing{{Name: "shop", In: "old.json"}}}, "❌ nothing can be compared: no scenario is in both files"},
		{compare.Comparison{Scenarios: spoiled, Limits: []compare.Limited{{}}}, "⚠️ the runs cannot be compared"},
		{compare.Comparison{Scenarios: scenario(compare.Same), Limits: []compare.Limited{{OK: true}, {}}}, "❌ 1 limit not held"},
		{compare.Comparison{Scenarios: scenario(compare.Worse, compare.Better, compare.Better)}, "❌ 1 number worse, 2 better"},
		{compare.Comparison{Scenarios: scenario(compare.Better), Missing: []compare.Missing{{Name: "pay", In: "new.json"}}}, "⚠️ 1 scenario not compared"},
		{compare.Comparison{Scenarios: scenario(compare.Better, compare.Better)}, "✅ 2 numbers better, none worse"},
		{compare.Comparison{Scenarios: scenario(compare.Same), Limits: []compare.Limited{{OK: true}}}, "✅ nothing differs by more than noise"},
	} {
		if got := headline(tt.of); got != tt.want {
			t.Errorf("%q, want %q", got, tt.want)
		}
	}
	if text := Comparison(compare.Comparison{}); !strings.HasPrefix(text, "## liveload: ❌") {
		t.Errorf("it begins with %.60q", text)
	}
}
