package threshold

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/liveload/liveload/metrics"
)

var began = time.Date(2026, 8, 1, 12, 0, 0, 0, time.UTC)

func compile(t *testing.T, metric, expression string) *Threshold {
	t.Helper()
	threshold, err := Compile(Spec{Metric: metric, Expression: expression}, known(t))
	if err != nil {
		t.Fatal(err)
	}
	return threshold
}

// tenSeconds is the state of the first of two scenarios, in which everything is measured.
func tenSeconds(t *testing.T) *metrics.State {
	t.Helper()
	agg := metrics.NewAggregator(metrics.RunInfo{Start: began, Scenarios: []metrics.ScenarioInfo{{Name: "shop"}, {Name: "idle"}}})
	registry := known(t)
	rec := metrics.NewRecorder("here", began, registry)
	s := rec.Scope("shop")
	for i := range 100 {
		s.Observe(metrics.LiveViewEventDuration, metrics.LiveViewEventDuration.With("inc", []string{"/counter", "/shop"}[i%2]), float64(1000*(i+1)))
		s.Observe(metrics.LiveViewEventDuration, metrics.LiveViewEventDuration.With("save"), 500_000)
	}
	s.Add(metrics.Iterations, metrics.Iterations.With("ok"), 90)
	s.Add(metrics.Iterations, metrics.Iterations.With("failed"), 10)
	s.Add(metrics.IterationFailures, metrics.IterationFailures.With("wait timeout"), 7)
	s.Add(metrics.IterationFailures, metrics.IterationFailures.With("browser lost"), 3)
	s.Add(metrics.Checks, metrics.Checks.With("cart is full", "pass"), 39)
	s.Add(metrics.Checks, metrics.Checks.With("cart is full", "fail"), 1)
	s.Add(metrics.Checks, metrics.Checks.With("has a total", "pass"), 60)
	s.Add(metrics.HTTPRequests, metrics.HTTPRequests.With("2xx", "script"), 190)
	s.Add(metrics.HTTPRequests, metrics.HTTPRequests.With("5xx", "document", "503", "shop:4000", "/products/:id"), 10)
	s.Observe(metrics.HTTPRequestDuration, metrics.HTTPRequestDuration.With("xhr", "2xx", "200", "shop:4000", "/products/:id"), 120_000)
	s.Add(metrics.HTTPBytesReceived, metrics.HTTPBytesReceived.With("script"), 2_500_000)
	s.Add(metrics.DroppedIterations, metrics.Labels{}, 100)
	logins, _ := registry.Lookup("logins")
	s.Add(logins, logins.With("pass"), 3)
	s.Add(logins, logins.With("fail"), 1)
	s.Add(logins, logins.With("pass").With("plan", "pro"), 30)
	s.Add(logins, logins.With("fail").With("plan", "pro").With("n", "2"), 10)
	s.Add(metrics.Checks, metrics.Checks.With("has {braces}", "pass"), 8)
	s.Add(metrics.Checks, metrics.Checks.With("tagged", "pass").With("plan", "pro"), 4)
	s.Add(metrics.Checks, metrics.Checks.With("tagged", "fail").With("plan", "free"), 4)
	orders, _ := registry.Lookup("orders")
	s.Add(orders, metrics.Labels{}, 5)
	s.Add(orders, metrics.LabelsOf("plan", "pro", "region", "eu"), 20)
	s.Add(orders, metrics.LabelsOf("note", "a,b=c", "region", "us"), 15)
	custom := func(name string) *metrics.Metric { m, _ := registry.Lookup(name); return m }
	s.Observe(custom("bonus_us"), metrics.Labels{}, 5)
	s.Observe(custom("search"), metrics.Labels{}, 312_000)
	s.SetGauge(custom("temp"), metrics.Labels{}, -3)
	s.Add(custom("weight"), metrics.Labels{}, 5000)
	queue, _ := registry.Lookup("queue_length")
	for _, v := range []float64{4, -2, 9, 5} {
		s.SetGauge(queue, metrics.Labels{}, v)
	}
	rec.Scope(metrics.NodeScope).Observe(metrics.GeneratorCPUPercent, metrics.GeneratorCPUPercent.With("here"), 42)
	return agg.Add(rec.Snapshot(began.Add(10 * time.Second)))[0].Scenario("shop").State
}

