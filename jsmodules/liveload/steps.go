package liveload

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/dop251/goja"

	"github.com/liveload/liveload/browserpool"
	"github.com/liveload/liveload/excerpt"
	"github.com/liveload/liveload/js"
	"github.com/liveload/liveload/js/scripterr"
	"github.com/liveload/liveload/metrics"
)

// Discard is a Recorder that ignores what it gets.
type Discard struct{}

// Observe implements Recorder.
func (Discard) Observe(*metrics.Metric, metrics.Labels, float64) {}

// Add implements Recorder.
func (Discard) Add(*metrics.Metric, metrics.Labels, int64) {}

// SetGauge implements Recorder.
func (Discard) SetGauge(*metrics.Metric, metrics.Labels, float64) {}

// mostStepName is how many bytes of a step's name are kept.
const mostStepName = 200

// A stepRun is one run of a step. It is the scope of the VM while its function runs.
type stepRun struct {
	name   string   // with the names of outer steps: "checkout / pay"
	outer  *stepRun // nil for an outermost step
	began  time.Time
	failed []goja.Value // what inner steps have thrown, which counts there
}

// StepName is the name of the step in errors.
func (s *stepRun) StepName() string { return s.name }

// step is step(name, fn): everything that fn starts belongs to the step.
func (u *ScriptUser) step(c localCall) goja.Value {
	name := excerpt.To(textOr(c.arg(0), ""), mostStepName)
	if name == "" {
		u.refuse(c, 1, errors.New("name must be a text that is not empty"))
	}
	fn, ok := goja.AssertFunction(c.arg(1))
	if !ok {
		u.refuse(c, 1, errors.New("the second argument must be the function that does the step"))
	}
	if u.state.hasEnded() {
		return goja.Undefined()
	}
	step := u.enterStep(name)
	value, err := fn(goja.Undefined(), u.object)
	u.leaveStep(step)
	if thrown := (*goja.Exception)(nil); errors.As(err, &thrown) {
		u.failStep(step, thrown.Value())
	}
	if _, ok := must(value, err).(*goja.Object); ok {
		return u.count(u.stepOf(value, step))
	}
	u.finish(step, false)
	return value
}

// stepOf ends a step when the promise of its function is settled.
func (u *ScriptUser) stepOf(promise goja.Value, step *stepRun) goja.Value {
	rt := u.vm.Runtime()
	end := func(goja.FunctionCall) goja.Value {
		u.finish(step, false)
		return goja.Undefined()
	}
	fail := func(call goja.FunctionCall) goja.Value {
		u.failStep(step, call.Argument(0))
		return goja.Undefined()
	}
	return u.promises("step", promise, rt.ToValue(end), rt.ToValue(fail))
}

// enterStep begins a step within the current one.
func (u *ScriptUser) enterStep(name string) *stepRun {
	step := &stepRun{name: name, began: time.Now()}
	if outer, ok := u.vm.Scope().(*stepRun); ok {
		step.name, step.outer = outer.name+" / "+step.name, outer
	}
	if offset, counts := u.state.enter(step); counts {
		u.opts.Recorder.Observe(metrics.StepOffset, metrics.StepOffset.With(step.name), float64(offset)/float64(time.Microsecond))
	}
	u.vm.SetScope(step)
	return step
}

// leaveStep returns to the outer step while the step itself may still run.
func (u *ScriptUser) leaveStep(step *stepRun) {
	if step.outer != nil {
		u.vm.SetScope(step.outer)
	} else {
		u.vm.SetScope(nil)
	}
}

// failStep ends a step that has thrown. An error that an inner step has thrown, or one that has it as its cause, is no
// failure of this step; nor is anything after fail or halt.
func (u *ScriptUser) failStep(step *stepRun, thrown goja.Value) {
	u.finish(step, true)
	u.vm.MarkStep(thrown, step.name)
	if !u.state.hasEnded() && !step.hasCounted(thrown) {
		u.opts.Recorder.Add(metrics.StepFailures, metrics.StepFailures.With(step.name), 1)
	}
	if step.outer != nil {
		step.outer.failed = append(step.outer.failed, thrown)
	}
}

