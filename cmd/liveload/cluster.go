package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/liveload/liveload/cluster/broker"
	"github.com/liveload/liveload/cluster/fleet"
	"github.com/liveload/liveload/cluster/phases"
	"github.com/liveload/liveload/cluster/providers"
	"github.com/liveload/liveload/cluster/remote"
	"github.com/liveload/liveload/cluster/upload"
	"github.com/liveload/liveload/cluster/workerlog"
	"github.com/liveload/liveload/js"
	"github.com/liveload/liveload/node"
	"github.com/liveload/liveload/plan"
)

const (
	launchTimeout  = 5 * time.Minute
	joinTimeout    = 2 * time.Minute
	manualTimeout  = 30 * time.Minute // for workers that a person starts
	leaveTimeout   = 10 * time.Second
	destroyTimeout = time.Minute
)

// lead is how long before its start a batch is sent, so that all nodes have it by then.
func (w *wiring) lead() time.Duration {
	if w.settings.cluster.kind == nil {
		return 0
	}
	return time.Second + time.Duration(w.settings.cluster.nodes)*2*time.Millisecond
}

// users returns the node that carries the users, and what ends it. Call close also after an error.
func (w *wiring) users(ctx context.Context, p plan.Plan) (users node.Node, close func() error, err error) {
	nothing := func() error { return nil }
	switch {
	case w.outside.fleet != nil:
		return w.outside.fleet(w), nothing, nil
	case w.settings.cluster.kind == nil:
		return w.local(hostName()), nothing, nil
	}
	f, users, err := w.form(ctx, p)
	return users, f.close, err
}

// A formation is the nodes of a run, and what has to end with it.
type formation struct {
	w        *wiring
	broker   *broker.Broker
	hub      *remote.Hub
	provider providers.Provider
	evidence *upload.Folder
	logs     *workerlog.Receiver
	phases   *phases.Tracker
	unfollow func() // ends what is shown of the phases
	asked    int    // machines that the provider was asked for
	nodes    []*remote.Node

	mu       sync.Mutex
	lost     context.CancelCauseFunc // ends the wait for workers
	closing  bool                    // workers that end were asked to
	machines []providers.Machine
}

func (w *wiring) newFormation() *formation {
	f := &formation{w: w, phases: phases.New(func(p phases.Phase, text string) { w.display.Status(string(p), text) })}
	following, unfollow := context.WithCancel(context.Background())
	over := make(chan struct{})
	go func() {
		defer close(over)
		f.phases.Follow(following)
	}()
	f.unfollow = func() {
		unfollow()
		<-over
		w.display.Status("", "")
	}
	return f
}

// awaitJoins begins to wait for workers: those of the machines, whose names are theirs.
func (f *formation) awaitJoins() (joined func(names []string)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	var names []string
	for _, m := range f.machines {
		names = append(names, m.Name)
	}
	f.phases.Await(phases.Join, names...)
	known := map[string]bool{}
	return func(names []string) {
		for _, name := range names {
			if !known[name] {
				known[name] = true
				f.phases.Done(phases.Join, name)
			}
		}
	}
}

