package threshold

import (
	"slices"
	"strings"

	"github.com/liveload/liveload/metrics"
)

func findMetric(where selector, what expression, known *metrics.Registry) (*metrics.Metric, error) {
	if m, ok := known.Lookup(where.name); ok && m.OfSinks() {
		return nil, wrong(0, "%s is known only when the outputs have ended, after the thresholds: lost points make the exit code 1 by themselves", m.Name)
	} else if ok {
		return m, nil
	}
	if strings.HasPrefix(where.name, metrics.ServerPrefix) {
		return serverMetric(where.name, what, known)
	}
	var names []string
	for _, m := range known.All() {
		if !m.OfSinks() {
			names = append(names, m.Name)
		}
	}
	// Many leave the unit out, which the similarity of short names does not forgive.
	for _, suffix := range []string{"_us", "_bytes", "_percent"} {
		if slices.Contains(names, where.name+suffix) {
			return nil, wrong(0, "there is no metric %q: did you mean %s?", where.name, where.name+suffix)
		}
	}
	hint := didYouMean(where.name, names)
	if hint == "" {
		hint = ": `liveload docs metrics` lists all of them; a script's own are known when it declares them at its top level"
	}
	return nil, wrong(0, "there is no metric %q%s", where.name, hint)
}

// serverMetric returns a metric that the tested application has not shown yet, many of which are there from the first
// request on. What is asked says its kind.
func serverMetric(name string, what expression, known *metrics.Registry) (*metrics.Metric, error) {
	if !known.ExpectsServer() {
		return nil, wrong(0, "%s is a metric of the tested application, which this run does not read: --probe prometheus=http://HOST:PORT/metrics does", name)
	}
	m := metrics.ServerMetric(name, metrics.Gauge)
	if what.aggregation == "count" || what.aggregation == "rate" {
		m = metrics.ServerMetric(name, metrics.Counter)
	}
	return &m, nil
}

func checkLabels(m *metrics.Metric, where selector, known *metrics.Registry) error {
	var keys []string
	for _, l := range m.Labels {
		keys = append(keys, l.Name)
	}
	for _, l := range where.labels {
		if l.key == scenarioKey {
			continue
		}
		switch hint := didYouMean(l.key, append(slices.Clone(keys), scenarioKey)); {
		case declares(m, l.key), m.Tagged && !strings.HasPrefix(hint, meant): // otherwise a tag
		case len(keys) == 0 && !m.Tagged:
			return wrong(l.keyAt, "%s has no label %q: it can only be asked for a scenario, as in %s{scenario:NAME}", m.Name, l.key, m.Name)
		default:
			return wrong(l.keyAt, "%s has no label %q%s", m.Name, l.key, hint)
		}
		if allowed := known.Values(m, l.key); len(allowed) > 0 && !slices.Contains(allowed, l.value) {
			hint := didYouMean(l.value, allowed)
			if hint == "" {
				hint = ": write one of " + strings.Join(allowed, ", ")
			}
			return wrong(l.valueAt, "%s of %s is never %q%s", l.key, m.Name, l.value, hint)
		}
	}
	return nil
}

// CheckScenario returns a *Error when the threshold is about a scenario that does not run.
func (t *Threshold) CheckScenario(names []string) error {
	for _, l := range t.where.labels {
		if l.key == scenarioKey && !slices.Contains(names, l.value) {
			return t.refuse(t.Metric, wrong(l.valueAt, "no scenario is called %q%s", l.value, didYouMean(l.value, names)))
		}
	}
	return nil
}

// asked lists the aggregations of a kind of metric.
func asked(m *metrics.Metric) []string {
	switch m.Kind {
	case metrics.Histogram:
		return []string{"p(95)", "avg", "min", "max", "med", "count"}
	case metrics.Counter:
		return []string{"count", "rate"}
	}
	return []string{"value", "min", "max"}
}

