package throttles

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/dop251/goja"

	"github.com/liveload/liveload/js"
	"github.com/liveload/liveload/jsmodules/liveload"
	"github.com/liveload/liveload/throttle"
)

const defaultInterval = time.Minute

// builderKey is the hidden key under which an object of the script has its builder.
var builderKey = goja.NewSymbol("liveload.throttle")

// A builder is a throttle that the script is defining.
type builder struct {
	vm         *js.VM
	definition throttle.Definition
	stack      []goja.StackFrame // where it was made
	object     *goja.Object
}

// begin reads the name, which is the first argument of every kind.
func begin(vm *js.VM, kind throttle.Kind, first goja.Value) *builder {
	b := &builder{vm: vm, definition: throttle.Definition{Kind: kind}, stack: vm.Stack()}
	name, ok := first.Export().(string)
	if !ok || name == "" {
		panic(b.err(fmt.Errorf("%s: the name must be a text that is not empty, not %s", kind.Title(), liveload.Show(first))))
	}
	b.definition.Name = name
	return b
}

// finish checks the definition and makes the object, with the methods of its kind.
func (b *builder) finish(methods ...string) *goja.Object {
	b.check()
	b.object = b.vm.Runtime().NewObject()
	err := js.Hide(b.vm.Runtime(), b.object, builderKey, b)
	for _, name := range methods {
		err = errors.Join(err, b.object.Set(name, map[string]func(goja.FunctionCall) goja.Value{"per": b.per, "ramp": b.ramp}[name]))
	}
	if err != nil {
		panic(b.err(err))
	}
	return b.object
}

func (b *builder) check() {
	if err := b.definition.Validate(); err != nil {
		panic(b.err(err))
	}
}

// per sets the interval of the rate: (interval).
func (b *builder) per(call goja.FunctionCall) goja.Value {
	if goja.IsUndefined(call.Argument(0)) {
		b.definition.Interval = defaultInterval
		return b.object
	}
	interval, err := liveload.Duration(call.Argument(0))
	if err != nil {
		panic(b.refuse("the interval", err))
	}
	liveload.TellShort(b.vm, nil, "per(%v)", call.Argument(0))
	b.definition.Interval = interval
	b.check()
	return b.object
}

// ramp changes the pace over time: (target, { duration }) or (target, { steps, interval }).
func (b *builder) ramp(call goja.FunctionCall) goja.Value {
	if b.definition.Ramp != nil {
		panic(b.refuse("the ramp", errors.New("is given twice: a throttle has one, whose target stays at its end")))
	}
	ramp := &throttle.Ramp{}
	var err error
	if b.definition.Kind == throttle.Rate {
		ramp.Rate, err = number(call.Argument(0))
	} else {
		ramp.Interval, err = liveload.Duration(call.Argument(0))
	}
	if err != nil {
		panic(b.refuse("the target of the ramp", err))
	}
	if err := readRamp(call.Argument(1), ramp); err != nil {
		panic(b.refuse("the ramp", err))
	}
	b.definition.Ramp = ramp
	b.check()
	return b.object
}

// readRamp reads how long a ramp takes.
func readRamp(v goja.Value, into *throttle.Ramp) error {
	const either = "{ duration } or { steps, interval }"
	options, ok := v.(*goja.Object)
	if !ok {
		return errors.New("must say how long it takes, with " + either)
	}
	keys := options.Keys()
	slices.Sort(keys)
	for _, key := range keys {
		var err error
		switch key {
		case "duration", "interval":
			into.Duration, err = liveload.Duration(options.Get(key))
		case "steps":
			into.Steps, err = whole(options.Get(key))
		default:
			return fmt.Errorf("has no option %s: there is %s", key, either)
		}
		if err != nil {
			return fmt.Errorf("has a wrong option: %s %w", key, err)
		}
	}
	switch {
	case slices.Equal(keys, []string{"duration"}):
	case !slices.Equal(keys, []string{"interval", "steps"}):
		return errors.New("takes either " + either)
	case into.Steps < 1:
		return fmt.Errorf("has a wrong option: steps must be a whole number from 1 on, not %d", into.Steps)
	case into.Duration > math.MaxInt64/time.Duration(into.Steps):
		return errors.New("takes longer than a time can be")
	default:
		into.Duration *= time.Duration(into.Steps)
	}
	return nil
}

// refuse makes the error for a value of the wrong type.
func (b *builder) refuse(what string, cause error) *goja.Object {
	return b.err(fmt.Errorf("%s(%q): %s %w", b.definition.Kind.Title(), b.definition.Name, what, cause))
}

func (b *builder) err(cause error) *goja.Object { return b.vm.NewError(cause) }
