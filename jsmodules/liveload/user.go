package liveload

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/dop251/goja"

	"github.com/liveload/liveload/browserpool"
	"github.com/liveload/liveload/js"
	"github.com/liveload/liveload/jsmodules/page"
	"github.com/liveload/liveload/metrics"
)

// DefaultTimeout bounds an operation that says nothing else.
const DefaultTimeout = 30 * time.Second

// Options say who a user is.
type Options struct {
	ID       int // 1..N across the cluster
	Node     string
	Scenario string
	Exec     string // the exported function that is one iteration; "" is the default export
	Config   any    // plain data: what RunConfig returned. Each user gets a frozen copy
	// OnOperation takes the duration of every operation in the browser, and its error. It is called
	// from several goroutines. Nil ignores it.
	OnOperation func(operation string, took time.Duration, err error)
	// Keep keeps a picture, and says where. It is called from several goroutines. Required for the
	// operation screenshot.
	Keep func(name string, user, iteration int, png []byte) (path string, err error)
	// Recorder takes steps, checks, requests without a browser, and the script's own metrics. Nil ignores
	// them.
	Recorder Recorder
	// Throttles let the user pass; nil when the script defines none.
	Throttles Throttles
	// ContextOptions are those of the user's browser context, which requests without a browser follow
	// where they can.
	ContextOptions map[string]any
}

// A Recorder takes what a script measures. *metrics.Scope is one. Safe for concurrent use.
type Recorder interface {
	browserpool.Recorder
	SetGauge(m *metrics.Metric, label string, value float64)
}

// A User is the user object of one VM and runs its iterations. Its methods are called by one
// goroutine.
type User struct {
	vm      *js.VM
	opts    Options
	fn      goja.Value   // of the script
	prelude *goja.Object // see the end of prelude.js
	config  goja.Value
	logger  *slog.Logger

	page      *page.Binding
	session   browserpool.Session
	iteration int
	timeout   time.Duration
	step      int
	running   int             // operations in the browser
	rested    func(any) error // called when none runs any more; nil when nobody waits for that
	halted    bool
	failed    *js.Error               // what fail(reason) said
	aborted   *js.Error               // what Abort said
	breakOff  context.CancelCauseFunc // of the iteration that runs
	held      map[string]*holding     // by the name of the throttle
	queued    atomic.Pointer[string]  // the throttle that the user waited for when the iteration was broken off
	// unfinished is an operation that the user waited for when the iteration was broken off.
	unfinished atomic.Pointer[OperationError]
	underWay   map[*stepRun]bool
	began      time.Time
}

//go:embed prelude.js
var preludeSource string

var prelude = sync.OnceValue(func() *goja.Program {
	return goja.MustCompile("liveload:prelude.js", preludeSource, true)
})

// NewUser makes the user object in vm. The error is about the script: it does not export the
// function, or the config is not plain data.
func NewUser(vm *js.VM, opts Options) (*User, error) {
	if opts.Exec == "" {
		opts.Exec = "default"
	}
	if opts.Recorder == nil {
		opts.Recorder = nobody{}
	}
	u := &User{opts: opts, timeout: DefaultTimeout, logger: vm.Logger(), began: time.Now(), held: map[string]*holding{}, underWay: map[*stepRun]bool{}}
	if err := u.inhabit(vm); err != nil {
		return nil, err
	}
	return u, nil
}

// inhabit makes the user object in vm.
func (u *User) inhabit(vm *js.VM) error {
	u.vm, u.page = vm, page.New(vm)
	fn, ok := vm.Export(u.opts.Exec)
	if _, callable := goja.AssertFunction(fn); !ok || !callable {
		return &js.Error{File: vm.Program().Name(), Message: missingExport(u.opts.Exec)}
	}
	u.fn = fn
	var err error
	if u.config, err = vm.FromPlain(u.opts.Config, true); err != nil {
		return fmt.Errorf("pass config to user %d: %w", u.opts.ID, err)
	}
	if u.prelude, err = u.runPrelude(); err != nil {
		return fmt.Errorf("make user %d: %w", u.opts.ID, err)
	}
	vm.SetOwner(u)
	return nil
}

// renew moves the user into a fresh VM, with those of its assigns that are plain data.
func (u *User) renew(ctx context.Context) error {
	assigns, err := u.assigns()
	if err != nil {
		u.logger.Warn("lost the assigns of a user whose iteration was broken off", "user", u.opts.ID, "error", err)
		assigns = map[string]any{}
	}
	vm, err := u.vm.Fresh(ctx)
	if err != nil {
		return fmt.Errorf("replace the VM of user %d: %w", u.opts.ID, err)
	}
	if err := u.inhabit(vm); err != nil {
		return err
	}
	value, err := vm.FromPlain(assigns, false)
	if err != nil {
		return fmt.Errorf("keep the assigns of user %d: %w", u.opts.ID, err)
	}
	restore, _ := goja.AssertFunction(u.prelude.Get("restore"))
	_, err = restore(goja.Undefined(), value)
	return err
}

// assigns returns those assigns that are plain data.
func (u *User) assigns() (any, error) {
	get, _ := goja.AssertFunction(u.prelude.Get("assigns"))
	value, err := get(goja.Undefined())
	if err != nil {
		return nil, err
	}
	return u.vm.Plain(value)
}

func missingExport(name string) string {
	if name == "default" {
		return "the script has no default function: add `export default async function (user, config) { ... }`"
	}
	return fmt.Sprintf("the script does not export a function %q", name)
}

// RunIteration runs the script's function once, on session, and obeys ctx. What the script throws or
// fails with is the error: a *js.Error whose Unwrap leads to the *OperationError or *FailError;
// *js.InterruptError when ctx was over first, and an *AbortError, whatever else happens, when the
// script has aborted the test. halted says that the user asked to end for good;
// whatever the script did after that is no error. Operations that the script has not waited for
// belong to the iteration: it ends when they have.
//
// After an iteration that was interrupted while JavaScript was running, the next one starts in a
// fresh VM: assigns are kept, the script's own variables start anew.
func (u *User) RunIteration(ctx context.Context, session browserpool.Session, iteration int) (halted bool, err error) {
	if u.vm.Broken() {
		if err := u.renew(ctx); err != nil {
			return false, err
		}
	}
	u.session, u.iteration, u.failed = session, iteration, nil
	u.running, u.rested = 0, nil
	ctx, u.breakOff = context.WithCancelCause(ctx)
	defer u.breakOff(nil)
	defer u.releaseAll()
	u.vm.SetLogger(u.logger.With("user", u.opts.ID, "iteration", iteration))
	u.page.Begin(session)
	_, err = u.vm.Call(ctx, u.prelude.Get("iterate"), u.fn, u.config)
	u.page.End(ctx)
	u.endSteps(err)
	u.explainWait(err)
	var interrupted *js.InterruptError
	switch {
	case u.aborted != nil:
		return false, u.aborted
	case errors.As(err, &interrupted) || u.vm.Broken():
		return u.halted, err
	case u.halted:
		if err != nil {
			u.vm.Logger().Debug("ignored an error after halt()", "error", err)
		}
		return true, nil
	case u.failed != nil:
		return false, u.failed
	}
	return false, suggestOperation(err)
}

// Close lets go of the session. It may be called once no iteration runs.
func (u *User) Close() { u.session = nil }
