package terminal_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/metrics/threshold"
	"github.com/liveload/liveload/sinks/terminal"
)

var promises = []threshold.Spec{
	{Metric: "liveview_event_duration_us", Expression: "p(95)<250ms"},
	{Metric: "liveview_event_duration_us{event:event-2}", Expression: "max<60ms"},
	{Metric: "iteration_failures", Expression: "rate<2%"},
	{Metric: "checks{name:the cart is full}", Expression: "rate>0.99"},
	{Metric: "cart_total", Expression: "p(75)<0.1", Optional: true},
	{Metric: "iterations", Expression: "rate>=5/s"},
	{Metric: "http_bytes_received", Expression: "rate<5MB/s"},
	{Metric: "http_requests{status:5xx}", Expression: "count==0"},
}

// promising plays a run with thresholds and draws it.
func promising(t *testing.T, opts terminal.Options, seconds int, names ...string) *play {
	t.Helper()
	p := newPlay(names...)
	if _, err := p.rec.Registry().Custom(metrics.CustomTrend("cart_total")); err != nil {
		t.Fatal(err)
	}
	d := terminal.New(opts)
	var watches []*threshold.Tracker
	for _, name := range names {
		all, err := threshold.CompileAll(promises, name, p.rec.Registry())
		if err != nil {
			t.Fatal(err)
		}
		watches = append(watches, threshold.NewTracker(all))
	}
	if err := d.Start(t.Context(), p.run); err != nil {
		t.Fatal(err)
	}
	for n := 1; n <= seconds; n++ {
		interval := p.second(n)
		for i, w := range watches {
			state := interval.Scenario(names[i]).State
			w.Update(state)
			state.Thresholds = w.Outcomes()
		}
		if err := d.Write(t.Context(), interval); err != nil {
			t.Fatal(err)
		}
	}
	if !opts.TTY {
		results := p.results(seconds)
		for i := range results {
			results[i].Thresholds = watches[i].Outcomes()
		}
		if err := d.Close(t.Context(), results); err != nil {
			t.Fatal(err)
		}
	}
	return p
}

func TestThresholdsOnAScreen(t *testing.T) {
	for name, scenarios := range map[string][]string{"thresholds.screen.txt": {"buy"}, "thresholds_two.screen.txt": {"buy", "browse"}} {
		var out bytes.Buffer
		promising(t, terminal.Options{Out: &out, TTY: true, Width: width(80)}, 12, scenarios...)
		golden(t, name, []byte(screen(t, out.String())))
	}
}

func TestThresholdsInTheSummary(t *testing.T) {
	var out bytes.Buffer
	promising(t, terminal.Options{Out: &out}, 20, "buy")
	golden(t, "thresholds.txt", out.Bytes())
}

// A value must stay in sight where the name of its metric does not fit.
func TestThresholdsOnANarrowScreen(t *testing.T) {
	var out bytes.Buffer
	promising(t, terminal.Options{Out: &out, TTY: true, Width: width(50)}, 12, "buy")
	if seen := screen(t, out.String()); !strings.Contains(seen, "✗ liveview_event_…  max<60ms  68 ms\n") {
		t.Errorf("the screen is\n%s", seen)
	}
}
