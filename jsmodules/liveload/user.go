package liveload

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/dop251/goja"

	"github.com/liveload/liveload/browserpool"
	"github.com/liveload/liveload/js"
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
}

// A User is the user object of one VM and runs its iterations. Its methods are called by one
// goroutine.
type User struct {
	vm      *js.VM
	opts    Options
	fn      goja.Value // of the script
	iterate goja.Value // of the prelude
	config  goja.Value
	logger  *slog.Logger

	session   browserpool.Session
	iteration int
	timeout   time.Duration
	step      int
	halted    bool
	failed    *js.Error // what fail(reason) said
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
	u := &User{vm: vm, opts: opts, timeout: DefaultTimeout, logger: vm.Logger()}
	fn, ok := vm.Export(opts.Exec)
	if _, callable := goja.AssertFunction(fn); !ok || !callable {
		return nil, &js.Error{File: vm.Program().Name(), Message: missingExport(opts.Exec)}
	}
	u.fn = fn
	var err error
	if u.config, err = vm.FromPlain(opts.Config, true); err != nil {
		return nil, fmt.Errorf("pass config to user %d: %w", opts.ID, err)
	}
	if u.iterate, err = u.runPrelude(); err != nil {
		return nil, fmt.Errorf("make user %d: %w", opts.ID, err)
	}
	return u, nil
}

func missingExport(name string) string {
	if name == "default" {
		return "the script has no default function: add `export default async function (user, config) { ... }`"
	}
	return fmt.Sprintf("the script does not export a function %q", name)
}

// RunIteration runs the script's function once, on session, and obeys ctx. What the script throws or
// fails with is the error: a *js.Error whose Unwrap leads to the *OperationError or *FailError;
// *js.InterruptError when ctx was over first. halted says that the user asked to end for good;
// whatever the script did after that is no error. Operations that the script has not waited for
// belong to the iteration: it ends when they have.
func (u *User) RunIteration(ctx context.Context, session browserpool.Session, iteration int) (halted bool, err error) {
	u.session, u.iteration, u.failed = session, iteration, nil
	u.vm.SetLogger(u.logger.With("user", u.opts.ID, "iteration", iteration))
	_, err = u.vm.Call(ctx, u.iterate, u.fn, u.config)
	var interrupted *js.InterruptError
	switch {
	case errors.As(err, &interrupted) || errors.Is(err, js.ErrStuck):
		return u.halted, err
	case u.halted:
		if err != nil {
			u.vm.Logger().Debug("ignored an error after halt()", "error", err)
		}
		return true, nil
	case u.failed != nil:
		return false, u.failed
	}
	return false, err
}

// Close lets go of the VM.
func (u *User) Close() { u.session = nil }
