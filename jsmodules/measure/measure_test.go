package measure

import (
	"fmt"
	"maps"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/liveload/liveload/js"
	"github.com/liveload/liveload/js/jstest"
	"github.com/liveload/liveload/js/program"
	"github.com/liveload/liveload/jsmodules/liveload"
	"github.com/liveload/liveload/jsmodules/types"
	"github.com/liveload/liveload/metrics"
)

// A rig is what several scripts of a run share.
type rig struct {
	modules js.Modules
	scope   *metrics.Scope
	all     *metrics.Recorder
}

func newRig() *rig {
	registry := metrics.NewRegistry()
	recorder := metrics.NewRecorder("n", time.Now(), registry)
	return &rig{js.Modules{"liveload/metrics": NewModule(registry)}, recorder.Scope("s"), recorder}
}

func (r *rig) bundle(t testing.TB, script string) *program.Program {
	t.Helper()
	script = "import { Counter, Gauge, RateMetric, Trend } from 'liveload/metrics';\n" + script
	return jstest.Program(t, r.modules, "a.js", script)
}

// iterate makes a user and runs one iteration.
func (r *rig) iterate(t testing.TB, program *program.Program) error {
	vm, err := js.NewVM(t.Context(), program, js.VMOptions{Modules: r.modules})
	if err != nil {
		return err
	}
	u, err := liveload.NewUser(vm, liveload.Options{Recorder: r.scope})
	if err != nil {
		return err
	}
	_, err = u.RunIteration(t.Context(), nil, 1)
	return err
}

// result is everything that was recorded, as the Result has it.
func (r *rig) result() metrics.ScenarioResult {
	agg := metrics.NewAggregator(metrics.RunInfo{Start: time.Now(), Scenarios: []metrics.ScenarioInfo{{Name: "s"}}})
	agg.Add(r.all.Snapshot(time.Now()))
	return agg.Results(time.Now())[0].Global
}

func (r *rig) described() string {
	var out strings.Builder
	g := r.result()
	for name, c := range g.Counters {
		fmt.Fprintf(&out, "%s %d %v;", name, c.Aggregate, c.By)
	}
	for name, v := range g.Gauges {
		fmt.Fprintf(&out, "%s %v %v %v;", name, v.Aggregate, v.By, len(g.TimeSeries.Gauges))
	}
	for name, h := range g.Histograms {
		fmt.Fprintf(&out, "%s %d %v", name, h.Aggregate.Count, h.Aggregate.Sum)
		for label, v := range h.By {
			fmt.Fprintf(&out, " %s %d", label, v.Count)
		}
		out.WriteString(";")
	}
	return out.String()
}

func TestSamples(t *testing.T) {
	tests := []struct{ name, top, body, want string }{
		{"a counter", `const c = new Counter('orders');`, `c.add(); c.add(3); c.add(0); c.add(2, {}); c.add(4, { plan: 'pro' }); c.add(1, { plan: 'pro' })`, "orders 11 map[plan=pro:5];"},
		{"several tags", `const c = new Counter('orders');`, `c.add(1, { region: 'eu', plan: 'pro', paid: true, n: 2 })`, "orders 1 map[n=2,paid=true,plan=pro,region=eu:1];"},
		{"signs in tags", `const c = new Counter('orders');`, `c.add(1, { q: 'a=b, {c}\\' })`, `orders 1 map[q=a\=b\, \{c\}\\:1];`},
		{"within the iteration", ``, `new Counter('orders').add(); new Counter('orders').add()`, "orders 2 map[];"},
		{"its name", `const c = new Counter('orders');`, `if (c.name !== 'orders' || Counter.name !== 'Counter' || !(c instanceof Counter)) throw c.name`, ""},
		{"a gauge", `const g = new Gauge('stock');`, `g.set(5); g.set(-2); g.set(1.5)`, "stock {1.5 -2 5} map[] 1;"},
		{"a gauge with tags", `const g = new Gauge('stock');`, `g.set(5, { shop: 'a' }); g.set(7, { shop: 'b' }); g.set(6, { shop: 'b' })`, "stock {6 5 7} map[shop=a:{5 5 5} shop=b:{6 6 7}] 1;"},
		{"a trend", `const t = new Trend('search_us');`, `t.add(0); t.add(2.5); t.add(10, { kind: 'full' })`, "search_us 3 12.5 kind=full 1;"},
		{"a rate", `const r = new RateMetric('found');`, `r.add(true); r.add('yes'); r.add(0); r.add(null); r.add(1, { kind: 'full' }); r.add(false, { kind: 'full' })`,
			"found 6 map[fail:3 pass:3];"},
		{"a long value", `const c = new Counter('orders');`, `c.add(1, { id: 'x'.repeat(100) })`, "orders 1 map[id=" + strings.Repeat("x", 60) + "…:1];"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			r := newRig()
			if err := r.iterate(t, r.bundle(t, test.top+"\nexport default async function (user) {"+test.body+"}")); err != nil {
				t.Fatal(err)
			}
			if got := r.described(); got != test.want {
				t.Errorf("recorded %s\nwant     %s", got, test.want)
			}
		})
	}
}

