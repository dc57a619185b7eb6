// Package js runs a script: a VM is one user's copy of it, with an event loop that turns during calls. Packages below
// bundle and compile it (bundle, program), turn the loop (eventloop), and give it what the language lacks (web).
//
// It knows nothing of browsers and nothing of what a script can import: modules are handed to it.
package js

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"sync/atomic"
	"time"

	"github.com/dop251/goja"
	"github.com/dop251/goja/parser"

	"github.com/liveload/liveload/confined"
	"github.com/liveload/liveload/excerpt"
	"github.com/liveload/liveload/js/eventloop"
	"github.com/liveload/liveload/js/inspect"
	"github.com/liveload/liveload/js/memory"
	"github.com/liveload/liveload/js/program"
	"github.com/liveload/liveload/js/scripterr"
)

var (
	// ErrCallEnded is the cause with which the context of a call is cancelled at its end.
	ErrCallEnded = errors.New("the call that started this is over")
	// ErrBusy says that a VM was used by two goroutines at once.
	ErrBusy = errors.New("the VM is already in a call")
	// ErrStuck says that a Go function ignores its cancelled context.
	ErrStuck = errors.New("an operation does not end, though it was cancelled")
	// ErrBroken says that an earlier call has left the VM unusable; Fresh makes another one.
	ErrBroken = errors.New("the VM was interrupted in the middle of its work and must be replaced")
)

// maxDepth bounds how deep function calls may nest. goja has no limit of its own, so a runaway recursion would take all
// memory; V8 allows about 11,000 small frames.
const maxDepth = 5000

// drainLimit bounds how long the end of a call waits for Go functions whose context is cancelled.
const drainLimit = 5 * time.Second

// VMOptions say what surrounds a script.
type VMOptions struct {
	Modules Modules
	// Logger takes what the script writes to its console, with the attributes that it already has.
	// Nil is slog.Default().
	Logger *slog.Logger
	// Random returns the numbers of Math.random, from 0 to below 1. It must be safe for concurrent use, since a VM that
	// was given up shares it with its successor. Nil is a random seed.
	Random func() float64
	// Files are what the script may open. Nil is its own folder on this machine.
	Files Files
	// Memory bounds what all scripts of the process take together. Nil bounds nothing.
	Memory *memory.Watch
}

// A VM runs one program for one user. Its event loop turns during Run and Call, one call at a time, on a goroutine of the
// call. Between calls nothing runs, and the VM belongs to the goroutine of its caller.
type VM struct {
	rt        *goja.Runtime
	look      inspect.Reader
	program   *program.Program
	opts      VMOptions // none is nil
	loaded    map[string]*goja.Object
	exports   *goja.Object
	regexp    goja.Value // makes regular expressions that goja runs wrongly
	guard     goja.Value // looks at values before they take much memory
	textGuard goja.Value // looks at texts that were made
	about     []any      // what the log says of this call
	owner     any
	scope     scope
	busy      atomic.Bool
	broken    atomic.Bool
	givenUp   *runningCall // for the caller; nil when there is none
	account   *memory.Account
	grown     atomic.Bool       // it took too much memory
	outgrow   func(cause error) // ends the call for it

	// Of the running call; touched on its goroutine only.
	caller   context.Context // of the caller; nil between calls
	ctx      context.Context // of the call; nil until somebody asks for it
	endCtx   context.CancelCauseFunc
	loop     *eventloop.Loop
	tasks    chan func()     // to goroutines that wait for one
	rejected []*goja.Promise // rejected and not handled yet
}

// NewVM makes a VM and evaluates the top level of the script in it; ctx bounds that evaluation. The
// error is a *scripterr.Error when the script is at fault, or a *scripterr.InterruptError. Nobody needs to close a VM.
func NewVM(ctx context.Context, program *program.Program, opts VMOptions) (*VM, error) {
	return newVM(ctx, program, opts, false)
}

// newVM is NewVM, whose top level is trusted to need no more memory than it did before.
func newVM(ctx context.Context, program *program.Program, opts VMOptions, trusted bool) (*VM, error) {
	vm := &VM{
		rt:      goja.New(),
		program: program,
		opts:    opts,
		loaded:  map[string]*goja.Object{},
		loop:    eventloop.New(),
		tasks:   make(chan func()),
	}
	vm.look = inspect.Reader{Runtime: vm.rt, Broken: func() { vm.broken.Store(true) }, ErrorOf: func(o *goja.Object) *scripterr.Error { return vm.thrown(o) }}
	if vm.opts.Logger == nil {
		vm.opts.Logger = slog.Default()
	}
	if vm.opts.Random == nil {
		vm.opts.Random = rand.Float64
	}
	if vm.opts.Files == nil {
		vm.opts.Files = confined.Reader{Folder: program.Folder()}
	}
	vm.rt.SetParserOptions(parser.WithDisableSourceMaps) // eval would read whatever file its text names
	vm.account = opts.Memory.Account(func() bool { return !vm.loop.Resting() })
	vm.rt.SetRandSource(vm.opts.Random)
	vm.rt.SetMaxCallStackSize(maxDepth)
	vm.rt.SetPromiseRejectionTracker(vm.trackRejection)
	vm.rt.SetAsyncContextTracker(&vm.scope)
	if err := vm.defineGlobals(); err != nil {
		return nil, fmt.Errorf("prepare VM: %w", err)
	}
	vm.account.Trust(trusted)
	defer vm.account.Trust(false)
	if _, err := vm.Run(ctx, vm.evaluate); err != nil {
		return nil, err
	}
	return vm, nil
}

