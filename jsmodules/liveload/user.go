// Package liveload is the module "liveload" and the user object of scripts. It owns what operations mean (chaining,
// arguments, assigns, halt and fail, timeouts, errors) and performs them with a browserpool.Session. Browsers, the load
// and metrics are left to others.
package liveload

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/dop251/goja"

	"github.com/liveload/liveload/browserpool"
	"github.com/liveload/liveload/js"
	"github.com/liveload/liveload/js/scripterr"
	"github.com/liveload/liveload/jsmodules/page"
	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/redact"
	"github.com/liveload/liveload/statuses"
	"github.com/liveload/liveload/throttle"
)

// DefaultTimeout bounds an operation when nobody has said anything else.
const DefaultTimeout = 30 * time.Second

// Options describe a user.
type Options struct {
	ID       int // 1..N across the cluster
	Node     string
	Scenario string
	Exec     string        // the exported function that is one iteration; "" is the default export
	Config   any           // plain data: what RunConfig returned; users share it
	Data     any           // plain data: what setup returned; users share it
	Phase    string        // "setup" or "teardown" for the user that does nothing else; "" for those that iterate
	Timeout  time.Duration // of an operation that says nothing else; 0 is DefaultTimeout
	// Keep stores a picture and returns its path. It is called from several goroutines. Required for the operation
	// screenshot.
	Keep func(name string, user, iteration int, png []byte) (path string, err error)
	// Recorder takes operations, steps, checks, requests without a browser, and the script's own metrics. Nil
	// ignores them.
	Recorder Recorder
	// Pages labels the addresses of requests without a browser. Nil has the built-in rules only.
	Pages browserpool.PageLabeler
	// Throttles let the user pass; nil when the script defines none.
	Throttles throttle.Set
	// Sequences number the rows of data that users take. Required for scripts that take rows.
	Sequences Sequences
	// Secrets learns what the script sets that nothing may show.
	Secrets *redact.Redactor
	// ContextOptions are those of the user's browser context, which requests without a browser follow
	// where they can.
	ContextOptions map[string]any
	// AcceptStatus are errors of a server with which a navigation succeeds all the same.
	AcceptStatus statuses.Set
}

// A Recorder takes what a script measures. *metrics.Scope is one. Safe for concurrent use.
type Recorder interface {
	browserpool.Recorder
	SetGauge(m *metrics.Metric, labels metrics.Labels, value float64)
}

// Sequences are numbers that users of the whole run take one after the other. Safe for concurrent use.
type Sequences interface {
	// Next takes the next number of the named sequence, which begins with 0. It obeys ctx.
	Next(ctx context.Context, sequence string) (int64, error)
}

// A User runs the iterations of one user, in one VM after the other if need be. Its methods are called by
// one goroutine.
type User struct {
	script *ScriptUser
}

// A ScriptUser is the user as the script of one VM sees it. It belongs to the goroutine of the VM; when that was given up,
// only its state may still be read.
type ScriptUser struct {
	vm      *js.VM
	opts    Options
	fn      goja.Value   // the exported function that is one iteration
	object  *goja.Object // the user as the script has it
	assigns *goja.Object // nil before they are first used
	methods *methods     // nil before the first
	helpers *goja.Object // promises.js; nil before it is first used
	config  goja.Value
	data    goja.Value
	began   time.Time // the first iteration; zero before
	page    *page.Binding
	state   *iterationState

	// Of the running iteration.
	session   browserpool.Session
	iteration int
	returned  goja.Value              // by the script's function
	running   int                     // what the iteration waits for: operations, steps, promises as arguments
	interrupt context.CancelCauseFunc // of the iteration that runs
	queued    atomic.Pointer[string]  // the throttle that the user waited for when the iteration was interrupted
	// unfinished is the operation that the user waited for when the iteration was interrupted.
	unfinished atomic.Pointer[OperationError]
}

// NewUser makes the user object in vm. The error is about the script: it does not export the
// function, or the config is not plain data.
func NewUser(vm *js.VM, opts Options) (*User, error) {
	if opts.Exec == "" {
		opts.Exec = "default"
	}
	if opts.Recorder == nil {
		opts.Recorder = Discard{}
	}
	if opts.Pages == nil {
		opts.Pages, _ = metrics.NewPageLabeler(nil) // only groups can be wrong
	}
	script, err := newScriptUser(vm, opts, newIterationState(opts.Timeout), time.Time{})
	if err != nil {
		return nil, err
	}
	return &User{script: script}, nil
}

