package node

import (
	"cmp"
	"context"
	"fmt"
	"hash/fnv"
	"log/slog"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/liveload/liveload/browserpool"
	"github.com/liveload/liveload/confined"
	"github.com/liveload/liveload/js"
	"github.com/liveload/liveload/js/memory"
	"github.com/liveload/liveload/js/program"
	"github.com/liveload/liveload/jsmodules/liveload"
	"github.com/liveload/liveload/jsmodules/throttles"
	"github.com/liveload/liveload/ordered"
	"github.com/liveload/liveload/plan"
	"github.com/liveload/liveload/redact"
	"github.com/liveload/liveload/runner"
	"github.com/liveload/liveload/runner/evidence"
	"github.com/liveload/liveload/throttle"
)

// startTimeout bounds the top level of a script and its config function, which should only prepare.
const startTimeout = 30 * time.Second

// ScriptOptions are what a script of this node needs from outside.
type ScriptOptions struct {
	Modules js.Modules
	Log     *slog.Logger
	// Files are what the script may read. Nil means those next to it on this machine, and in AllowRead.
	Files js.Files
	// AllowRead are more folders of this machine.
	AllowRead []string
	// Secrets are what scripts have that nothing may show; they learn what the script sets.
	Secrets *redact.Redactor
	// ScriptMemory is how many bytes InspectScript may take; 0 is a share of what the machine has.
	ScriptMemory int64
	// Shared is what the script's users share with those of other nodes. Required for scripts that define
	// throttles or take rows.
	Shared Shared
}

// A Script is a loaded file of scenarios. Safe for concurrent use.
type Script interface {
	// Files are what it may read.
	Files() js.Files
	// Scenario returns one of its scenarios. recorder takes what users measure, and store keeps their pictures;
	// nil ignores them.
	Scenario(scenario *plan.Scenario, recorder liveload.Recorder, pages browserpool.PageLabeler, store *evidence.Store) runner.Script
}

// A javaScript is a Script in JavaScript: one program, one configuration, a VM for each user.
type javaScript struct {
	program   *program.Program
	config    any
	data      any // that setup has returned
	throttles throttle.Set
	memory    *memory.Watch
	opts      ScriptOptions
}

// LoadScript compiles the program of a batch and calls its functions config and throttles; first is any scenario of the
// batch. The error is the script's: a *scripterr.Error, or a *scripterr.InterruptError when it does not come to an end.
func LoadScript(ctx context.Context, first *plan.Scenario, opts ScriptOptions) (Script, error) {
	program, err := program.Load(program.Source(first.Program))
	if err != nil {
		return nil, err
	}
	if opts.Files == nil {
		opts.Files = confined.Reader{Folder: program.Folder(), Allowed: opts.AllowRead}
	}
	s := &javaScript{program: program, memory: memory.NewWatch(cmp.Or(first.ScriptMemory, scriptMemory())), opts: opts}
	ctx, cancel := starting(ctx, "the script's top level or its functions config and throttles")
	defer cancel()
	noUser := runner.Identity{Scenario: first.Name, Seed: first.Seed} // their ids begin with 1
	configOptions := s.vmOptions(noUser)
	if first.Phase != "" { // the users' node says what there is to say
		configOptions.Logger = slog.New(slog.DiscardHandler)
	}
	if s.config, err = liveload.RunConfig(ctx, program, configOptions, first.Config); err != nil {
		return nil, err
	}
	opts.Secrets.LearnNamed(s.config)
	if len(first.Data) > 0 {
		if s.data, err = ordered.Parse(first.Data); err != nil {
			return nil, fmt.Errorf("read what setup has returned: %w", err)
		}
	}
	if first.Phase != "" {
		return s, nil
	}
	definitions, err := throttles.Run(ctx, program, s.vmOptions(noUser), s.config)
	if err != nil {
		return nil, err
	}
	if len(definitions) > 0 {
		if s.throttles, err = opts.Shared.Throttles(ctx, first.Name, definitions); err != nil {
			return nil, fmt.Errorf("prepare throttles: %w", err)
		}
	}
	return s, nil
}

// InspectScript says what a script exports, within bounded time.
func InspectScript(ctx context.Context, program *program.Program, opts ScriptOptions) (*js.Exports, error) {
	ctx, cancel := starting(ctx, "the script's top level")
	defer cancel()
	return js.Inspect(ctx, program, js.VMOptions{Modules: opts.Modules, Logger: opts.Log, Files: opts.Files, Memory: memory.NewWatch(cmp.Or(opts.ScriptMemory, scriptMemory()))})
}

func starting(ctx context.Context, what string) (context.Context, context.CancelFunc) {
	return context.WithTimeoutCause(ctx, startTimeout, fmt.Errorf("%s took longer than %v", what, startTimeout))
}

func (s *javaScript) vmOptions(identity runner.Identity) js.VMOptions {
	return js.VMOptions{Modules: s.opts.Modules, Logger: s.opts.Log, Random: random(identity), Files: s.opts.Files, Memory: s.memory}
}

// Files implements Script.
func (s *javaScript) Files() js.Files { return s.opts.Files }

// Scenario implements Script.
func (s *javaScript) Scenario(scenario *plan.Scenario, recorder liveload.Recorder, pages browserpool.PageLabeler, store *evidence.Store) runner.Script {
	return &scenarioScript{javaScript: s, scenario: scenario, recorder: recorder, pages: pages, store: store}
}

// A scenarioScript is one scenario of a script.
type scenarioScript struct {
	*javaScript
	scenario *plan.Scenario
	recorder liveload.Recorder
	pages    browserpool.PageLabeler
	store    *evidence.Store
}

// NewUser implements runner.Script.
func (s *scenarioScript) NewUser(identity runner.Identity) (runner.User, error) {
	ctx, cancel := starting(context.Background(), "the script's top level")
	defer cancel()
	vm, err := js.NewVM(ctx, s.program, s.vmOptions(identity))
	if err != nil {
		return nil, err
	}
	user, err := liveload.NewUser(vm, liveload.Options{
		ID: identity.ID, Node: identity.Node, Scenario: identity.Scenario, Exec: s.scenario.Exec,
		Config: s.config, Data: s.data, Phase: string(s.scenario.Phase), Recorder: s.recorder, Pages: s.pages, Keep: s.store.Of(identity.Part).Screenshot,
		ContextOptions: s.scenario.Context, Throttles: s.throttles, Sequences: s.opts.Shared,
		AcceptStatus: s.scenario.AcceptStatus, Secrets: s.opts.Secrets, Timeout: time.Duration(s.scenario.Timeout),
	})
	if err != nil {
		return nil, err // not a nil *liveload.User, which would be a runner.User
	}
	return user, nil
}

// random returns the numbers from 0 to below 1 of what a user does at random: always the same ones for the
// same seed, scenario and user.
func random(identity runner.Identity) func() float64 {
	sum := fnv.New64a()
	sum.Write([]byte(identity.Scenario)) // never fails
	source := rand.New(rand.NewPCG(identity.Seed, sum.Sum64()+uint64(identity.ID)))
	var mu sync.Mutex // an abandoned VM may still ask
	return func() float64 {
		mu.Lock()
		defer mu.Unlock()
		return source.Float64()
	}
}
