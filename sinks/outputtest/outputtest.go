// Package outputtest holds what every output promises as tests. Each output runs them with a destination that it can
// read and break.
package outputtest

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/sinks"
	"github.com/liveload/liveload/sinks/pump"
)

// A Rig is an output with its destination, for one test.
type Rig struct {
	Sink sinks.Sink // that the suite starts; for a pump.Output it is what Pump returns
	// Arrived returns what is in the destination, in the order of its arrival: the points that have a field "value".
	Arrived func(t *testing.T) []Row
	Break   func()              // the destination refuses everything from now on; nil when it cannot
	Hang    func()              // the destination takes requests and never answers; nil when it cannot
	Newest  bool                // only what was written last arrives of each series
	Secret  string              // of the destination, which nobody may read; "" for none
	Stored  func(string) string // how a text reads in the destination; nil when as it was
}

// A Row is one point in a destination.
type Row struct {
	Time     time.Time
	Scenario string
	Node     string // "" for all nodes together
	Metric   string
	Labels   map[string]string // other labels than liveload's do not matter
	Value    float64
}

// Pump returns the sink of an output.
func Pump(t *testing.T, output pump.Output, log *slog.Logger) sinks.Sink {
	return pump.New(output, pump.Options{Name: "the destination", Kind: "test", Spool: t.TempDir() + "/spool", Timeout: patience, Log: log})
}

// patience bounds what a destination that works takes on a busy machine.
const patience = 2 * time.Minute

// clicks is the metric of the tests.
const clicks = "test_clicks"

// Run runs the suite. start makes a new rig, with a log for its pump.
func Run(t *testing.T, start func(t *testing.T, log *slog.Logger) Rig) {
	tests := []struct {
		name string
		test func(t *testing.T, r *run)
	}{
		{"delivers in order", deliversInOrder},
		{"escapes names", escapesNames},
		{"takes 10,000 labels", takesManyLabels},
		{"tells nodes apart", tellsNodesApart},
		{"ends when the destination fails", endsWhenBroken},
		{"ends when the destination hangs", endsWhenHanging},
		{"closes without a write", func(_ *testing.T, r *run) { r.end() }},
	}
	for _, one := range tests {
		t.Run(one.name, func(t *testing.T) {
			r := &run{t: t, began: time.Now().UTC().Truncate(time.Second)}
			r.rig = start(t, slog.New(slog.NewTextHandler(&r.told, nil)))
			before := goleak.IgnoreCurrent() // the destination's own
			running, stop := context.WithCancel(t.Context())
			defer stop()
			r.stop = stop
			if err := r.rig.Sink.Start(running, metrics.RunInfo{RunID: "run-1", Scenarios: []metrics.ScenarioInfo{{Name: scenario}}}); err != nil {
				t.Fatal(err)
			}
			one.test(t, r)
			goleak.VerifyNone(t, before)
			if secret := r.rig.Secret; secret != "" && strings.Contains(r.told.String(), secret) {
				t.Errorf("the secret is in what was told:\n%s", r.told.String())
			}
		})
	}
}

// A run is one test.
type run struct {
	t     *testing.T
	rig   Rig
	began time.Time
	told  record // the log, notes and errors
	stop  func() // ends the run at once, as a second interrupt does
}

// A record is a text that several write to.
type record struct {
	mu   sync.Mutex
	text strings.Builder
}

func (r *record) Write(text []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.text.Write(text)
}

func (r *record) String() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.text.String()
}

const scenario = "buy, then = \"pay\" über\nnacht 🛒"

// write hands over one second with counters.
func (r *run) write(second, revision int, series ...metrics.Series) error {
	return r.rig.Sink.Write(r.t.Context(), r.interval(second, revision, series...))
}

func (r *run) interval(second, revision int, series ...metrics.Series) *metrics.Interval {
	state := &metrics.State{Totals: series}
	return &metrics.Interval{
		RunID: "run-1", Start: r.began, Offset: time.Duration(second) * time.Second, Width: time.Second, Revision: revision,
		Metrics:   []*metrics.Metric{{Name: clicks, Kind: metrics.Counter, Unit: metrics.Events}},
		Scenarios: []metrics.ScenarioInterval{{Scenario: scenario, Series: series, State: state}},
	}
}

func counter(n int64, labels ...string) metrics.Series {
	return metrics.Series{Metric: clicks, Labels: metrics.LabelsOf(labels...), Count: n}
}

// end flushes and closes.
func (r *run) end() {
	r.t.Helper()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.t.Context()), patience)
	defer cancel()
	if flusher, ok := r.rig.Sink.(sinks.Flusher); ok {
		notes, err := flusher.Flush(ctx)
		fmt.Fprintln(&r.told, notes, err)
	}
	fmt.Fprintln(&r.told, r.rig.Sink.Close(ctx, nil))
	if ctx.Err() != nil {
		r.t.Errorf("the end took more than %v", patience)
	}
}

// arrived returns the rows of the tests.
func (r *run) arrived() []Row {
	return slices.DeleteFunc(r.rig.Arrived(r.t), func(row Row) bool { return row.Metric != clicks })
}

