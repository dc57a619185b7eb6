package terminal_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/sinks/terminal"
)

// searched is what a search has found after each of its steps; the last one is the end.
func searched() []*metrics.Limit {
	promise := func(us float64) []metrics.ThresholdOutcome {
		return []metrics.ThresholdOutcome{
			{Metric: "liveview_event_duration_us", Expression: "p(95)<250ms", OK: us < 250_000, Value: &us},
			{Metric: "iteration_failures", Expression: "rate<1%", OK: true, Value: new(0.0)},
		}
	}
	steps := []metrics.LimitStep{
		{Load: 8, Text: "8 users", Held: true, Thresholds: promise(31_000)},
		{Load: 16, Text: "16 users", By: metrics.LimitGenerator, Reasons: []string{"node here: the machine's CPU was above 90 %"}, Thresholds: promise(260_000)},
		{Load: 12, Text: "12 users", By: metrics.LimitApplication, Reasons: []string{"p(95) of liveview_event_duration_us was 412 ms, over 250 ms"}, Thresholds: promise(412_000)},
		{Load: 10, Text: "10 users", By: metrics.LimitLoad, Reasons: []string{"only 9 of 10 users were left, the others had ended"}, Thresholds: promise(190_000)},
		{Load: 9, Text: "9 users", Held: true, Thresholds: promise(150_000)},
		{Load: 10, Text: "10 users", Again: true, Held: true, Thresholds: promise(170_000)},
		{Load: 11, Text: "11 users", By: metrics.LimitApplication, Reasons: []string{"p(95) of liveview_event_duration_us was 300 ms, over 250 ms"}, Thresholds: promise(300_000)},
		{Load: 11, Text: "11 users", Again: true, By: metrics.LimitApplication, Reasons: []string{"p(95) of liveview_event_duration_us was 301 ms, over 250 ms"}, Thresholds: promise(301_000)},
	}
	found := []*metrics.Limit{{Of: "users"}}
	for i := range steps {
		l := &metrics.Limit{Of: "users", Held: &steps[[]int{0, 0, 0, 0, 4, 5, 5, 5}[i]].Load, Steps: steps[:i+1]}
		if i > 0 {
			l.Broke = &steps[[]int{0, 1, 2, 3, 3, 2, 6, 7}[i]].Load
		}
		found = append(found, l)
	}
	last := *found[len(found)-1]
	last.By, last.Complete = metrics.LimitApplication, true
	last.Statement = "The application held 10 users; at 11, p(95) of liveview_event_duration_us was 301 ms, over 250 ms."
	return append(found, &last)
}

// TestASearchForTheLimit on a screen and in a file: each load has a line when it was judged, and the
// summary has all of them and what was found.
func TestASearchForTheLimit(t *testing.T) {
	for name, opts := range map[string]terminal.Options{"limit.txt": {}, "limit.screen.txt": {TTY: true, Width: width(100)}} {
		var out bytes.Buffer
		p := newPlay("buy")
		opts.Out = &out
		d := terminal.New(opts)
		if err := d.Start(t.Context(), p.run); err != nil {
			t.Fatal(err)
		}
		for n, found := range searched() {
			i := p.second(n + 1)
			state := i.Scenario("buy").State
			state.Limit, state.PlannedUsers, state.Search = found, 11, "11 users being judged"
			switch n {
			case 0:
				state.PlannedUsers, state.Search = 8, "8 users settling"
			case 9:
				state.Search = "the search is over, iterations finish"
			}
			if err := d.Write(t.Context(), i); err != nil {
				t.Fatal(err)
			}
		}
		if opts.TTY {
			golden(t, name, []byte(screen(t, out.String())))
			continue
		}
		results := p.results(7)
		results[0].Limit = searched()[len(searched())-1]
		if err := d.Close(t.Context(), results); err != nil {
			t.Fatal(err)
		}
		golden(t, name, out.Bytes())
	}
}

// TestASearchWithoutALoadThatHolds has failed, even if no threshold was missed.
func TestASearchWithoutALoadThatHolds(t *testing.T) {
	for mark, held := range map[string]*float64{"✗ buy": nil, "✓ buy": new(1.0)} {
		if text := summaryOf(t, metrics.Result{Name: "buy", Limit: &metrics.Limit{Held: held}}); !strings.Contains(text, mark) {
			t.Errorf("it prints %s; want %s", text, mark)
		}
	}
}
