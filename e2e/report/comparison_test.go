package report

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/liveload/liveload/e2e/pagetest"
	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/metrics/compare"
	"github.com/liveload/liveload/metrics/compare/comparetest"
	"github.com/liveload/liveload/report"
	"github.com/liveload/liveload/report/reporttest"
)

// saveComparison writes the page of a comparison, and returns its address.
func saveComparison(t *testing.T, c compare.Comparison) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "comparison.html")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := report.WriteComparison(f, c); err != nil {
		t.Fatal(err)
	}
	return "file://" + path
}

// slower compares two real runs; in the second one event takes 40 ms longer.
func slower(t *testing.T) compare.Comparison {
	old, new := comparetest.Recorded(t, comparetest.Old), comparetest.Recorded(t, comparetest.Slower)
	old.Results[0].Health, new.Results[0].Health = metrics.Health{}, metrics.Health{} // the machine was busy
	return compare.Files(old, new, nil)
}

// TestComparison: the first screen has the verdict, what differs and by how much; filter, search and order work.
func TestComparison(t *testing.T) {
	p := pagetest.Open(t, saveComparison(t, slower(t)), pagetest.Options{})
	for _, want := range []string{"Worse", "worse, 0 better.", "click answered inc p50: 3.20 ms → 44.8 ms", "old.json", "slower.json", "click answered inc"} {
		if said := p.Text("body"); !strings.Contains(said, want) {
			t.Errorf("the first screen lacks %q:\n%s", want, said)
		}
	}
	rows := func() (names []string) {
		p.Eval(`[...document.querySelectorAll('.differences tbody tr:not([hidden]) .what')].map((e) => e.innerText.split('\n')[0])`, &names)
		return names
	}
	worse := rows()
	if len(worse) == 0 || worse[0] != "click answered inc" {
		t.Errorf("the rows are %q", worse)
	}
	p.Click(".chip.same")
	p.Wait(fmt.Sprintf(`document.querySelectorAll('.differences .what').length > %d`, len(worse)))
	p.Click(".differences .search input")
	for _, key := range strings.Split("shift", "") {
		p.Press(key)
	}
	p.Wait(`[...document.querySelectorAll('.differences .what')].every((e) => e.innerText.includes('layout shift'))`)
	p.Eval(`(() => { const i = document.querySelector('.differences .search input'); i.value = ''; i.dispatchEvent(new Event('input')); })()`, nil)
	p.Click(".differences th:nth-child(2) button")
	if sorted := rows(); !slices.IsSortedFunc(sorted, func(a, b string) int { return strings.Compare(strings.ToLower(a[:5]), strings.ToLower(b[:5])) }) {
		t.Errorf("sorted by what they are, the rows are %q", sorted)
	}
}

// TestComparisonOpensRows: with the keyboard, to both distributions over each other, whose values are those of the Results.
func TestComparisonOpensRows(t *testing.T) {
	c := slower(t)
	p := pagetest.Open(t, saveComparison(t, c), pagetest.Options{})
	p.Eval(`document.querySelector('.differences .opener').focus()`, nil)
	p.Press("Enter")
	p.Wait(`document.querySelectorAll('.differences .more canvas').length === 2`)
	var p50 []string
	p.Eval(`[...document.querySelectorAll('.differences .curve tbody tr')].map((r) => [...r.cells].map((c) => c.textContent)).find((r) => r[0] === '50')`, &p50)
	d := report.FromComparison(c).Scenarios[0].Rows[0]
	if want := []string{"50", d.Old, d.New}; !slices.Equal(p50, want) {
		t.Errorf("half of them took %q, want %q", p50, want)
	}
	p.Eval(`document.querySelector('.differences .curve .plot').focus()`, nil)
	p.Press("Home", "ArrowRight")
	if said := p.Text(".differences .curve .at"); !strings.HasPrefix(said, "≤ ") {
		t.Errorf("the cursor is at %q", said)
	}
	var drawn, whiskers int
	p.Eval(`[...document.querySelectorAll('canvas')].filter((c) => new Uint32Array(c.getContext('2d').getImageData(0, 0, c.width, c.height).data.buffer).some((v) => v)).length`, &drawn)
	p.Eval(`[...document.querySelectorAll('.whisker .dot')].filter((e) => e.getBoundingClientRect().left > e.parentNode.querySelector('.zero').getBoundingClientRect().left).length`, &whiskers)
	if drawn != 6 || whiskers == 0 {
		t.Errorf("%d charts have something drawn, want 6; %d dots are right of the middle", drawn, whiskers)
	}
}