func (r *run) stored(text string) string {
	if r.rig.Stored == nil {
		return text
	}
	return r.rig.Stored(text)
}

func deliversInOrder(t *testing.T, r *run) {
	var want []string
	for second := range 20 {
		if err := r.write(second, 1, counter(int64(second+1), "name", "a"), counter(int64(second+100), "name", "b")); err != nil {
			t.Fatal(err)
		}
		want = append(want, fmt.Sprintf("%d a %d", second, second+1), fmt.Sprintf("%d b %d", second, second+100))
	}
	r.end()
	if r.rig.Newest {
		want = []string{"0 a 20", "0 b 119"} // the times are those of the destination
	}
	var got []string
	for _, row := range r.arrived() {
		if r.rig.Newest {
			row.Time = r.began
		}
		got = append(got, fmt.Sprintf("%d %s %g", int(row.Time.Sub(r.began).Seconds()), row.Labels["name"], row.Value))
	}
	if !slices.Equal(got, want) {
		t.Errorf("arrived %q, want %q", got, want)
	}
}

func escapesNames(t *testing.T, r *run) {
	names := []string{
		"plain", "with a blank", "comma,comma", "a=b", `"quoted"`, "it's", "line\nbreak", "cr\r\nlf", "tab\ttab", `back\slash`, `ends with \`, `\n`,
		"ümläut", "日本語", "🛒", "{}[]", "<b>&amp;", "#5", "a|b;c", " blanks around ", "%20", "null", "0", "-",
	}
	var series []metrics.Series
	for n, name := range names {
		series = append(series, counter(int64(n+1), "name", name))
	}
	if err := r.write(0, 1, series...); err != nil {
		t.Fatal(err)
	}
	r.end()
	rows := r.arrived()
	if len(rows) != len(names) {
		t.Fatalf("%d rows arrived, want %d: %+v\n%s", len(rows), len(names), rows, r.told.String())
	}
	for n, name := range names {
		if row := rows[n]; row.Labels["name"] != r.stored(name) || row.Scenario != r.stored(scenario) || row.Value != float64(n+1) {
			t.Errorf("%q of %q arrived as %+v", name, scenario, row)
		}
	}
}

func takesManyLabels(t *testing.T, r *run) {
	const many = 10_000
	var series []metrics.Series
	for n := range many {
		series = append(series, counter(int64(n+1), "name", fmt.Sprintf("label %05d", n)))
	}
	if err := r.write(0, 1, series...); err != nil {
		t.Fatal(err)
	}
	r.end()
	seen, sum := map[string]bool{}, 0.0
	for _, row := range r.arrived() {
		seen[row.Labels["name"]] = true
		sum += row.Value
	}
	if len(seen) != many || sum != many*(many+1)/2 {
		t.Errorf("%d labels with the sum %g arrived\n%s", len(seen), sum, r.told.String())
	}
}

// tellsNodesApart: their own numbers have a metric of their own, so that they count for nobody who adds up the other.
func tellsNodesApart(t *testing.T, r *run) {
	i := r.interval(0, 1, counter(3, "name", "a"))
	for n, node := range []string{"one", "two, eu"} {
		own := []metrics.Series{counter(int64(n+1), "name", "a")}
		i.Scenarios[0].ByNode = append(i.Scenarios[0].ByNode, metrics.NodePart{Node: node, Series: own, Totals: own})
	}
	if err := r.rig.Sink.Write(t.Context(), i); err != nil {
		t.Fatal(err)
	}
	r.end()
	var got []string
	for _, row := range r.rig.Arrived(t) {
		if row.Metric == clicks || row.Metric == clicks+metrics.ByNodeSuffix {
			got = append(got, fmt.Sprintf("%s of %q: %g", row.Metric, row.Node, row.Value))
		}
	}
	slices.Sort(got)
	want := []string{`test_clicks of "": 3`, `test_clicks_by_node of "one": 1`, `test_clicks_by_node of "two, eu": 2`}
	if !slices.Equal(got, want) {
		t.Errorf("arrived %q, want %q", got, want)
	}
}

// endsWhenBroken: what failed is told, and Close works.
func endsWhenBroken(t *testing.T, r *run) {
	if err := r.write(0, 1, counter(1)); err != nil {
		t.Fatal(err)
	}
	if r.rig.Break == nil {
		r.end()
		return
	}
	r.rig.Break()
	for second := range 3 {
		if err := r.write(second+1, 1, counter(int64(second+2))); err != nil {
			fmt.Fprintln(&r.told, err)
		}
	}
	r.stop()
	r.end()
	if strings.Trim(r.told.String(), "[]<nil> \n") == "" {
		t.Error("nothing says that the destination failed")
	}
}

func endsWhenHanging(t *testing.T, r *run) {
	if r.rig.Hang != nil {
		r.rig.Hang()
	}
	if err := r.write(0, 1, counter(1)); err != nil {
		t.Fatal(err)
	}
	r.stop()
	r.end()
}
