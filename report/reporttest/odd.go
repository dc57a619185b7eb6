package reporttest

import (
	"fmt"
	"strings"
	"time"

	"github.com/liveload/liveload/metrics"
)

// Runs is a global function of a page that text of Hostile would call if any of it ran: no page has it, so calling it
// would be an error, too.
const Runs = "liveloadHostileRan"

// An Odd is a run whose Results are unusual.
type Odd struct {
	Name    string
	Results []metrics.Result
	// Texts are some that the page must show as they are.
	Texts []string
}

// All are all odd runs.
func All() []Odd {
	hostile := hostileTexts()
	return []Odd{
		{Name: "a scenario that could not run", Results: []metrics.Result{{Name: "buy", Error: "buy.js:1:1: no such file"}}, Texts: []string{"no such file"}},
		{Name: "0 iterations", Results: newRun(1, metrics.ScenarioInfo{Name: "idle"}).results(), Texts: []string{"idle"}},
		{Name: "a lost node", Results: Market(), Texts: []string{"it was not heard for 10 s"}},
		{Name: "a node that could not run", Results: brokenNode(), Texts: []string{"no space left on device"}},
		{Name: "a search for the limit", Results: searched(), Texts: []string{"40 users held, 60 did not", "p(95) was 412 ms"}},
		{Name: "200 nodes", Results: nodes(200), Texts: []string{"node-1", "Show more (100 left)"}},
		{Name: "unicode", Results: named("größe 🛒 購入", "Straße\u202e", "日本語", "e\u0301 \u0000 \ufffd"), Texts: []string{"購入", "日本語"}},
		{Name: "hostile", Results: named(hostile...), Texts: []string{"<img src=x onerror="}},
		{Name: "long", Results: named(strings.Repeat("very long ", 500), strings.Repeat("x", 20_000), strings.Repeat("y", 3000))},
		{Name: "10,000 labels", Results: labels(50, metrics.MaxLabelSets), Texts: []string{"my_metric_49"}},
		{Name: "10,000 labels of one metric", Results: manyOfOne(10_000)},
	}
}

// hostileTexts would run code, end the element that they are in, or change what all objects inherit.
func hostileTexts() []string {
	return []string{
		"</script><script>" + Runs + "()</script>", "<img src=x onerror=" + Runs + "()>", "__proto__", "constructor", "toString", "hasOwnProperty",
		"javascript:" + Runs + "()", "\"><svg onload=" + Runs + "()>", "<!--", "]]>", "${" + Runs + "()}", "\x1b[31mred", "a\u2028b", "{{7*7}}",
	}
}

// named has each of the texts wherever a text can be.
func named(texts ...string) []metrics.Result {
	r := newRun(1)
	node := r.nodes[0]
	for i, text := range texts {
		s := node.Scope(text)
		s.UserStarted()
		for _, m := range metrics.Catalogue() {
			values := make([]string, len(m.Labels))
			for k, l := range m.Labels {
				if values[k] = texts[(i+k)%len(texts)]; l.Values != nil {
					values[k] = l.Values[0]
				}
			}
			switch {
			case m.OfServer(), m.OfSinks(), m.OfGenerator():
			case m.Kind == metrics.Histogram:
				observe(s, m, 1000, values...)
			default:
				add(s, m, 3, values...)
			}
		}
		custom(node, s, text)
		f := metrics.FailureSample{
			Class: text, Kind: text, ReasonInspect: text + "\n" + text, Stacktrace: []string{text, text}, UserID: 1, Cause: metrics.NewCause(text, text, text),
			Evidence: metrics.Evidence{Screenshot: "../../" + text + "/screenshot.png", Console: text, Frames: text, Page: "javascript:" + Runs + "()", Trace: text},
		}
		s.Failure(f)
		add(s, metrics.IterationFailures, 3, text)
		s.Add(metrics.FailureCauses, f.CauseLabels(), 3)
	}
	r.second = 3
	r.report(0)
	results := r.results()
	for i := range results {
		text, one := texts[i], &results[i]
		value := 1.0
		one.RunID, one.LiveloadVersion, one.Load = text, text, text
		one.Labels, one.Options = map[string]string{text: text}, map[string]any{text: map[string]any{text: []any{text, 7, nil, true}}}
		one.Nodes[0].Reason, one.Nodes[0].Node = text, text
		one.Health = metrics.Health{Saturated: true, SaturatedNodes: []string{text}, Reasons: []string{text}, Notes: []string{text}}
		one.Thresholds = []metrics.ThresholdOutcome{{Metric: text, Expression: text, Unit: text, Value: &value}, {Metric: text, Expression: text, NotJudged: text}}
		one.Changes = []metrics.Change{{OffsetMS: 1000, What: metrics.ChangedUsers, From: text, To: text}}
	}
	return results
}

