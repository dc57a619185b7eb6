package liveload

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/dop251/goja"

	"github.com/liveload/liveload/js"
	"github.com/liveload/liveload/metrics"
)

// nobody is the recorder of a user whose numbers nobody wants.
type nobody struct{}

func (nobody) Observe(*metrics.Metric, string, float64) {}
func (nobody) Add(*metrics.Metric, string, int64)       {}

// A stepRun is a step under way: the scope of the VM while its function runs.
type stepRun struct {
	name  string // with those around it: "checkout / pay"
	outer any    // scope around it
	began time.Time
}

// enterStep begins a step inside of the one that the script is in: (name).
func (u *User) enterStep(call goja.FunctionCall) goja.Value {
	step := &stepRun{name: call.Argument(0).String(), outer: u.vm.Scope(), began: time.Now()}
	if outer, ok := step.outer.(*stepRun); ok {
		step.name = outer.name + " / " + step.name
	}
	u.vm.SetScope(step)
	return u.vm.Runtime().ToValue(step)
}

// leaveStep goes back to what is around a step that has started: (step).
func (u *User) leaveStep(call goja.FunctionCall) goja.Value {
	if step, ok := call.Argument(0).Export().(*stepRun); ok {
		u.vm.SetScope(step.outer)
	}
	return goja.Undefined()
}

// endStep records how long a step took: (step). How it ended is counted where it failed.
func (u *User) endStep(call goja.FunctionCall) goja.Value {
	if step, ok := call.Argument(0).Export().(*stepRun); ok {
		u.opts.Recorder.Observe(metrics.StepDuration, step.name, float64(time.Since(step.began))/float64(time.Microsecond))
	}
	return goja.Undefined()
}

// think waits for a random time: (min, max, place).
func (u *User) think(call goja.FunctionCall) goja.Value {
	least, most, err := thinkTime(call.Argument(0), call.Argument(1))
	if err != nil {
		cause := &OperationError{Step: u.step, Operation: "think", Args: exportArgs(u.vm, call.Arguments[:2]), Cause: err}
		panic(u.vm.NewErrorAt(cause, placeOf(call.Argument(2))))
	}
	d := least + time.Duration(u.vm.Random()*float64(most-least))
	return u.vm.Async(nil, func(ctx context.Context) (any, error) { return goja.Undefined(), pause(ctx, d) })
}

func thinkTime(from, to goja.Value) (least, most time.Duration, err error) {
	if least, err = duration(from); err != nil {
		return 0, 0, &argumentError{"min", err}
	}
	if goja.IsUndefined(to) {
		return least, least, nil
	}
	if most, err = duration(to); err != nil {
		return 0, 0, &argumentError{"max", err}
	}
	if most < least {
		return 0, 0, &argumentError{"max", fmt.Errorf("must not be less than min, which is %v", least)}
	}
	return least, most, nil
}

func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// group is user.step for the user whose script calls it.
func group(vm *js.VM, call goja.FunctionCall) goja.Value {
	u, ok := UserOf(vm)
	if !ok {
		panic(vm.NewError(errors.New("group: there is no user here: call it while an iteration runs")))
	}
	user := u.prelude.Get("user").(*goja.Object)
	step, _ := goja.AssertFunction(user.Get("step"))
	value, err := step(user, call.Arguments...)
	if err != nil {
		panic(err)
	}
	return value
}
