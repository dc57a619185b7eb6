package points

import (
	"fmt"
	"time"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/metrics/threshold"
)

// Rows makes the points of one run. It remembers what it has announced, and is not safe for concurrent use.
type Rows struct {
	known     *metrics.Registry
	starts    map[string]time.Duration // of scenarios, since the start of those beside them
	side      time.Time                // Start of those that run now
	generator map[series]bool          // what nodes have measured about themselves next to them
	announced map[string]bool
}

type series struct {
	metric string
	labels metrics.Labels
}

// New returns the rows of a run.
func New(run metrics.RunInfo) *Rows {
	r := &Rows{
		known: metrics.NewRegistry(), starts: make(map[string]time.Duration),
		generator: make(map[series]bool), announced: make(map[string]bool),
	}
	for _, s := range run.Scenarios {
		r.starts[s.Name] = s.StartTime
	}
	return r
}

// Of returns the points of an interval. A later revision of a second has no fields of the run so far: the state in
// it is younger than its second, and the rows of newer seconds have it. The last interval has them for every series
// of the run.
func (r *Rows) Of(i *metrics.Interval) []Point {
	var all []Point
	for _, p := range r.Parts(i) {
		all = r.series(all, i, &p)
		if p.Users != nil {
			all = append(all, r.overall(i, &p)...)
			all = append(all, users(i, &p))
		}
		if s := i.Scenario(p.Scenario); s != nil && p.Node == "" {
			all = append(all, r.events(i, s)...)
		}
	}
	return append(all, r.lost(i)...)
}

// series adds the points of the series of a part, with their totals as far as there are any.
func (r *Rows) series(all []Point, i *metrics.Interval, p *Part) []Point {
	total := make(map[series]*metrics.Series, len(p.Totals))
	for k := range p.Totals {
		one := &p.Totals[k]
		total[series{one.Metric, one.Labels}] = one
	}
	add := func(key series, second *metrics.Series) {
		if p := r.point(i, p, key, second, total[key]); len(p.Fields) > 0 {
			all = append(all, p)
		}
		delete(total, key)
	}
	for k := range p.Seconds {
		add(series{p.Seconds[k].Metric, p.Seconds[k].Labels}, &p.Seconds[k])
	}
	if !i.Final {
		return all
	}
	for k := range p.Totals { // what was not measured in the last second
		key := series{p.Totals[k].Metric, p.Totals[k].Labels}
		if total[key] != nil {
			add(key, nil)
		}
	}
	return all
}

// point returns that of one series; second and total may be nil.
func (r *Rows) point(i *metrics.Interval, part *Part, key series, second, total *metrics.Series) Point {
	measured := second
	if measured == nil {
		measured = total
	}
	p := Point{
		Time: i.Start.Add(i.Offset), Run: i.RunID, Scenario: part.Scenario, Node: part.Node, Metric: part.Name(key.metric),
		Kind: string(measured.Kind()), Labels: key.labels, Revision: i.Revision,
	}
	if m, ok := r.known.Lookup(key.metric); ok {
		p.Unit = m.Unit
	}
	switch measured.Kind() {
	case metrics.Histogram:
		if second != nil {
			p.Fields = distribution("", second.Sketch)
		}
		if total != nil {
			p.Fields = append(p.Fields, distribution("run_", total.Sketch)...)
		}
	case metrics.Gauge:
		if second != nil {
			p.Fields = append(p.Fields, Field{"min", second.Gauge.Min}, Field{"max", second.Gauge.Max})
		}
		if total != nil {
			p.Fields = append(p.Fields, Field{"run_min", total.Gauge.Min}, Field{"run_max", total.Gauge.Max})
		}
		if second != nil {
			p.Fields = append(p.Fields, Field{"value", second.Gauge.Last})
		}
	case metrics.Counter:
		if second != nil {
			p.Fields = append(p.Fields, Field{"value", float64(second.Count)})
		}
		if total != nil {
			p.Fields = append(p.Fields, Field{"total", float64(total.Count)})
		}
	}
	return p
}

func users(i *metrics.Interval, part *Part) Point {
	p := Point{
		Time: i.Start.Add(i.Offset), Run: i.RunID, Scenario: part.Scenario, Node: part.Node, Metric: part.Name(UsersMetric),
		Kind: KindUsers, Unit: "users", Revision: i.Revision,
		Fields: []Field{
			{"active", float64(part.Users.Active)},
			{"started", float64(part.Users.Second.Started)}, {"succeeded", float64(part.Users.Second.Succeeded)}, {"failed", float64(part.Users.Second.Failed)},
		},
	}
	if all := part.Users.Total; all != nil {
		p.Fields = append(p.Fields,
			Field{"run_started", float64(all.Started)}, Field{"run_succeeded", float64(all.Succeeded)}, Field{"run_failed", float64(all.Failed)})
	}
	p.Fields = append(p.Fields, secondOf(i))
	return p
}

// events returns the annotations of a scenario that are new.
func (r *Rows) events(i *metrics.Interval, s *metrics.ScenarioInterval) []Point {
	start := i.Start.Add(r.starts[s.Scenario])
	var all []Point
	note := func(at time.Time, event, about, text string, fields ...Field) {
		all = r.annotate(all, i, s.Scenario, at, event, about, text, fields...)
	}
	if i.Elapsed >= r.starts[s.Scenario] {
		note(start, EventStart, "", s.Scenario+" starts")
	}
	for _, c := range s.State.Changes {
		note(i.Start.Add(c.Offset()), EventChange, string(c.What), c.Of(s.Scenario))
	}
	failed := 0
	for _, o := range s.State.Thresholds {
		if !o.OK && (o.Value != nil || i.Final) {
			failed++
			note(i.Start.Add(i.Offset), EventThreshold, o.Metric+": "+o.Expression, threshold.Complaint(o))
		}
	}
	if i.Final {
		text := s.Scenario + " ended"
		if failed > 0 {
			text += fmt.Sprintf(", %d of %d thresholds failed", failed, len(s.State.Thresholds))
		}
		note(start.Add(s.State.ScenarioElapsed), EventEnd, "", text, Field{"began", float64(start.UnixMilli())})
	}
	return all
}

func (r *Rows) lost(i *metrics.Interval) (all []Point) {
	for _, node := range i.Lost {
		all = r.annotate(all, i, metrics.NodeScope, i.Start.Add(i.Elapsed), EventLost, node, "node "+node+" is lost")
	}
	return all
}

// annotate adds an annotation that was not made before. A change is known by its time too; a threshold that failed once
// is not reported again when it fails again.
func (r *Rows) annotate(all []Point, i *metrics.Interval, scenario string, at time.Time, event, about, text string, fields ...Field) []Point {
	key := fmt.Sprintf("%q %q %q %d", scenario, event, about, i.Start.UnixNano())
	if event == EventChange {
		key += fmt.Sprint(" ", at.UnixNano())
	}
	if r.announced[key] {
		return all
	}
	r.announced[key] = true
	return append(all, Point{
		Time: at, Run: i.RunID, Scenario: scenario, Metric: AnnotationsMetric, Kind: KindAnnotation, Revision: 1,
		Labels: metrics.LabelsOf(EventLabel, event, AboutLabel, about), Text: text, Fields: fields,
	})
}
