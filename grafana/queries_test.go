package grafana

import (
	"fmt"
	"maps"
	"math"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/liveload/liveload/grafana/view"
	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/metrics/metricstest"
	"github.com/liveload/liveload/sinks/influxdb"
	"github.com/liveload/liveload/sinks/influxdb/influxtest"
)

// viewOf looks at the whole of a run, with all values of the variables.
func viewOf(run string) view.View {
	v := view.View{
		Variables: map[string][]string{"run": {run}, "baseline": {oldRun}},
		From:      startOf(run).Add(-10 * time.Second), To: startOf(run).Add((runSeconds + 10) * time.Second), Interval: 5 * time.Second,
	}
	for _, name := range []string{"scenario", "page", "event", "host", "path", "node", "target"} {
		v.Variables[name] = []string{anything}
	}
	return v
}

// chosen are some values of the variables, with signs that have a meaning in a regular expression.
var chosen = map[string][]string{
	"scenario": {"browse, then leave"}, "page": {"/products/:id"}, "path": {"/products/:id"}, "event": {"it's 50% (off)", "add_to_cart"},
	"host": {"cdn", "localhost:4000"}, "node": {"node-a"}, "target": {"app:9568"},
}

func interpolate(t *testing.T, v view.View, query string) string {
	t.Helper()
	text, err := v.Interpolate(query)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// queriesOf returns every query in InfluxQL of a dashboard by what asks it.
func queriesOf(d Dashboard) map[string]string {
	all := make(map[string]string)
	for _, v := range d.model.Templating.List {
		if v.Type == "query" && *v.Datasource.Type == influx.kind {
			all["variable "+v.Name] = *v.Query.String
		}
	}
	for _, a := range d.model.Annotations.List {
		all["annotation "+a.Name] = a.Target.(Query).Query
	}
	for _, p := range d.model.Panels {
		if p.Panel == nil {
			continue
		}
		for _, target := range p.Panel.Targets {
			if q, ok := target.(Query); ok {
				all["panel "+*p.Panel.Title+" "+q.RefID] = q.Query
			}
		}
	}
	return all
}

// TestQueries: every query of every dashboard has an answer from a database that has a run with every metric, and the
// numbers of some are those of the Results.
func TestQueries(t *testing.T) {
	t.Parallel()
	s := influxtest.Start(t)
	o, err := influxdb.New(s.Address(), noEnv)
	if err != nil {
		t.Fatal(err)
	}
	write(t, o, oldRun, startOf(oldRun))
	results := write(t, o, newRun, startOf(newRun))
	all, err := Dashboards()
	if err != nil {
		t.Fatal(err)
	}
	some := viewOf(newRun)
	maps.Copy(some.Variables, chosen)
	for _, v := range []view.View{viewOf(newRun), some} {
		for _, d := range all {
			for where, query := range queriesOf(d) {
				text := interpolate(t, v, query)
				rows := s.Query(t, text)
				if !answered(rows) {
					t.Errorf("%s: %s has no answer:\n%s", d.UID, where, text)
				}
				if strings.Contains(text, "GROUP BY time(") && !ascending(rows) {
					t.Errorf("%s: %s goes back in time:\n%s", d.UID, where, text)
				}
			}
		}
	}
	checkRunVariable(t, s)
	checkNumbers(t, s, all, results)
}

// ascending says whether each series has each time once, and later ones later.
func ascending(rows []influxtest.Row) bool {
	last := make(map[string]int64)
	for _, row := range rows {
		series := fmt.Sprint(row.Measurement, row.Tags)
		now := row.Nanoseconds("time")
		if before, known := last[series]; known && now <= before {
			return false
		}
		last[series] = now
	}
	return true
}

// answered says whether some row has a value beside its time.
func answered(rows []influxtest.Row) bool {
	return slices.ContainsFunc(rows, func(row influxtest.Row) bool {
		for name, value := range row.Values {
			if name != "time" && value != nil {
				return true
			}
		}
		return false
	})
}

// checkRunVariable: the newest run is the first, the one before it the first baseline; people see a name, queries get
// the UUID.
func checkRunVariable(t *testing.T, s *influxtest.Server) {
	t.Helper()
	groups := regexp.MustCompile(strings.Trim(runRegex, "/"))
	for query, want := range map[string]string{readyRuns: newRun, baselineVariable().query: oldRun} {
		rows := s.Query(t, query)
		if len(rows) == 0 {
			t.Fatalf("%s has no answer", query)
		}
		found := groups.FindStringSubmatch(rows[0].Text("text"))
		if found == nil || found[2] != want || !strings.HasSuffix(found[1], " buy, browse, then leave") {
			t.Errorf("%s: the first is %q, want %s", query, rows[0].Text("text"), want)
		}
	}
}

// checkNumbers holds what panels show to the Results.
func checkNumbers(t *testing.T, s *influxtest.Server, all []Dashboard, results []metrics.Result) {
	t.Helper()
	v := viewOf(newRun)
	panel := func(uid, where string) []influxtest.Row {
		i := slices.IndexFunc(all, func(d Dashboard) bool { return d.UID == uid })
		return s.Query(t, interpolate(t, v, queriesOf(all[i])["panel "+where]))
	}
	near := func(what string, got, want float64) {
		t.Helper()
		if math.Abs(got-want) > 0.01*want {
			t.Errorf("%s is %v, want %v", what, got, want)
		}
	}
	only := results[0].Name
	v.Variables["scenario"] = []string{only}
	r := &results[0].Global

	active := 0.0
	for _, row := range panel(RunUID, "Users now A") {
		active = max(active, row.Number("sum"))
	}
	near("the most users", active, 10)
	near("p95 of events", panel(RunUID, "Event, p95 A")[0].Number("max"), r.Histograms["liveview_event_duration_us"].Aggregate.Percentile(95))
	ended, ok := float64(r.Counters["iterations"].Aggregate), float64(r.Counters["iterations"].By["ok"])
	near("share of failed iterations", panel(RunUID, "Failed share A")[0].Number("failed"), (ended-ok)/ended*100)

	failed := panel(RunUID, "Failed iterations A")
	for _, row := range failed {
		near("failures of "+row.Tags["class"], row.Number("count"), float64(r.Counters["iteration_failures"].By[row.Tags["class"]]))
	}
	events := panel("liveload-liveview", "Slowest events A")
	for _, row := range events {
		of := metrics.LiveViewEventDuration.With(row.Tags["event"], row.Tags["page"])
		near("p95 of "+of.String(), row.Number("p95"), metricstest.With(r.Histograms["liveview_event_duration_us"], of).Percentile(95))
	}
	if len(failed) != len(r.Counters["iteration_failures"].By) || len(events) != len(r.Histograms["liveview_event_duration_us"].Series) {
		t.Errorf("%d classes of failures and %d sets of events are shown", len(failed), len(events))
	}
}
