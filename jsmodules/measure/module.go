// Package measure is the module "liveload/metrics": metrics that a script defines itself. It reads and
// checks their values; keeping, merging and showing them is left to package metrics, which treats them
// like those of liveload.
package measure

import (
	"errors"
	"fmt"
	"math"

	"github.com/dop251/goja"

	"github.com/liveload/liveload/js"
	"github.com/liveload/liveload/js/inspect"
	"github.com/liveload/liveload/jsmodules/liveload"
	"github.com/liveload/liveload/metrics"
)

// A Module is what `import ... from 'liveload/metrics'` imports. All scripts and users of a run define their
// metrics in one registry, so that a name means the same everywhere.
type Module struct{ registry *metrics.Registry }

// NewModule returns the module; metrics of scripts go to registry.
func NewModule(registry *metrics.Registry) *Module { return &Module{registry: registry} }

// A class is one kind of metric for scripts.
type class struct {
	name   string
	method string
	define func(name string) metrics.Metric
	// record takes one sample. Its error says what is wrong with the value.
	record func(r liveload.Recorder, m *metrics.Metric, tags metrics.Labels, value goja.Value) error
}

// classes is the table of what scripts can define. It is a constant.
var classes = []class{
	{"Counter", "add", metrics.CustomCounter, addCount},
	{"Gauge", "set", metrics.CustomGauge, setGauge},
	{"RateMetric", "add", metrics.CustomRate, addOutcome},
	{"Trend", "add", metrics.CustomTrend, addValue},
}

// Names lists the exports.
func (*Module) Names() []string {
	names := make([]string, len(classes))
	for i, c := range classes {
		names[i] = c.name
	}
	return names
}

// Exports makes the exports for one VM.
func (m *Module) Exports(vm *js.VM) (map[string]any, error) {
	exports := make(map[string]any, len(classes))
	for i := range classes {
		constructor, err := m.constructor(vm, &classes[i])
		if err != nil {
			return nil, fmt.Errorf("make class %s: %w", classes[i].name, err)
		}
		exports[classes[i].name] = constructor
	}
	return exports, nil
}

// metricKey leads from an object of the script to its metric.
var metricKey = goja.NewSymbol("liveload.metric")

// constructor makes the class in a VM: new Counter(name, { unit }).
func (m *Module) constructor(vm *js.VM, c *class) (*goja.Object, error) {
	rt := vm.Runtime()
	constructor := rt.ToValue(func(call goja.ConstructorCall) *goja.Object {
		metric, err := m.define(c, call.Argument(0), call.Argument(1))
		if err == nil {
			err = js.Hide(rt, call.This, metricKey, metric)
		}
		if err == nil {
			err = call.This.DefineDataProperty("name", rt.ToValue(metric.Name), goja.FLAG_FALSE, goja.FLAG_FALSE, goja.FLAG_TRUE)
		}
		if err != nil {
			panic(vm.NewError(fmt.Errorf("new %s: %w", c.name, err)))
		}
		return nil
	}).(*goja.Object)
	record := func(call goja.FunctionCall) goja.Value {
		if err := c.sample(vm, call); err != nil {
			panic(vm.NewError(err))
		}
		return goja.Undefined()
	}
	prototype := constructor.Get("prototype").(*goja.Object)
	if c.method != "add" {
		hint := func(call goja.FunctionCall) goja.Value {
			panic(vm.NewError(fmt.Errorf("a %s has no add: call %s(value, tags)", c.name, c.method)))
		}
		if err := prototype.DefineDataProperty("add", rt.ToValue(hint), goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_FALSE); err != nil {
			return nil, err
		}
	}
	return constructor, errors.Join(
		constructor.DefineDataProperty("name", rt.ToValue(c.name), goja.FLAG_FALSE, goja.FLAG_FALSE, goja.FLAG_FALSE),
		prototype.DefineDataProperty(c.method, rt.ToValue(record), goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_FALSE),
	)
}