// Broken says that the VM must be replaced: its last call ended while JavaScript was running (goja
// loses track of the async functions that it was in then), or Go code panicked or did not come back.
func (vm *VM) Broken() bool { return vm.broken.Load() }

// Grown says that the last call was ended since scripts took too much memory. What the script holds is lost: Salvage gives
// ErrBroken.
func (vm *VM) Grown() bool { return vm.grown.Load() }

// GivenUp says that the last call ended without its goroutine, since the script was in a built-in
// function that cannot be interrupted: a huge BigInt, sorting or parsing something gigantic, or a Go
// function that blocks. The goroutine ends with that function. Until then the VM and everything that its
// script can reach belong to it: leave them alone, but for Salvage, Fresh and Program.
func (vm *VM) GivenUp() bool { return vm.givenUp != nil }

// Returned is closed when the goroutine of a call that was given up has ended. It is nil when there is none.
func (vm *VM) Returned() <-chan struct{} {
	if vm.givenUp == nil {
		return nil
	}
	return vm.givenUp.done
}

// Fresh makes another VM for the same program, in the state after the top level of the script.
func (vm *VM) Fresh(ctx context.Context) (*VM, error) {
	return newVM(ctx, vm.program, vm.opts, vm.Grown())
}

// Runtime is goja's runtime. It may be touched only on the goroutine that is in Run or Call, or
// that holds the VM between calls.
func (vm *VM) Runtime() *goja.Runtime { return vm.rt }

// Program is what the VM runs.
func (vm *VM) Program() *program.Program { return vm.program }

// Mentions says whether one of these words is in the script or in what it imports.
func (vm *VM) Mentions(words ...string) bool { return vm.program.Mentions(words...) }

// NeedsRegexps says whether the script has regular expressions that goja runs wrongly.
func (vm *VM) NeedsRegexps() bool { return vm.program.NeedsRegexps() }

// NeedsGuard says whether the program asks before it takes much memory.
func (vm *VM) NeedsGuard() bool { return vm.program.NeedsGuard() }

// NeedsTextGuard says whether the program shows the texts that it makes.
func (vm *VM) NeedsTextGuard() bool { return vm.program.NeedsTextGuard() }

// Files are what the script may open.
func (vm *VM) Files() Files { return vm.opts.Files }

// Context is the context of the running call: Go functions called by the script obey it. Between
// calls it is nil.
func (vm *VM) Context() context.Context {
	if vm.ctx == nil && vm.caller != nil {
		vm.ctx, vm.endCtx = context.WithCancelCause(vm.caller)
	}
	return vm.ctx
}

// Logger takes what the script logs.
func (vm *VM) Logger() *slog.Logger { return vm.opts.Logger.With(vm.about...) }

// LogAbout has the log say more about what follows, between calls: keys and values.
func (vm *VM) LogAbout(about ...any) { vm.about = about }

// Random returns the next number of Math.random, on the VM's goroutine.
func (vm *VM) Random() float64 { return vm.opts.Random() }

// Export returns what the script exports as name; ok is false when there is no such export.
func (vm *VM) Export(name string) (v goja.Value, ok bool) {
	ex := vm.rt.Try(func() { v = vm.exports.Get(name) })
	return v, ex == nil && v != nil && !goja.IsUndefined(v)
}

// evaluate runs the top level of the program.
func (vm *VM) evaluate() (goja.Value, error) {
	module, require := vm.rt.NewObject(), vm.rt.ToValue(vm.require)
	if err := module.Set("exports", vm.rt.NewObject()); err != nil {
		return nil, err
	}
	vm.exports = module.Get("exports").(*goja.Object)
	wrapper, err := vm.rt.RunProgram(vm.program.Compiled())
	if err != nil {
		return nil, err
	}
	run, _ := goja.AssertFunction(wrapper)
	if _, err := run(goja.Undefined(), module, vm.exports, require, vm.regexp, vm.guard, vm.textGuard); err != nil {
		return nil, err
	}
	exports, ok := module.Get("exports").(*goja.Object)
	if !ok {
		return nil, errors.New("the script exports no object")
	}
	vm.exports = exports
	return nil, nil
}

// require gives the script a module; esbuild has put everything else into the program.
func (vm *VM) require(call goja.FunctionCall) goja.Value {
	name := call.Argument(0).String()
	if exports, ok := vm.loaded[name]; ok {
		return exports
	}
	module, ok := vm.opts.Modules[name]
	if !ok {
		panic(vm.NewError(fmt.Errorf("there is no module %q", name)))
	}
	values, err := module.Exports(vm)
	if err != nil {
		panic(vm.NewError(fmt.Errorf("import %q: %w", name, err)))
	}
	exports := vm.rt.NewDynamicObject(&moduleExports{rt: vm.rt, names: module.Names(), values: values})
	vm.loaded[name] = exports
	return exports
}

// Log writes values as console.log does.
func (vm *VM) Log(level slog.Level, values ...goja.Value) {
	ctx := vm.caller
	if ctx == nil {
		ctx = context.Background()
	}
	if vm.opts.Logger.Enabled(ctx, level) {
		vm.Logger().Log(ctx, level, excerpt.Of(vm.look.Format(values)))
	}
}

// WarnAt logs a warning about a place of the script, nil for the current one: once in the process for each place.
func (vm *VM) WarnAt(stack []goja.StackFrame, text string) {
	if stack == nil {
		stack = vm.Stack()
	}
	if frames := vm.Frames(stack); len(frames) > 0 {
		at := frames[0]
		at.Func = ""
		text = at.String() + ": " + text
	}
	if vm.program.FirstTime(text) {
		vm.Logger().Warn(text)
	}
}
