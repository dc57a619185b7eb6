package dashboard

import (
	"fmt"
	"io"
	"log/slog"
	"slices"
	"testing"
	"time"

	"github.com/liveload/liveload/e2e/pagetest"
	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/sinks/dashboard"
	"github.com/liveload/liveload/sinks/readable"
	"github.com/liveload/liveload/web"
)

// TestAPageHasWhatTheResultHas: what it has put together of an hour and a quarter, in which buckets become wider, labels have
// names that JavaScript has too, and give way to others.
func TestAPageHasWhatTheResultHas(t *testing.T) {
	page, err := web.Live("test")
	if err != nil {
		t.Fatal(err)
	}
	began, url := time.Now(), ""
	info := metrics.RunInfo{RunID: "7c9e6679-7425-40de-944b-e07fc1f90ae7", Start: began, Scenarios: []metrics.ScenarioInfo{{Name: "constructor"}}}
	sink, err := dashboard.New(dashboard.Options{Page: page, Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Opened: func(u, _ string) { url = u }})
	if err != nil {
		t.Fatal(err)
	}
	if err := sink.Start(t.Context(), info); err != nil {
		t.Fatal(err)
	}
	agg, node := metrics.NewAggregator(info), metrics.NewRecorder("here", began, metrics.NewRegistry())
	names := []string{"__proto__", "constructor", "toString", "hasOwnProperty", "<b>", "</script>"}
	pass := func(second int) {
		s := node.Scope("constructor")
		for i := range 40 {
			label := names[i%len(names)] + fmt.Sprint(i/len(names)*(second/1000))
			s.Add(metrics.LiveViewEvents, metrics.LiveViewEvents.With(label), int64(i*second%7))
		}
		s.Add(metrics.Iterations, metrics.Iterations.With("ok"), int64(second%13))
		for _, i := range agg.Add(node.Snapshot(began.Add(time.Duration(second) * time.Second))) {
			if err := sink.Write(t.Context(), i); err != nil {
				t.Fatal(err)
			}
		}
	}
	pass(10)
	p := pagetest.Open(t, url, pagetest.Options{})
	p.Wait(`document.querySelector('#time .plot canvas')`)
	p.Click("#time .chart:nth-of-type(2) summary")
	cells := `[...document.querySelectorAll('#time .chart:nth-of-type(2) tbody td')].map((c) => c.innerText)`
	for second := 20; second <= 4500; second += 10 {
		if pass(second); second%500 == 0 {
			p.Wait(fmt.Sprintf(`%s.length >= %d`, cells, second/20)) // it has seen what is between
		}
	}
	pass(4504)
	result := agg.Results(began.Add(4504 * time.Second))[0]
	var want []string
	for i, n := range result.Global.TimeSeries.Counters[metrics.Iterations.Name].Aggregate {
		width := min(result.BucketWidthMS, result.Global.ElapsedMS-int64(i)*result.BucketWidthMS) // the last one is not over
		want = append(want, readable.Number(1000*float64(n)/float64(width))+"/s")
	}
	var got []string
	p.Wait(fmt.Sprintf(`%s.length === %d && %s.at(-1) === %q`, cells, len(want), cells, want[len(want)-1]))
	if p.Eval(cells, &got); !slices.Equal(got, want) {
		t.Errorf("the page has %q, the Result %q", got, want)
	}
	if err := sink.Close(t.Context(), []metrics.Result{result}); err != nil {
		t.Error(err)
	}
}