// hasCounted says whether thrown, or a cause of it, came from an inner step.
func (s *stepRun) hasCounted(thrown goja.Value) bool {
	for range 10 { // causes may form a circle
		if slices.ContainsFunc(s.failed, thrown.StrictEquals) {
			return true
		}
		object, ok := thrown.(*goja.Object)
		if !ok {
			return false
		}
		if thrown = object.Get("cause"); thrown == nil {
			return false
		}
	}
	return false
}

// finish ends a step that is under way. After fail the rest of it was skipped, and after halt an error is none.
func (u *ScriptUser) finish(step *stepRun, threw bool) {
	if u.state.leave(step) {
		halted, failed, _ := u.state.verdict()
		u.recordStep(step, failed != nil || threw && !halted)
	}
}

// recordStep takes the time of a step, apart from the others when it failed.
func (u *ScriptUser) recordStep(step *stepRun, failed bool) {
	metric := metrics.StepDuration
	if failed {
		metric = metrics.StepFailureTime
	}
	u.opts.Recorder.Observe(metric, metric.With(step.name), float64(time.Since(step.began))/float64(time.Microsecond))
}

// countFailedStep counts a failure of the current step.
func (u *ScriptUser) countFailedStep() {
	if step, ok := u.vm.Scope().(*stepRun); ok {
		u.opts.Recorder.Add(metrics.StepFailures, metrics.StepFailures.With(step.name), 1)
	}
}

// endSteps ends the steps that are under way when an iteration ends. When the iteration was interrupted by its timeout or
// a lost browser, they have failed; the end of the run is no failure.
func (u *ScriptUser) endSteps(err error) {
	var interrupted *scripterr.InterruptError
	var named interface{ FailureClass() string }
	failed := errors.As(err, &interrupted) && (errors.As(interrupted.Cause, &named) || errors.Is(interrupted.Cause, browserpool.ErrLost))
	underWay, outer := u.state.leaveAll(), map[*stepRun]bool{}
	for step := range underWay {
		outer[step.outer] = true
	}
	var innermost []string
	for step := range underWay {
		if !outer[step] {
			innermost = append(innermost, step.name)
		}
		if failed && !outer[step] && !u.state.hasEnded() {
			u.opts.Recorder.Add(metrics.StepFailures, metrics.StepFailures.With(step.name), 1)
		}
		if failed {
			u.recordStep(step, true)
		}
	}
	if failed && len(innermost) > 0 {
		interrupted.Step = slices.Min(innermost) // of several side by side always the same one
	}
}

// think is think(min, max): a random pause.
func (u *ScriptUser) think(c localCall) goja.Value {
	if u.state.hasEnded() {
		return goja.Undefined()
	}
	least, most, err := thinkTime(c.arg(0), c.arg(1))
	if err != nil {
		u.refuse(c, 2, err)
	}
	TellShort(u.vm, c.stack, "think(%v)", c.arg(0))
	if !goja.IsUndefined(c.arg(1)) {
		TellShort(u.vm, c.stack, "think(min, %v)", c.arg(1))
	}
	d := least + time.Duration(u.vm.Random()*float64(most-least))
	u.running++
	return u.vm.After(d, u.ran)
}

func thinkTime(from, to goja.Value) (least, most time.Duration, err error) {
	if least, err = Duration(from); err != nil {
		return 0, 0, &argumentError{"min", err}
	}
	if goja.IsUndefined(to) {
		return least, least, nil
	}
	if most, err = Duration(to); err != nil {
		return 0, 0, &argumentError{"max", err}
	}
	if most < least {
		return 0, 0, &argumentError{"max", fmt.Errorf("must not be less than min, which is %v", least)}
	}
	return least, most, nil
}

// group is group(name, fn): user.step of the user that runs in vm.
func group(vm *js.VM, call goja.FunctionCall) goja.Value {
	u, ok := UserOf(vm)
	if !ok {
		panic(vm.NewError(errors.New("group: there is no user here: call it while an iteration runs")))
	}
	step, _ := goja.AssertFunction(u.method("step"))
	return must(step(u.object, call.Arguments...))
}
