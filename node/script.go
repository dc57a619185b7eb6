package node

import (
	"context"
	"fmt"
	"hash/fnv"
	"log/slog"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/liveload/liveload/browserpool"
	"github.com/liveload/liveload/js"
	"github.com/liveload/liveload/js/program"
	"github.com/liveload/liveload/jsmodules/liveload"
	"github.com/liveload/liveload/jsmodules/throttles"
	"github.com/liveload/liveload/plan"
	"github.com/liveload/liveload/runner"
	"github.com/liveload/liveload/throttle"
)

// startTimeout bounds the top level of a script and its config function, which should only prepare.
const startTimeout = 30 * time.Second

// ScriptOptions are what a script of this node needs from outside.
type ScriptOptions struct {
	Modules js.Modules
	Log     *slog.Logger
	// Keep keeps a picture that a user took, and says where. Called from several goroutines.
	Keep func(name string, user, iteration int, png []byte) (path string, err error)
	// Files are what the script may read. Nil is what lies beside it on this machine.
	Files js.Files
	// Shared is what the script's users share with those of other nodes. Required for scripts that define
	// throttles or take rows.
	Shared Shared
	// Recorder takes what scripts measure: operations, steps, checks, requests without a browser, their own metrics.
	// Nil ignores it.
	Recorder liveload.Recorder
}

// A javaScript is a Script in JavaScript: one program, one configuration, a VM for each user.
type javaScript struct {
	program   *program.Program
	config    any
	throttles throttle.Set
	context   map[string]any // options of browser contexts
	exec      string         // the exported function that is one iteration; "" is the default export
	opts      ScriptOptions
}

// LoadScript compiles the plan's program and calls its config and throttles functions. The error is the script's: a
// *scripterr.Error, or a *scripterr.InterruptError when it does not come to an end.
func LoadScript(ctx context.Context, plan *plan.Scenario, opts ScriptOptions) (runner.Script, error) {
	program, err := program.Load(program.Source(plan.Program))
	if err != nil {
		return nil, err
	}
	s := &javaScript{program: program, context: plan.Context, exec: plan.Exec, opts: opts}
	ctx, cancel := starting(ctx, "the script's top level or its functions config and throttles")
	defer cancel()
	nobody := runner.Identity{Scenario: plan.Name, Seed: plan.Seed} // users begin with 1
	if s.config, err = liveload.RunConfig(ctx, program, s.vmOptions(nobody), plan.Config); err != nil {
		return nil, err
	}
	definitions, err := throttles.Run(ctx, program, s.vmOptions(nobody), s.config)
	if err != nil {
		return nil, err
	}
	if len(definitions) > 0 {
		if s.throttles, err = opts.Shared.Throttles(ctx, plan.Name, definitions); err != nil {
			return nil, fmt.Errorf("prepare throttles: %w", err)
		}
	}
	return s, nil
}

// Sibling returns the script of a scenario that runs beside another one of the same file: both share
// what was loaded and what config returned.
func Sibling(of runner.Script, plan *plan.Scenario, opts ScriptOptions) (runner.Script, error) {
	first, ok := of.(*javaScript)
	if !ok {
		return nil, fmt.Errorf("prepare scenario %q: the scenario beside it is no script", plan.Name)
	}
	sibling := *first
	sibling.context, sibling.exec, sibling.opts = plan.Context, plan.Exec, opts
	return &sibling, nil
}

// InspectScript tells what a script exports, within bounded time.
func InspectScript(ctx context.Context, program *program.Program, opts ScriptOptions) (*js.Exports, error) {
	ctx, cancel := starting(ctx, "the script's top level")
	defer cancel()
	return js.Inspect(ctx, program, js.VMOptions{Modules: opts.Modules, Logger: opts.Log, Files: opts.Files})
}

func starting(ctx context.Context, what string) (context.Context, context.CancelFunc) {
	return context.WithTimeoutCause(ctx, startTimeout, fmt.Errorf("%s took longer than %v", what, startTimeout))
}

func (s *javaScript) vmOptions(identity runner.Identity) js.VMOptions {
	return js.VMOptions{Modules: s.opts.Modules, Logger: s.opts.Log, Random: random(identity), Files: s.opts.Files}
}

// NewUser implements Script.
func (s *javaScript) NewUser(identity runner.Identity) (runner.User, error) {
	ctx, cancel := starting(context.Background(), "the script's top level")
	defer cancel()
	vm, err := js.NewVM(ctx, s.program, s.vmOptions(identity))
	if err != nil {
		return nil, err
	}
	user, err := liveload.NewUser(vm, liveload.Options{
		ID: identity.ID, Node: identity.Node, Scenario: identity.Scenario, Exec: s.exec,
		Config: s.config, Recorder: s.opts.Recorder,
		Keep: s.opts.Keep, ContextOptions: s.context, Throttles: s.throttles, Sequences: s.opts.Shared,
	})
	if err != nil {
		return nil, err // not a nil *liveload.User, which would be a runner.User
	}
	if s.throttles == nil {
		return user, nil
	}
	return &scriptUser{User: user, throttles: s.throttles}, nil
}

// A scriptUser starts the time of the throttles with the first iteration of the first user.
type scriptUser struct {
	*liveload.User
	throttles throttle.Set
}

// RunIteration implements User.
func (u *scriptUser) RunIteration(ctx context.Context, session browserpool.Session, iteration int) (halted bool, err error) {
	u.throttles.Begin()
	return u.User.RunIteration(ctx, session, iteration)
}

// random gives the numbers from 0 to below 1 of what a user does at random: always the same ones for the
// same seed, scenario and user.
func random(identity runner.Identity) func() float64 {
	sum := fnv.New64a()
	sum.Write([]byte(identity.Scenario)) // never fails
	source := rand.New(rand.NewPCG(identity.Seed, sum.Sum64()+uint64(identity.ID)))
	var mu sync.Mutex // a VM that was given up may still ask
	return func() float64 {
		mu.Lock()
		defer mu.Unlock()
		return source.Float64()
	}
}