func TestValues(t *testing.T) {
	state := tenSeconds(t)
	const unmeasured = -1
	cases := []struct {
		metric, expression string
		value              float64 // unmeasured: there is none
		shown              string
	}{
		{events, "count>0", 200, "200"},
		{events, "max<1s", 500_000, "500 ms"},
		{events, "min>0", 1000, "1 ms"},
		{events, "p(0)>0", 1000, "1 ms"},
		{events, "p(100)<1s", 500_000, "500 ms"},
		{events + "{event:inc}", "avg<1s", 50_500, "50.5 ms"},
		{events + "{event:inc}", "count==100", 100, "100"},
		{events + "{event:inc,page:/counter}", "max<1s", 99_000, "99 ms"},
		{events + "{page:/shop}", "count==50", 50, "50"},
		{events + "{event:save,page:/shop}", "count==0", 0, "0"},
		{events + "{event:inc,scenario:shop}", "max<=100ms", 100_000, "100 ms"},
		{events + "{event:nothing}", "p(95)<1s", unmeasured, "never measured"},
		{events + "{event:nothing}", "count==0", 0, "0"},
		{"iterations", "count>=100", 100, "100"},
		{"iterations", "rate>5", 10, "10"},
		{"iterations", "rate>5/s", 10, "10/s"},
		{"iterations", "rate>5/m", 10, "10/s"},
		{"iterations{outcome:failed}", "rate<50%", 0.1, "10 %"},
		{"iterations{outcome:failed}", "rate<50/s", 1, "1/s"},
		{"iteration_failures", "rate<0.5", 0.1, "0.1"},
		{"iteration_failures", "rate<50%", 0.1, "10 %"},
		{"iteration_failures", "rate<50/s", 1, "1/s"},
		{"iteration_failures{class:browser lost}", "rate<50%", 0.03, "3 %"},
		{"iteration_failures{failure_class:'browser lost'}", "count<50", 3, "3"},
		{"iteration_failures{class:never}", "count<50", 0, "0"},
		{"scenario_failures", "rate<1%", unmeasured, "never measured"}, // no user has ended
		{"dropped_iterations", "rate<60%", 0.5, "50 %"},
		{"checks{name:'has {braces}'}", "count>0", 8, "8"},
		{"checks{name:tagged}", "rate>0.1", 0.5, "0.5"},
		{"checks{name:tagged,plan:pro}", "rate>0.9", 1, "1"},
		{"checks{plan:free}", "rate<0.9", 0, "0"},
		{"checks{plan:none}", "rate<0.9", unmeasured, "never measured"},
		{"orders", "count>0", 40, "40"},
		{"orders{region:us}", "count>0", 15, "15"},
		{"orders{region:eu,plan:pro}", "rate>=50%", 0.5, "50 %"},
		{"orders{note:'a,b=c'}", "count>0", 15, "15"},
		{"orders{plan:free}", "count<5", 0, "0"},
		{"checks{name:cart is full}", "rate>90%", 0.975, "97.5 %"},
		{"checks{name:cart is full}", "count>0", 40, "40"},
		{"checks{name:cart is full,outcome:fail}", "rate<10%", 0.025, "2.5 %"},
		{"checks{outcome:fail}", "rate<10%", 5.0 / 116, "4.31 %"},
		{"checks{outcome:fail}", "count<10", 5, "5"},
		{"checks{name:cart}", "rate>90%", unmeasured, "never measured"},
		{"logins", "rate>50%", 0.75, "75 %"},
		{"logins{outcome:fail}", "count<50", 11, "11"},
		{"logins{plan:pro}", "rate>50%", 0.75, "75 %"},
		{"logins{plan:pro,outcome:fail}", "rate<50%", 0.25, "25 %"},
		{"http_requests{status:5xx}", "rate<10%", 0.05, "5 %"},
		{"http_requests{status class:5xx,resource type:document}", "rate<10%", 0.05, "5 %"},
		{"http_requests{status:5xx,type:script}", "count==0", 0, "0"},
		{"http_requests{host:shop:4000,code:503}", "count<11", 10, "10"},
		{"http_requests{host:shop:4000,code:404}", "count<1", 0, "0"},
		{"http_request_duration_us{path:/products/:id}", "p(95)<500ms", 120_000, "120 ms"},
		{"http_bytes_received", "count<5MB", 2_500_000, "2.5 MB"},
		{"http_bytes_received", "rate<5MB/s", 250_000, "250 kB/s"},
		{"queue_length", "value<100", 5, "5"},
		{"queue_length", "min>-10", -2, "-2"},
		{"queue_length", "max<100", 9, "9"},
		{"bonus_us", "max<7", 5, "5 parcels"},
		{"bonus_us", "count<7", 1, "1"},
		{"temp", "value<7", -3, "-3 °C"},
		{"weight", "count<7MB", 5000, "5 kB"},
		{"weight", "count>0", 5000, "5 kB"},
		{"search", "max>0", 312_000, "312 ms"},
		{"cart_total", "avg<100", unmeasured, "never measured"},
		{"generator_cpu_percent", "max<90%", 42, "42 %"},
		{"generator_cpu_percent{node:here}", "max<90", 42, "42 %"},
	}
	for _, c := range cases {
		threshold := compile(t, c.metric, c.expression)
		value, measured := threshold.Value(state)
		outcome := threshold.unmeasured()
		if measured {
			outcome.Value = &value
		}
		if measured != (c.value != unmeasured) || measured && value != c.value || Describe(outcome) != c.shown {
			t.Errorf("%s %s: %v, measured %v, shown as %q; want %v and %q", c.metric, c.expression, value, measured, Describe(outcome), c.value, c.shown)
		}
		if measured && !threshold.Holds(value) {
			t.Errorf("%s %s does not hold for %v", c.metric, c.expression, value)
		}
	}
}