func TestUnits(t *testing.T) {
	r := newRig()
	if err := r.iterate(t, r.bundle(t, `new Trend('cart_total', { unit: 'EUR' }); new Gauge('tank', { unit: 'percent' }); new Counter('clicks'); new Trend('page_bytes');
		export default () => {}`)); err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, m := range r.all.Snapshot(time.Now()).Metrics {
		got[m.Name] = m.Unit
	}
	if want := map[string]string{"cart_total": "EUR", "tank": "percent", "clicks": "events", "page_bytes": "bytes"}; !maps.Equal(got, want) {
		t.Errorf("units %v, want %v", got, want)
	}
}

func TestMistakes(t *testing.T) {
	tests := []struct{ code, want string }{
		{`new Counter('')`, `new Counter: "" cannot be the name of a metric: use letters, digits and _`},
		{`new Counter('my orders')`, `new Counter: "my orders" cannot be the name`},
		{`new Counter('1st')`, `"1st" cannot be the name`},
		{`new Counter('orders_by_node')`, `"orders_by_node" cannot be the name of a metric: ..._by_node is what each node has measured of another`},
		{`new Trend(7)`, `new Trend: the name must be a text, not 7`},
		{`new Counter('iterations')`, `new Counter: "iterations" is a metric of liveload itself: choose another name`},
		{`new Gauge('http_request_duration_us')`, `is a metric of liveload itself`},
		{`new Gauge('liveload_x')`, `liveload_... is what liveload measures of itself`},
		{`new Gauge('generator_x')`, `generator_... is what liveload measures of itself`},
		{`new Counter('a'); new Trend('a')`, `new Trend: "a" is a Counter already: choose another name`},
		{`new RateMetric('a'); new Counter('a')`, `new Counter: "a" is a RateMetric already`},
		{`for (let i = 0; i < 1000; i++) new Counter('a' + i)`, `new Counter: "a200" is one metric too many: scripts may define 200; tell samples apart by a tag`},
		{`new Trend('a', 'EUR')`, `new Trend: the options must be an object with a unit, such as { unit: 'EUR' }, not "EUR"`},
		{`new Trend('a', { units: 'EUR' })`, `the options must be an object with a unit`},
		{`new Trend('a', { unit: 'EUR each' })`, `"EUR each" cannot be the unit of a: use at most 20 characters without blanks`},
		{`new Trend('a', { unit: 'EUR' }); new Trend('a')`, `"a" has the unit EUR already, not ratio: choose one`},
		{`new RateMetric('a', { unit: 'EUR' })`, `new RateMetric: a RateMetric has no unit`},
		{`new Counter('a').add(-1)`, `a.add: the value must be a whole number of 0 or more, not -1`},
		{`new Counter('a').add(1.5)`, `not 1.5`},
		{`new Counter('a').add('1')`, `not "1"`},
		{`new Counter('a').add(1e300)`, `must be a whole number`},
		{`new Gauge('a').set()`, `a.set: the value must be a number, not undefined`},
		{`new Gauge('a').set(NaN)`, `not NaN`},
		{`new Gauge('a').add(1)`, `a Gauge has no add: call set(value, tags)`},
		{`new RateMetric('a').add(Promise.resolve(false))`, `a.add: the value is a promise: await it first`},
		{`new Trend('a').add((async () => 3)())`, `a.add: the value is a promise: await it first`},
		{`new Trend('a').add(-1)`, `a.add: the value must be a number from 0 to 1e+15, not -1`},
		{`new Trend('a').add(Infinity)`, `must be a number, not Infinity`},
		{`new RateMetric('a').add()`, `a.add: the value is missing`},
		{`new Counter('a').add(1, 'pro')`, `a.add: tags must be an object such as { plan: 'pro' }, not "pro"`},
		{`new Counter('a').add(1, { plan: {} })`, `the tag plan must be a text, a number or a boolean, not an object`},
		{`new Counter('a').add(1, { plan: undefined })`, `the tag plan must be a text, a number or a boolean, not undefined`},
		{`new Counter('a').add(1, { plan: '' })`, `the tag plan is empty: leave it out`},
		{`new Counter('a').add(1, { 'my plan': 1 })`, `"my plan" cannot be the key of a tag`},
		{`new Counter('a').add(1, { a: 1, b: 1, c: 1, d: 1, e: 1, f: 1, g: 1, h: 1, i: 1 })`, `9 tags are too many: a sample may have 8`},
		{`const { add } = new Counter('a'); add(1)`, `Counter.add was called without its metric`},
	}
	for _, test := range tests {
		r := newRig()
		err := r.iterate(t, r.bundle(t, "export default function () {\n"+test.code+" }"))
		if err == nil || !strings.Contains(err.Error(), test.want) || !strings.Contains(err.Error(), "a.js:3:") {
			t.Errorf("%s: %v, want %s", test.code, err, test.want)
		}
	}
	r := newRig()
	err := r.iterate(t, r.bundle(t, "new Counter('a').add(1); export default () => {};"))
	if err == nil || !strings.Contains(err.Error(), "a.js:2:18: a.add: there is no user here: call it while an iteration runs") {
		t.Errorf("at the top level: %v", err)
	}
}