// custom has labels and tags that objects of JavaScript inherit.
func custom(node *metrics.Recorder, s *metrics.Scope, text string) {
	for _, name := range []string{"__proto__", "constructor", "my_unit_us"} {
		m, err := node.Registry().Custom(metrics.Metric{Name: name, Kind: metrics.Histogram, Help: text, Labels: []metrics.Label{{Name: "__proto__"}, {Name: "constructor"}}, Tagged: true})
		if err != nil {
			panic(err)
		}
		s.Observe(m, m.With(text, text).With("toString", text).With("hasOwnProperty", text), 7)
	}
	gauge, err := node.Registry().Custom(metrics.CustomGauge("valueOf"))
	if err != nil {
		panic(err)
	}
	s.SetGauge(gauge, metrics.LabelsOf("__proto__", text), 3)
}

func brokenNode() []metrics.Result {
	r := newRun(2, metrics.ScenarioInfo{Name: "buy"})
	r.buy(r.nodes[0].Scope("buy"), 0)
	r.report(0)
	r.agg.NodeLost("b", "no space left on device", time.Second)
	r.second = 2
	return r.results()
}

func searched() []metrics.Result {
	results := Market()
	held, broke := 40.0, 60.0
	results[0].Limit = &metrics.Limit{Of: metrics.LimitOfUsers, Held: &held, Broke: &broke, By: metrics.LimitApplication, Complete: true, Statement: "40 users held, 60 did not", Steps: []metrics.LimitStep{
		{Load: 40, Text: "40 users", Held: true, ToMS: 30_000}, {Load: 60, Text: "60 users", Again: true, By: metrics.LimitApplication, Reasons: []string{"p(95) was 412 ms"}, FromMS: 30_000, ToMS: 60_000},
	}}
	results[1].Limit = &metrics.Limit{Of: metrics.LimitOfRate, Statement: "nothing was tried"}
	return results
}

// nodes have measured as much as one of Market, each.
func nodes(n int) []metrics.Result {
	r := newRun(n, metrics.ScenarioInfo{Name: "buy"})
	for r.second = range 3 {
		for k := range n {
			r.health(k)
			r.buy(r.nodes[k].Scope("buy"), float64(k)/100)
			r.report(k)
		}
	}
	return r.results()
}

// labels has as many metrics with as many sets of labels.
func labels(all, each int) []metrics.Result {
	r := newRun(1, metrics.ScenarioInfo{Name: "buy"})
	s := r.nodes[0].Scope("buy")
	for k := range all {
		m, err := r.nodes[0].Registry().Custom(metrics.Metric{Name: fmt.Sprint("my_metric_", k), Kind: metrics.Histogram, Labels: []metrics.Label{{Name: "tenant"}, {Name: "region"}}})
		if err != nil {
			panic(err)
		}
		for i := range each {
			for range 1 + i%5 {
				s.Observe(m, m.With(fmt.Sprint("tenant ", i), fmt.Sprint("region ", i%7)), r.about(time.Duration(1+i)*time.Millisecond))
			}
		}
	}
	r.second = 1
	r.report(0)
	return r.results()
}

// manyOfOne has more labels than liveload counts, as a file that others have written may.
func manyOfOne(n int) []metrics.Result {
	results := labels(1, 1)
	by := results[0].Global.Histograms["my_metric_0"]
	value := by.Aggregate
	for i := range n {
		by.Series = append(by.Series, metrics.LabelledValue[metrics.HistogramValues]{Labels: metrics.LabelsOf("tenant", fmt.Sprint("tenant ", i), "region", "eu"), Value: value})
		by.By[fmt.Sprint("tenant ", i)] = value
	}
	results[0].Global.Histograms["my_metric_0"] = by
	return results
}