func checkAggregation(m *metrics.Metric, what expression) error {
	name, can := what.aggregation, asked(m)
	if name == percentile && can[0] == "p(95)" || slices.Contains(can, name) {
		return nil
	}
	if name == percentile {
		name = "percentiles"
	}
	return wrong(0, "%s is a %s, which has no %s: write %s", m.Name, m.Kind, name, oneOf(can))
}

// setLimit converts the limit to the unit of what it is compared with.
func (t *Threshold) setLimit() error {
	d, err := t.dimension()
	if err != nil {
		return err
	}
	e := t.what
	t.share = d == share
	t.limit = e.number
	if e.unit != "" {
		u, ok := unitOf(e.unit, d)
		if !ok {
			return t.wrongUnit(d)
		}
		t.limit = u.value(e.number)
	}
	switch {
	case e.number < 0 && t.metric.Kind != metrics.Gauge: // what is counted, and what a histogram takes, starts at 0
		always := "always holds"
		if strings.HasPrefix(e.operator, "<") || e.operator == "==" {
			always = "can never hold"
		}
		return wrong(e.numberAt, "nothing that is measured of %s is below 0, so this %s: write a limit from 0 up", t.metric.Name, always)
	case d == duration && e.unit == "" && e.number != 0:
		number := digits(e.number, 15)
		return wrong(e.unitAt, "%s is a duration, and %s has no unit: write %sms for milliseconds or %sus for microseconds", t.metric.Name, number, number, number)
	case d == share && (t.limit < 0 || t.limit > 1) && e.unit == "":
		return wrong(e.numberAt, "a share is between 0 and 1, not %s: write %s%% for a percentage", digits(e.number, 15), digits(e.number, 15))
	case d == share && (t.limit < 0 || t.limit > 1):
		return wrong(e.numberAt, "a share is between 0%% and 100%%, not %s%%", digits(e.number, 15))
	}
	return nil
}

func (t *Threshold) wrongUnit(d dimension) error {
	e := t.what
	subject := e.aggregation + " of " + t.metric.Name
	if e.aggregation == percentile {
		subject = t.metric.Name
	}
	fix := "write it without a unit"
	if names := namesOf(d); len(names) > 0 {
		fix = "write " + oneOf(names)
	}
	return wrong(e.unitAt, "%s is %s, which is not written in %s: %s", subject, d.named(), e.unit, fix)
}

// dimension returns the kind of number that the threshold compares.
func (t *Threshold) dimension() (dimension, error) {
	switch t.what.aggregation {
	case "rate":
		return t.rateDimension()
	case "count":
		if t.metric.Unit == metrics.Bytes && t.metric.Kind == metrics.Counter {
			return size, nil
		}
		return plain, nil
	}
	return dimensionOf(t.metric.Unit), nil
}

// rateDimension decides whether a rate is a share or a number per second. The rate of a part of something is a share
// unless its unit says otherwise; that of some labels of a metric is a share only when its unit says so.
func (t *Threshold) rateDimension() (dimension, error) {
	e, m := t.what, t.metric
	perSecond := speed
	if m.Unit == metrics.Bytes {
		perSecond = throughput
	}
	labelled := slices.ContainsFunc(t.where.labels, func(l labelPart) bool { return l.key != scenarioKey })
	_, inTime := unitOf(e.unit, perSecond)
	switch {
	case inTime:
		return perSecond, nil
	case m.PassesOrFails() || m.Wholes != nil || labelled && e.unit == "%":
		return share, nil
	case e.unit == "%":
		return 0, wrong(e.unitAt, "%s is counted for itself, so its rate is a number per second and no share: write %s%s", m.Name, digits(e.number, 15), namesOf(perSecond)[0])
	case labelled && e.unit == "":
		number := digits(e.number, 15)
		return 0, wrong(e.unitAt, "the rate of a label of %s can be a number per second or a share of all labels: write %s%s or %s%%", m.Name, number, namesOf(perSecond)[0], number)
	}
	return perSecond, nil
}