// TestComparisonIsReadableEverywhere, and its pictures are kept.
func TestComparisonIsReadableEverywhere(t *testing.T) {
	address := saveComparison(t, slower(t))
	for _, o := range []pagetest.Options{{}, {Dark: true}, {Width: 390, Height: 844}, {Width: 390, Height: 844, Dark: true}} {
		p := pagetest.Open(t, address, o)
		p.Click(".differences .opener")
		p.Wait(`document.querySelector('.differences .curve canvas')`)
		p.Eval(`scrollTo(0, 0)`, nil)
		p.Screenshot(fmt.Sprintf("comparison-%d-%s", cmp.Or(o.Width, 1440), map[bool]string{true: "dark", false: "light"}[o.Dark]))
		var wide []string
		p.Eval(`[...document.querySelectorAll('body *')].filter((e) => e.getBoundingClientRect().right > innerWidth + 1 && !e.closest('.scroller, .tabs, .aside, .skip, .values, .plot')).map((e) => e.outerHTML.slice(0, 80))`, &wide)
		if len(wide) > 0 {
			t.Errorf("at %d pixels these do not fit: %q", o.Width, wide)
		}
	}
}

// TestComparisonOfEverything: scenarios have tabs, what spoils a comparison stands first, names that are hostile stay text.
func TestComparisonOfEverything(t *testing.T) {
	const hostile = `</script><img src=x onerror="document.title='run'">`
	old, new := reporttest.Shop{Scenarios: []string{"buy", hostile, "gone"}}.Results(), reporttest.Shop{Scenarios: []string{"buy", hostile}, Users: 9, Seconds: 120}.Results()
	for i := range new {
		new[i].RunID, new[i].Health = "another", metrics.Health{Saturated: i == 1, Reasons: []string{hostile}}
		new[i].Global.Counters[metrics.FailureCauses.Name] = metrics.CounterBy{Series: []metrics.LabelledValue[int64]{{Labels: metrics.LabelsOf("class", hostile, "reason", "new"), Value: 3}}}
		old[i].Thresholds[1].OK, new[i].Thresholds[1].OK = true, false
	}
	limit, err := compare.ParseLimit("liveview_event_duration_us p95 +10%")
	if err != nil {
		t.Fatal(err)
	}
	c := compare.Files(compare.File{Name: hostile, Results: old}, compare.File{Name: "new.json", Results: new}, []compare.Limit{limit})
	p := pagetest.Open(t, saveComparison(t, c), pagetest.Options{})
	if said := p.Text(".banner"); !strings.HasPrefix(said, "!\nNot comparable") || !strings.Contains(said, "gone is not compared") {
		t.Errorf("the verdict is %q", said)
	}
	if said := p.Text("#limits"); !strings.Contains(said, "liveview_event_duration_us p95 +10%") || !strings.Contains(said, "is not met any more") {
		t.Errorf("limits and thresholds: %q", said)
	}
	p.Eval(`document.querySelector('[role=tab]').focus()`, nil)
	p.Press("ArrowRight")
	p.Wait(`document.querySelector('.doubts .spoils').innerText.includes('saturated')`)
	if said := p.Text("#only"); !strings.Contains(said, "New failures") || !strings.Contains(said, hostile) {
		t.Errorf("in one run only: %q", said)
	}
	var title string
	var pictures int
	p.Eval(`document.title`, &title)
	p.Eval(`document.querySelectorAll('img').length`, &pictures)
	if title == "run" || pictures > 0 {
		t.Errorf("the title is %q, and there are %d pictures", title, pictures)
	}
}
