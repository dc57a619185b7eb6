package cluster

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/liveload/liveload/browserpool"
	"github.com/liveload/liveload/cluster/worker"
	"github.com/liveload/liveload/js"
	"github.com/liveload/liveload/jsmodules/liveload"
	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/node"
	"github.com/liveload/liveload/plan"
	"github.com/liveload/liveload/runner"
	"github.com/liveload/liveload/runner/evidence"
)

// version is that of the controller and all workers.
const version = "bench"

// A tally is what users did, as they know it themselves.
type tally struct {
	Iterations, Events atomic.Int64
}

// A machine is a node whose users do without browsers and JavaScript: an iteration records the series of some pages, at
// a random moment of its time.
type machine struct {
	*node.Local
	tally     *tally
	iteration time.Duration
	visits    int // pages of an iteration
	// extra are added in turn to what is measured in a second, which then has 300 series and costs this process little.
	extra []extra
}

// An extra is what more users would measure in a second.
type extra struct {
	series []metrics.Series
	events int64 // that are in them
}

// extras are those of a bank of snapshots.
func extras(size int) (all []extra) {
	for _, snap := range bank(size) {
		var e extra
		for _, one := range snap.Series {
			if one.Scenario != metrics.NodeScope && one.Metric != metrics.Iterations.Name && one.Gauge == nil {
				e.series = append(e.series, one)
			}
			if one.Metric == metrics.LiveViewEvents.Name {
				e.events += one.Count
			}
		}
		all = append(all, e)
	}
	return all
}

func (machine) Close(context.Context) error { return nil }

// Prepare implements node.Node.
func (m *machine) Prepare(ctx context.Context, batch []plan.Scenario, shared node.Shared) (node.Job, error) {
	prepared, err := m.Local.Prepare(ctx, batch, shared)
	return &job{prepared, m}, err
}

// A job adds what is extra to the snapshots of another one.
type job struct {
	node.Job
	*machine
}

// Close implements node.Job.
func (j *job) Close(ctx context.Context) error { return j.Job.Close(ctx) }

// Run implements node.Job.
func (j *job) Run(ctx context.Context, start time.Time, drain <-chan struct{}, events chan<- node.Event) error {
	measured := make(chan node.Event)
	var err error
	go func() {
		defer close(measured)
		err = j.Job.Run(ctx, start, drain, measured)
	}()
	for turn := rand.IntN(len(j.extra) + 1); ; turn++ {
		e, more := <-measured
		if !more {
			return err
		}
		if e.Snapshot != nil && len(j.extra) > 0 {
			one := j.extra[turn%len(j.extra)]
			e.Snapshot.Series = slices.Concat(e.Snapshot.Series, one.series)
			j.tally.Events.Add(one.events)
		}
		events <- e
	}
}

func (m *machine) load(context.Context, *plan.Scenario, node.Shared) (node.Script, error) {
	return m, nil
}

// Files implements node.Script.
func (m *machine) Files() js.Files { return nil }

// Scenario implements node.Script.
func (m *machine) Scenario(_ *plan.Scenario, recorder liveload.Recorder, _ browserpool.PageLabeler, _ *evidence.Store) runner.Script {
	return script{m, recorder}
}

type script struct {
	*machine
	recorder liveload.Recorder
}

func (s script) NewUser(runner.Identity) (runner.User, error) { return s, nil }

func (script) Close() {}

func (s script) RunIteration(ctx context.Context, _ browserpool.Session, _ int) (halted bool, err error) {
	first := rand.N(s.iteration)
	if err := wait(ctx, first); err != nil {
		return false, err
	}
	for range s.visits {
		p := visited[rand.IntN(pages)]
		s.recorder.Observe(metrics.LiveViewEventDuration, p.event, rand.ExpFloat64()*50_000)
		s.recorder.Observe(metrics.HTTPRequestDuration, p.request, rand.Float64()*1e6)
		s.recorder.Add(metrics.LiveViewEvents, p.event, 1)
		s.tally.Events.Add(1)
	}
	if err := wait(ctx, s.iteration-first); err != nil {
		return false, err
	}
	s.tally.Iterations.Add(1)
	return false, nil
}

func wait(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// visited are the labels of all pages, which are made once.
var visited = func() (all [pages]struct{ event, request metrics.Labels }) {
	for page := range all {
		path := fmt.Sprintf("/shop/:id/items/%d", page)
		all[page].event = metrics.LiveViewEventDuration.With(fmt.Sprint("save ", page), path)
		all[page].request = metrics.HTTPRequestDuration.With("document", "2xx", "200", "shop.example", path)
	}
	return all
}()

// An engine has sessions that do nothing.
type engine struct{}

func (engine) NewSession(context.Context, browserpool.SessionOptions) (browserpool.Session, error) {
	return session{}, nil
}
func (engine) Close(context.Context) error { return nil }

type session struct{ browserpool.Session }

func (session) ResetObjects(context.Context) {}
func (session) Lost() <-chan struct{}        { return nil }
func (session) Close(context.Context) error  { return nil }

// An idle machine is what all workers of a process say of it.
type idle struct{}

func (idle) Begin() error { return nil }

func (idle) Sample() (node.Usage, error) { return node.Usage{CPUPercent: 10, RSSBytes: 1e8}, nil }

// runWorkers runs workers in this process until the controller ends them, or ctx is over. It returns what their users
// did.
func runWorkers(ctx context.Context, token string, first, count int, load machine, log *slog.Logger) (*tally, error) {
	all := &tally{}
	errs := make(chan error, count)
	var running sync.WaitGroup
	for i := range count {
		running.Go(func() {
			errs <- worker.Run(ctx, worker.Options{
				Token: token, Name: fmt.Sprint("node-", first+i), Version: version, Log: log,
				Make: func(_ context.Context, a worker.Assignment) (worker.Machine, error) {
					m := load
					m.tally = all
					m.Local = &node.Local{
						NodeName: a.Name, Load: m.load, Metrics: metrics.NewRegistry(), Probe: idle{}, Log: log,
						Open: func(context.Context, browserpool.Recorder) (browserpool.Engine, error) { return engine{}, nil },
					}
					return &m, nil
				},
			})
		})
	}
	running.Wait()
	close(errs)
	for err := range errs {
		if err != nil {
			return all, err
		}
	}
	return all, nil
}