func TestPercentilesAreWithinTheErrorOfSketches(t *testing.T) {
	state := tenSeconds(t)
	for expression, want := range map[string]float64{"p(50)<1s": 50_500, "med<1s": 50_500, "p(95) < 1s": 95_000, "p(99.5)<1s": 99_500} {
		if value, ok := compile(t, events+"{event:inc}", expression).Value(state); !ok || value < want*0.98 || value > want*1.02 {
			t.Errorf("%s is %v, want %v within 2 %%", expression, value, want)
		}
	}
}

func TestComparisons(t *testing.T) {
	for expression, holds := range map[string][3]bool{ // of 9, 10, 11
		"count<10": {true, false, false}, "count<=10": {true, true, false}, "count>10": {false, false, true},
		"count>=10": {false, true, true}, "count==10": {false, true, false}, "count!=10": {true, false, true},
	} {
		threshold := compile(t, "iterations", expression)
		for i, want := range holds {
			if value := float64(9 + i); threshold.Holds(value) != want {
				t.Errorf("%s holds for %v: %v, want %v", expression, value, !want, want)
			}
		}
	}
}

func TestLimits(t *testing.T) {
	for metric, limits := range map[string]map[string]float64{
		events: {
			"max<250us": 250, "max<250µs": 250, "max<1.5ms": 1500, "max<2s": 2e6, "max<1m": 60e6, "max<1h": 3600e6, "max>0": 0,
			" max  <  .5 s ": 500_000, "max<+5ms": 5000, "max<5.ms": 5000, "max<1e3ms": 1e6, "max<2.5E+2us": 250, "max < 1e-1 s": 100_000, "max<1e15us": 1e15, "max>-0": 0,
		},
		"queue_length": {"value>-1e3": -1000, "min>=-0.5": -0.5}, // a gauge may be negative
		"checks":       {"rate>7%": 0.07, "rate>0.07": 0.07, "rate>=100%": 1, "rate>29%": 0.29},
	} {
		for expression, limit := range limits {
			if got := compile(t, metric, expression).limit; got != limit {
				t.Errorf("the limit of %q is %v, want %v", expression, got, limit)
			}
		}
	}
}

