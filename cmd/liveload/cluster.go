package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"time"

	"github.com/liveload/liveload/cluster/broker"
	"github.com/liveload/liveload/cluster/fleet"
	"github.com/liveload/liveload/cluster/machines"
	"github.com/liveload/liveload/cluster/phases"
	"github.com/liveload/liveload/cluster/providers"
	"github.com/liveload/liveload/cluster/providers/home"
	"github.com/liveload/liveload/cluster/remote"
	"github.com/liveload/liveload/cluster/shared"
	"github.com/liveload/liveload/cluster/upload"
	"github.com/liveload/liveload/cluster/workerlog"
	"github.com/liveload/liveload/confined"
	"github.com/liveload/liveload/node"
	"github.com/liveload/liveload/plan"
)

const (
	leaveTimeout   = 10 * time.Second
	destroyTimeout = 2 * time.Minute  // also of a cloud that asks to wait between requests
	cleanupTimeout = 10 * time.Minute // of machines that take their time to end
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

	first    *remote.Node  // that has called setup for a trial; nil without one
	machines *machines.Set // nil until workers can connect

	told    int       // number of machines whose cost was told
	counted time.Time // up to when Results say what machines were used for

	mu    sync.Mutex
	until time.Time      // when machines leave at the latest; zero when they stay
	nodes []*remote.Node // that have joined
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

// form starts the nodes of the cluster. The caller closes the formation, also after an error.
func (w *wiring) form(ctx context.Context, p plan.Plan) (_ *formation, _ node.Node, err error) {
	f := w.newFormation()
	if err := f.choose(); err != nil {
		return f, nil, err
	}
	if w.settings.cluster.nodes, err = w.settings.cluster.begin(f.provider, p); err != nil {
		return f, nil, err
	}
	yes, err := w.settings.cluster.isElastic(p)
	if err == nil && !yes {
		err = f.tellFirstCost(p)
	}
	if err != nil {
		return f, nil, err
	}
	if err := f.open(ctx, p); err != nil {
		return f, nil, err
	}
	w.clocks, w.used = f.clocks, f.used
	all, err := f.fleet(ctx, p, yes)
	if err != nil {
		return f, nil, err
	}
	all.OnLoss, all.Silence = w.settings.cluster.onLoss, w.settings.cluster.silence
	return f, all, nil
}

// fleet starts the nodes: all of them, or those that the start of an elastic run needs.
func (f *formation) fleet(ctx context.Context, p plan.Plan, isElastic bool) (_ *fleet.Fleet, err error) {
	defer func() {
		if err != nil && f.w.setups != nil { // a trial has called setup
			err = errors.Join(err, f.w.setups.End(ctx, f.first, &shared.Local{}))
		}
	}()
	if isElastic {
		return f.elasticFleet(ctx, p)
	}
	members, err := f.size(ctx, p)
	if err != nil {
		return nil, err
	}
	if err := f.tellCost(p, len(members)); err != nil {
		return nil, err
	}
	for i := range members {
		members[i].Node = f.phases.Watch(members[i].Node)
	}
	return fleet.New(members, f.w.log)
}

// choose opens the provider, and asks it for as many machines as it has when nobody has said how many.
func (f *formation) choose() error {
	s := &f.w.settings.cluster
	program, err := f.w.outside.program()
	if err != nil {
		return fmt.Errorf("find liveload itself, which workers run: %w", err)
	}
	here, err := home.OpenRun(f.w.cache, f.w.dir, f.w.settings.runID, f.w.log)
	if err != nil {
		return err
	}
	here.Binary, here.Say = program, f.w.say
	if f.provider, err = s.kind.Open(here, s.options); err != nil {
		return err
	}
	s.count(f.provider)
	return nil
}

// say tells the person something that belongs in no log.
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
		return err
	}
	settings, err := f.w.settings.far(p, f.w.outside.env)
	if err != nil {
		return err
	}
	contents := &remote.Contents{}
	for _, scenario := range firstOfScripts(p) {
		contents.AddFiles(confined.Reader{Folder: filepath.Dir(scenario.Script), Allowed: f.w.settings.allowRead}, scenario.Files)
	}
	token, err := broker.ParseToken(f.broker.Token())
	if err != nil {
		return err
	}
	f.logs = workerlog.NewReceiver(f.w.log, workerlog.Levels{Workers: s.logs, Scripts: f.w.settings.log.level}, f.broker.Token(), token.Secret)
	f.evidence = upload.NewFolder(f.w.settings.evidence.Dir, f.w.space)
	f.hub, err = remote.Open(remote.Options{
		Gate: f.broker, RunID: p.RunID, Version: version, Settings: settings, Contents: contents, Silence: s.silence, Evidence: f.evidence, Logs: f.logs, Log: f.w.log,
	})
	if err != nil {
		return err
	}
	f.machines = machines.New(machines.Options{
		Provider: f.provider, Hub: f.hub, Spec: func() providers.Spec { return f.spec(p) }, Patience: s.patience(), Replace: s.kind.Rented, Phases: f.phases, Log: f.w.log,
	})
	return nil
}

// close ends the workers and their machines.
func (f *formation) close() error {
	defer f.unfollow()
	if f.machines != nil {
		f.machines.Leaving()
	}
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
		for name, files := range f.evidence.Incomplete() {
			f.w.log.Warn("some files of evidence did not arrive whole, and are removed", "node", name, "files", files)
		}
		if files := f.evidence.Dropped(); files > 0 {
			f.w.log.Warn("some files of evidence of workers were not kept, since the run had its share of the disk of this machine (--"+maxDiskFlag+")", "files", files)
		}
		destroyed = errors.Join(destroyed, f.evidence.Close())
	}
	return destroyed
}

// destroy ends the machines.
func (f *formation) destroy() error {
	if f.machines == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), destroyTimeout)
	defer cancel()
	err := f.machines.Close(ctx)
	if err == nil {
		return nil
	}
	s, ends := f.w.settings.cluster, ""
	f.mu.Lock()
	defer f.mu.Unlock()
	if !f.until.IsZero() {
		ends = fmt.Sprintf("; they end by themselves at %s at the latest", f.until.Add(providers.StartUp).Format(time.TimeOnly))
	}
	return fmt.Errorf("%w (liveload cluster cleanup --cluster %s, with the options of the run, removes them%s)", err, s.kind.Name, ends)
}