func (m *Module) define(c *class, name, options goja.Value) (*metrics.Metric, error) {
	text, ok := name.Export().(string)
	if !ok {
		return nil, fmt.Errorf("the name must be a text, not %s", liveload.Show(name))
	}
	metric := c.define(text)
	if !goja.IsUndefined(options) {
		if metric.PassesOrFails() {
			return nil, errors.New("a RateMetric has no unit: leave the options out")
		}
		unit, err := unitOf(options)
		if err != nil {
			return nil, err
		}
		metric.Unit = unit
	}
	return m.registry.Custom(metric)
}

// unitOf reads { unit: 'EUR' }.
func unitOf(options goja.Value) (string, error) {
	given, ok := options.Export().(map[string]any)
	unit, isText := given["unit"].(string)
	if !ok || !isText || unit == "" || len(given) != 1 {
		return "", fmt.Errorf("the options must be an object with a unit, such as { unit: 'EUR' }, not %s", liveload.Show(options))
	}
	return unit, nil
}

// sample records one sample of the user whose iteration runs: (value, tags).
func (c *class) sample(vm *js.VM, call goja.FunctionCall) error {
	metric := js.Hidden[*metrics.Metric](call.This, metricKey)
	if metric == nil {
		return fmt.Errorf("%s.%s was called without its metric: call it as metric.%s(value)", c.name, c.method, c.method)
	}
	what := metric.Name + "." + c.method
	u, ok := liveload.UserOf(vm)
	if !ok {
		return fmt.Errorf("%s: there is no user here: call it while an iteration runs", what)
	}
	tags, err := liveload.Tags(metric, call.Argument(1))
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	if _, promised := inspect.Promise(call.Argument(0)); promised {
		return fmt.Errorf("%s: the value is a promise: await it first", what)
	}
	if err := c.record(u.Recorder(), metric, tags, call.Argument(0)); err != nil {
		return fmt.Errorf("%s: the value %w", what, err)
	}
	return nil
}

// addCount adds to a counter, 1 if nothing else is said.
func addCount(r liveload.Recorder, m *metrics.Metric, tags metrics.Labels, value goja.Value) error {
	n := int64(1)
	if !goja.IsUndefined(value) {
		v, err := number(value)
		if err != nil || v < 0 || v != math.Trunc(v) || v > 1<<53 {
			return fmt.Errorf("must be a whole number of 0 or more, not %s", liveload.Show(value))
		}
		n = int64(v)
	}
	r.Add(m, tags, n)
	return nil
}

func setGauge(r liveload.Recorder, m *metrics.Metric, tags metrics.Labels, value goja.Value) error {
	v, err := number(value)
	if err != nil {
		return err
	}
	r.SetGauge(m, tags, v)
	return nil
}

// addValue adds a value to a trend; what a histogram cannot hold is refused here, where it can be seen.
func addValue(r liveload.Recorder, m *metrics.Metric, tags metrics.Labels, value goja.Value) error {
	const most = 1e15
	v, err := number(value)
	if err != nil {
		return err
	}
	if v < 0 || v > most {
		return fmt.Errorf("must be a number from 0 to %g, not %s", most, liveload.Show(value))
	}
	r.Observe(m, tags, v)
	return nil
}

// addOutcome counts whether a value is truthy.
func addOutcome(r liveload.Recorder, m *metrics.Metric, tags metrics.Labels, value goja.Value) error {
	if goja.IsUndefined(value) {
		return errors.New("is missing: say whether it holds, true or false")
	}
	r.Add(m, tags.Join(m.With(metrics.PassOrFail(value.ToBoolean()))), 1)
	return nil
}

func number(value goja.Value) (float64, error) {
	switch x := value.Export().(type) {
	case int64:
		return float64(x), nil
	case float64:
		if !math.IsNaN(x) && !math.IsInf(x, 0) {
			return x, nil
		}
	}
	return 0, fmt.Errorf("must be a number, not %s", liveload.Show(value))
}