// A value that breaks its limit by little is shown with as many digits as it takes to see it.
func TestAValueBeyondItsLimitIsShownBeyondIt(t *testing.T) {
	for _, c := range []struct {
		metric, expression string
		value              float64
		want               string
	}{
		{events, "p(95)<250ms", 250_100, "250.1 ms"},
		{events, "p(95)<=1s", 1_000_001, "1.000001 s"},
		{events, "p(95)<250ms", 250_000, "250 ms"},
		{"iteration_failures", "rate<1%", 0.0101, "1.01 %"},
		{"checks", "rate>0.99", 0.98999, "0.98999"},
		{"liveview_diff_bytes", "max<5kB", 5001, "5.001 kB"},
	} {
		got := Describe(metrics.ThresholdOutcome{Metric: c.metric, Expression: c.expression, Value: &c.value})
		if got != c.want {
			t.Errorf("%v of %s %s is shown as %q, want %q", c.value, c.metric, c.expression, got, c.want)
		}
	}
}

func TestLabelsWithSignsInThem(t *testing.T) {
	for text, value := range map[string]string{
		`cart_total{page:/shops/:id}`:            "/shops/:id",
		`cart_total{ page : /a b }`:              "/a b",
		`cart_total{page:"a, b}"}`:               "a, b}",
		`cart_total{page:'it\'s "{odd}"'}`:       `it's "{odd}"`,
		`cart_total{page:'ws://h/x',scenario:a}`: "ws://h/x",
	} {
		s, err := parseSelector(text)
		if err != nil || s.name != "cart_total" || s.value("page") != value {
			t.Errorf("%s is %+v, %v; want the page %q", text, s, err, value)
		}
	}
}

func TestFlags(t *testing.T) {
	for text, want := range map[string]Spec{
		"iterations:count>5":                            {Metric: "iterations", Expression: "count>5"},
		" iterations : count > 5 ":                      {Metric: "iterations", Expression: "count > 5"},
		"checks{name:cart}:rate>99%":                    {Metric: "checks{name:cart}", Expression: "rate>99%"},
		"cart_total{page:'/a:b}'}:max<1":                {Metric: "cart_total{page:'/a:b}'}", Expression: "max<1"},
		"liveview_event_duration_us{event:x}: p(95)<1s": {Metric: "liveview_event_duration_us{event:x}", Expression: "p(95)<1s"},
	} {
		if got, err := ParseFlag(text); err != nil || got != want {
			t.Errorf("ParseFlag(%q) = %+v, %v; want %+v", text, got, err, want)
		}
	}
}

func TestCompileAllTakesThoseOfTheScenario(t *testing.T) {
	specs := []Spec{{Metric: "iterations", Expression: "count>5"}, {Metric: "iterations{scenario:buy}", Expression: "count>6"}, {Metric: "iterations{scenario:browse}", Expression: "count>7"}}
	all, err := CompileAll(specs, "buy", known(t))
	if err != nil || len(all) != 2 || all[1].Expression != "count>6" {
		t.Errorf("CompileAll = %v, %v; want the first two", all, err)
	}
	if _, err := CompileAll([]Spec{{Metric: "iterations{scenario:other}", Expression: "p(5)>5"}}, "buy", known(t)); err == nil {
		t.Error("a mistake in a threshold of another scenario goes unnoticed")
	}
}