// arrivals waits for n workers. Its error names those that are missing, where it knows them.
func (f *formation) arrivals(ctx context.Context, n int) ([]*remote.Node, error) {
	told, there := f.awaitJoins(), []string(nil)
	nodes, err := f.hub.Gather(ctx, n, func(names []string) {
		there = names
		told(names)
	})
	if err == nil {
		f.mu.Lock()
		f.nodes = nodes
		f.mu.Unlock()
		return nodes, nil
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	var missing []string
	for _, m := range f.machines {
		if !slices.Contains(there, m.Name) {
			missing = append(missing, m.Name)
		}
	}
	if len(missing) > 0 {
		err = fmt.Errorf("%s did not join: %w", strings.Join(missing, ", "), err)
	}
	return nil, err
}

// clocks are the offsets of the nodes.
func (f *formation) clocks() map[string]time.Duration {
	f.mu.Lock()
	defer f.mu.Unlock()
	offsets := map[string]time.Duration{}
	for _, n := range f.nodes {
		offsets[n.Names()[0]] = n.Offset()
	}
	return offsets
}

// form starts the nodes of the cluster. The caller closes the formation, also after an error.
func (w *wiring) form(ctx context.Context, p plan.Plan) (_ *formation, _ node.Node, err error) {
	f := w.newFormation()
	if err := f.choose(); err != nil {
		return f, nil, err
	}
	if err := f.begin(p); err != nil {
		return f, nil, err
	}
	if err := f.open(ctx, p); err != nil {
		return f, nil, err
	}
	w.clocks = f.clocks
	members, err := f.size(ctx, p)
	if err != nil {
		return f, nil, err
	}
	for i := range members {
		members[i].Node = f.phases.Watch(members[i].Node)
	}
	all, err := fleet.New(members, w.log)
	if err != nil {
		return f, nil, err
	}
	all.OnLoss, all.Silence = w.settings.cluster.onLoss, w.settings.cluster.silence
	return f, all, nil
}

// choose opens the provider, and asks it for as many machines as it has when nobody has said how many.
func (f *formation) choose() error {
	s := &f.w.settings.cluster
	program, err := f.w.outside.program()
	if err != nil {
		return fmt.Errorf("find liveload itself, which workers run: %w", err)
	}
	home := providers.Home{Binary: program, Cache: f.w.cache, Folder: f.w.dir.Path(), Env: f.w.dir.Env(), Say: f.w.say, Log: f.w.log}
	if f.provider, err = s.kind.Open(home, s.options); err != nil {
		return err
	}
	if s.nodes == 0 {
		s.nodes = 1
		if counted, ok := f.provider.(providers.Counted); ok {
			s.nodes = counted.Machines()
		}
	}
	return nil
}

// gather starts machines until there are n nodes, and waits for their workers.
func (f *formation) gather(ctx context.Context, runID string, n int) ([]*remote.Node, error) {
	waiting, lost := context.WithCancelCause(ctx)
	defer lost(nil)
	f.mu.Lock()
	f.lost = lost
	f.mu.Unlock()
	f.phases.Expect(n)
	if err := f.launch(ctx, runID, n-f.asked); err != nil {
		return nil, err
	}
	f.asked = n
	timeout := joinTimeout
	if f.w.settings.cluster.kind.Manual {
		timeout = manualTimeout
	}
	waiting, cancel := context.WithTimeoutCause(waiting, timeout, fmt.Errorf("waited %v", timeout))
	defer cancel()
	nodes, err := f.arrivals(waiting, n)
	if err == nil {
		f.compareBrowsers(nodes)
	}
	return nodes, err
}

// say tells the person something that belongs into no log.
func (w *wiring) say(text string) { fmt.Fprintln(w.outside.logWriter(w.display), text) }

// open lets workers connect.
func (f *formation) open(ctx context.Context, p plan.Plan) (err error) {
	s := f.w.settings.cluster
	options := broker.Options{Run: p.RunID, Listen: s.listen, Address: s.address, URL: s.nats, Log: f.w.log}
	if s.key != "" {
		if options.Key, err = broker.ReadKey(s.key); err != nil {
			return err
		}
	}
	if f.broker, err = broker.Start(ctx, options); err != nil {
		f.broker = nil
		return err
	}
	settings, err := f.w.settings.far(p, f.w.outside.env)
	if err != nil {
		return err
	}
	contents := &remote.Contents{}
	seen := map[string]bool{}
	for _, scenario := range p.Scenarios {
		if !seen[scenario.Script] {
			seen[scenario.Script] = true
			contents.AddFiles(js.Folder(filepath.Dir(scenario.Script)), scenario.Files)
		}
	}
	token, err := broker.ParseToken(f.broker.Token())
	if err != nil {
		return err
	}
	f.logs = workerlog.NewReceiver(f.w.log, workerlog.Levels{Workers: s.logs, Scripts: f.w.settings.log.level}, f.broker.Token(), token.Secret)
	f.evidence = upload.NewFolder(f.w.settings.evidence.Dir)
	f.hub, err = remote.Open(remote.Options{
		Gate: f.broker, RunID: p.RunID, Version: version, Settings: settings, Contents: contents, Silence: s.silence, Evidence: f.evidence, Logs: f.logs, Log: f.w.log,
	})
	return err
}

// launch has the provider start n machines.
func (f *formation) launch(ctx context.Context, runID string, n int) error {
	ctx, cancel := context.WithTimeoutCause(ctx, launchTimeout, fmt.Errorf("it took longer than %v", launchTimeout))
	defer cancel()
	f.phases.Await(phases.Launch)
	machines, err := f.provider.Launch(ctx, n, providers.Spec{Run: runID, Token: f.broker.Token(), Known: f.w.settings.cluster.key, Args: f.w.workerArgs(), Ended: f.ended})
	f.mu.Lock()
	f.machines = append(f.machines, machines...)
	f.mu.Unlock()
	if err != nil {
		return fmt.Errorf("start workers: %w", err)
	}
	return nil
}

// workerArgs are flags for workers. What they log comes over the wire; what they print explains why one has ended, so that
// it is warnings and errors only.
func (w *wiring) workerArgs() []string {
	args := []string{"--log-level", "warn"}
	if w.settings.browserPath != "" {
		args = append(args, "--browser-path", w.settings.browserPath)
	}
	return args
}

// ended takes the end of a machine that nobody asked for.
func (f *formation) ended(m providers.Machine, why error) {
	f.mu.Lock()
	asked := f.closing
	f.lost(why)
	f.mu.Unlock()
	if asked {
		return
	}
	f.w.log.Warn("a worker has ended", "machine", m.Name, "reason", why)
	f.hub.Gone(m.Name, why)
}

// close ends the workers and their machines.
func (f *formation) close() error {
	defer f.unfollow()
	f.mu.Lock()
	f.closing = true
	f.mu.Unlock()
	f.phases.Await(phases.Destroy)
	if f.hub != nil {
		leaving, cancel := context.WithTimeout(context.Background(), leaveTimeout)
		defer cancel()
		f.hub.Close(leaving)
	}
	destroyed := f.destroy()
	if f.hub != nil {
		reading, cancel := context.WithTimeout(context.Background(), leaveTimeout)
		defer cancel()
		f.hub.Logged(reading)
		f.logs.Close()
	}
	if f.broker != nil {
		f.broker.Close()
	}
	if f.evidence != nil {
		destroyed = errors.Join(destroyed, f.evidence.Close())
	}
	return destroyed
}

// destroy ends the machines.
func (f *formation) destroy() error {
	if f.provider == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), destroyTimeout)
	defer cancel()
	f.mu.Lock()
	machines := f.machines
	f.mu.Unlock()
	if err := f.provider.Destroy(ctx, machines); err != nil {
		return fmt.Errorf("end the machines of the cluster, of which some may be left: %w", err)
	}
	return nil
}