// TestManyUsers: users of many VMs record into the same metrics at once.
func TestManyUsers(t *testing.T) {
	r := newRig()
	program := r.bundle(t, `const orders = new Counter('orders'), size = new Trend('order_bytes');
export default async function (user) { for (let i = 0; i < 20; i++) { orders.add(2, { half: i % 2 }); size.add(100) } }`)
	var all sync.WaitGroup
	for range 50 {
		all.Go(func() {
			if err := r.iterate(t, program); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	g := r.result()
	if c := g.Counters["orders"]; c.Aggregate != 2000 || c.By["half=0"] != 1000 || c.By["half=1"] != 1000 {
		t.Errorf("orders %+v, want 2000, in halves", c)
	}
	if h := g.Histograms["order_bytes"].Aggregate; h.Count != 1000 || h.Sum != 100_000 {
		t.Errorf("order_bytes %v times, %v in all", h.Count, h.Sum)
	}
}

// TestManyTags: tags of ever new values cost no memory; the Result tells.
func TestManyTags(t *testing.T) {
	r := newRig()
	program := r.bundle(t, `const orders = new Counter('orders');
export default () => { for (let i = 0; i < 5000; i++) orders.add(1, { id: i }) }`)
	if err := r.iterate(t, program); err != nil {
		t.Fatal(err)
	}
	agg := metrics.NewAggregator(metrics.RunInfo{Start: time.Now(), Scenarios: []metrics.ScenarioInfo{{Name: "s"}}})
	agg.Add(r.all.Snapshot(time.Now()))
	result := agg.Results(time.Now())[0]
	if c := result.Global.Counters["orders"]; c.Aggregate != 5000 || len(c.By) != 201 || c.By["other"] != 4800 {
		t.Errorf("%d orders under %d labels, %d in other", c.Aggregate, len(c.By), c.By["other"])
	}
	if notes := strings.Join(result.Health.Notes, "; "); !strings.Contains(notes, `s: orders has more than 200 sets of labels: 4800 samples are in "other"`) {
		t.Errorf("the notes are %q", notes)
	}
}

func TestEveryExportIsDeclared(t *testing.T) {
	for _, c := range classes {
		_, after, _ := strings.Cut(types.Metrics, "export class "+c.name+" {")
		if body, _, ok := strings.Cut(after, "\n  }\n"); !ok || !strings.Contains(body, "\n    "+c.method+"(") {
			t.Errorf("metrics.d.ts does not declare %s with %s", c.name, c.method)
		}
	}
}
