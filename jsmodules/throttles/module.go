// Package throttles is the module "liveload/throttles": how a script defines throttles, and how its export
// throttles(config) is read. Package throttle and the user object let users pass.
package throttles

import (
	"fmt"

	"github.com/dop251/goja"

	"github.com/liveload/liveload/js"
	"github.com/liveload/liveload/jsmodules/liveload"
	"github.com/liveload/liveload/throttle"
)

// A Module is what `import ... from 'liveload/throttles'` imports.
type Module struct{}

// A class is a kind of throttle as scripts define it: (name, value).
type class struct {
	kind    throttle.Kind
	value   string // what errors call it
	read    func(d *throttle.Definition, value goja.Value) error
	methods []string
}

// classes is a constant.
var classes = []class{
	{throttle.Interarrival, "the interval", readInterval, []string{"ramp"}}, // one user in each interval
	{throttle.Parallelism, "the limit", readLimit, nil},                     // so many users at once
	{throttle.Rate, "the rate", readRate, []string{"per", "ramp"}},          // so many users in an interval, a minute by default
}

// Names lists the exports.
func (Module) Names() []string {
	names := make([]string, len(classes))
	for i, c := range classes {
		names[i] = c.kind.Title()
	}
	return names
}

// Exports makes the exports for one VM. With new they do the same as without: metrics need it, so people try it here.
func (Module) Exports(vm *js.VM) (map[string]any, error) {
	exports := make(map[string]any, len(classes))
	for _, c := range classes {
		exports[c.kind.Title()] = func(call goja.ConstructorCall) *goja.Object { return c.define(vm, call) }
	}
	return exports, nil
}

func (c class) define(vm *js.VM, call goja.ConstructorCall) *goja.Object {
	b := begin(vm, c.kind, call.Argument(0))
	if err := c.read(&b.definition, call.Argument(1)); err != nil {
		panic(b.refuse(c.value, err))
	}
	return b.finish(c.methods...)
}

func readRate(d *throttle.Definition, v goja.Value) (err error) {
	d.Interval = defaultInterval
	d.Rate, err = number(v)
	return err
}

func readInterval(d *throttle.Definition, v goja.Value) (err error) {
	d.Interval, err = liveload.Duration(v)
	return err
}

func readLimit(d *throttle.Definition, v goja.Value) (err error) {
	d.Limit, err = whole(v)
	return err
}

// number reads a number. The definition says whether it can be used.
func number(v goja.Value) (float64, error) {
	switch x := v.Export().(type) {
	case int64:
		return float64(x), nil
	case float64:
		return x, nil
	}
	return 0, fmt.Errorf("must be a number above 0, not %s", liveload.Show(v))
}

func whole(v goja.Value) (int, error) {
	n, ok := v.Export().(int64)
	if !ok {
		return 0, fmt.Errorf("must be a whole number from 1 on, not %s", liveload.Show(v))
	}
	return int(n), nil
}