// newScriptUser makes the user object in vm.
func newScriptUser(vm *js.VM, opts Options, state *iterationState, began time.Time) (*ScriptUser, error) {
	u := &ScriptUser{vm: vm, opts: opts, began: began, page: page.New(vm, opts.Secrets), state: state}
	fn, ok := vm.Export(u.opts.Exec)
	if _, callable := goja.AssertFunction(fn); !ok || !callable {
		return nil, &scripterr.Error{File: vm.Program().Name(), Message: missingExport(u.opts.Exec)}
	}
	u.fn = fn
	var err error
	if u.config, err = vm.ReadOnly("config", u.opts.Config); err != nil {
		return nil, fmt.Errorf("pass config to user %d: %w", u.opts.ID, err)
	}
	if u.data = goja.Undefined(); u.opts.Data != nil {
		if u.data, err = vm.ReadOnly("data", u.opts.Data); err != nil {
			return nil, fmt.Errorf("pass data to user %d: %w", u.opts.ID, err)
		}
	}
	u.object = vm.Runtime().NewDynamicObject(&object{user: u})
	vm.Runtime().NewPromise() // builds what all promises need, which would take time in the first iteration
	vm.SetOwner(u)
	return u, nil
}

func missingExport(name string) string {
	if name == "default" {
		return "the script has no default function: add `export default async function (user, config) { ... }`"
	}
	return fmt.Sprintf("the script does not export a function %q", name)
}

// RunIteration runs the script's function once, on session, and obeys ctx. What the script throws or
// fails with is the error: a *scripterr.Error whose Unwrap leads to the *OperationError or *FailError;
// *scripterr.InterruptError when ctx was over first, and an *AbortError, whatever else happens, when the
// script has aborted the test. halted says that the user asked to end for good;
// whatever the script did after that is no error. Operations that the script has not waited for
// belong to the iteration: it ends when they have.
//
// After an iteration that was interrupted while JavaScript was running, the next one starts in a
// fresh VM: assigns are kept, the script's own variables start anew. When the script was in a function
// that cannot be interrupted and is so still, or took too much memory, the assigns start anew too.
func (u *User) RunIteration(ctx context.Context, session browserpool.Session, iteration int) (halted bool, err error) {
	if u.script.vm.Broken() {
		if err := u.renew(ctx); err != nil {
			return false, err
		}
	}
	if u.script.began.IsZero() {
		u.script.began = time.Now()
		if throttles := u.script.opts.Throttles; throttles != nil {
			throttles.Begin()
		}
	}
	u.script.vm.LogAbout("user", u.script.opts.ID, "iteration", iteration)
	halted, err = u.script.iterate(ctx, session, iteration)
	if u.script.vm.Grown() { // now, since memory is short, and the next iteration may be far
		u.script.vm.Logger().Warn("ended a script that took too much memory: its variables and assigns are lost")
		_ = u.renew(ctx) // else the next iteration does
	}
	return halted, err
}

// RunOnce runs the script's function of a phase, as RunIteration does, and returns its value as plain data.
func (u *User) RunOnce(ctx context.Context, session browserpool.Session) (value any, err error) {
	u.script.vm.LogAbout("phase", u.script.opts.Phase)
	if _, err := u.script.iterate(ctx, session, 1); err != nil {
		return nil, err
	}
	_, err = u.script.vm.Run(ctx, func() (_ goja.Value, err error) {
		value, err = u.script.vm.KeepPlain("data", u.script.returned)
		return nil, err
	})
	if err != nil {
		return nil, fmt.Errorf("%s must return plain data: %w", u.script.opts.Phase, err)
	}
	return value, nil
}

// arguments are what the script's function is called with.
func (u *ScriptUser) arguments() []goja.Value {
	switch u.opts.Phase {
	case "setup":
		return []goja.Value{u.config, u.object}
	case "teardown":
		return []goja.Value{u.data, u.config, u.object}
	}
	return []goja.Value{u.object, u.config, u.data}
}

func (u *ScriptUser) iterate(ctx context.Context, session browserpool.Session, iteration int) (halted bool, err error) {
	u.state.begin()
	u.session, u.iteration = session, iteration
	u.running = 0
	ctx, interrupt := context.WithCancelCause(ctx)
	defer interrupt(nil)
	u.interrupt = interrupt
	u.page.Begin(session)
	u.returned, err = u.vm.CallUntil(ctx, u.resting, u.fn, u.arguments()...)
	if err == nil && u.opts.Phase == "" {
		err = u.returnedError(ctx)
	}
	u.leave(ctx)
	u.endSteps(err)
	u.explainWait(err)
	return u.outcome(err)
}

// outcome decides how an iteration has ended whose function returned err.
func (u *ScriptUser) outcome(err error) (bool, error) {
	var interrupted *scripterr.InterruptError
	halted, failed, aborted := u.state.verdict()
	switch {
	case aborted != nil:
		return false, aborted
	case errors.As(err, &interrupted) || err != nil && u.vm.Broken(): // without an error, it was ended after its last line
		return halted, err
	case halted:
		if err != nil {
			u.vm.Logger().Debug("ignored an error after halt()", "error", err)
		}
		return true, nil
	case failed != nil:
		return false, failed
	}
	return false, explainMissing(err)
}

// Close releases the VM and the session. It may be called once no iteration runs.
func (u *User) Close() { u.script = nil }