func TestReplaces(t *testing.T) {
	base := Spec{Metric: "cart_total{page:/a,scenario:x}", Expression: "p(95)<1"}
	for _, c := range []struct {
		spec Spec
		want bool
	}{
		{Spec{Metric: "cart_total{scenario:x, page:/a}", Expression: "p(95) >= 2"}, true},
		{Spec{Metric: "cart_total{page:/a,scenario:x}", Expression: "p(99)<1"}, false},
		{Spec{Metric: "cart_total{page:/b,scenario:x}", Expression: "p(95)<1"}, false},
		{Spec{Metric: "cart_total{page:/a}", Expression: "p(95)<1"}, false},
		{Spec{Metric: "liveview_join_duration_us{page:/a,scenario:x}", Expression: "p(95)<1s"}, false},
	} {
		both, err := CompileAll([]Spec{base, c.spec}, "x", known(t))
		if err != nil {
			t.Fatal(err)
		}
		if both[1].Replaces(both[0]) != c.want {
			t.Errorf("%v replaces %v: %v, want %v", c.spec, base, !c.want, c.want)
		}
	}
}

func TestSpecTravelsAsJSON(t *testing.T) {
	before := Spec{Metric: "checks{name:cart}", Expression: "rate>0.99", AbortOnFail: true, Delay: 30 * time.Second, Optional: true}
	text, err := json.Marshal(before)
	if err != nil {
		t.Fatal(err)
	}
	var after Spec
	if err := json.Unmarshal(text, &after); err != nil || after != before {
		t.Errorf("after the journey %+v, %v; before %+v", after, err, before)
	}
}

// Whatever is written: no panic, and a mistake lies within the text and has a message.
func FuzzCompile(f *testing.F) {
	for _, seed := range []string{"p(95)<250ms", "rate>0.99", "count == 0", "p(99.9) <= 1.5 s", "avg<1,5ms", "p(", "max<9e9", "rate>5/m", "≤µ%", "count>1e3", "avg<-1e-3ms"} {
		f.Add(events, seed)
	}
	for _, seed := range []string{"checks{name:cart}", "checks{name:'a,b}',outcome:pass}", "a{", "{}", "a{b:\"\\", "iterations{outcome:ok}"} {
		f.Add(seed, "count>0")
	}
	registry := metrics.NewRegistry()
	f.Fuzz(func(t *testing.T, metric, expression string) {
		threshold, err := Compile(Spec{Metric: metric, Expression: expression}, registry)
		if err != nil {
			e, ok := err.(*Error)
			if !ok || e.Problem == "" || e.Column < 1 || e.Column > len([]rune(e.Text))+1 {
				t.Errorf("Compile(%q, %q) = %#v: want a mistake within the text", metric, expression, err)
			}
			return
		}
		value, _ := threshold.Value(&metrics.State{})
		threshold.Holds(value)
		Describe(metrics.ThresholdOutcome{Metric: metric, Expression: expression, Value: &value})
	})
}

// A flag that is understood gives the parts that a script would give.
func FuzzParseFlag(f *testing.F) {
	f.Add("liveview_event_duration_us:p(95)<250ms")
	f.Add("checks{name:'a:b'}: rate>99%")
	f.Add("a{b:\":c")
	f.Fuzz(func(t *testing.T, text string) {
		s, err := ParseFlag(text)
		if err != nil {
			e, ok := err.(*Error)
			if !ok || e.Column < 1 || e.Column > len([]rune(e.Text))+1 {
				t.Errorf("ParseFlag(%q) = %#v: want a mistake within the text", text, err)
			}
			return
		}
		if _, err := parseSelector(s.Metric); err != nil {
			t.Errorf("ParseFlag(%q) gives the metric %q, which is not one: %v", text, s.Metric, err)
		}
		if again, err := ParseFlag(s.Metric + ":" + s.Expression); err != nil || again != s {
			t.Errorf("ParseFlag(%q) = %+v, which reads back as %+v, %v", text, s, again, err)
		}
	})
}
