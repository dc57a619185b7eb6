// Package local provides nodes that are processes of this machine: for trying a cluster, and for machines that are too
// big for one process. A worker sees from its standard input that its controller is gone, and whatever it leaves is swept
// with what its controller left.
package local

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/liveload/liveload/browserpool/rundir"
	"github.com/liveload/liveload/cluster/providers"
	"github.com/liveload/liveload/cluster/providers/home"
	"github.com/liveload/liveload/cluster/providers/process"
)

// Name is the provider's name in the table.
const Name = "local"

// sweepTimeout bounds the sweep after a worker that ended early.
const sweepTimeout = 20 * time.Second

// A Provider starts processes. Make one with New.
type Provider struct {
	home    providers.Home
	leaving time.Duration // that a worker which was asked to leave may take
	binary  func() string // that a worker runs

	mu       sync.Mutex
	launched int
	running  map[string]*process.Process // by the id of their machine, until they are destroyed
}

// New returns a provider that starts home.Binary.
func New(home providers.Home) *Provider {
	return &Provider{
		home: home, leaving: 10 * time.Second, binary: func() string { return home.Binary }, running: map[string]*process.Process{},
	}
}

// Launch implements providers.Provider.
func (p *Provider) Launch(ctx context.Context, n int, spec providers.Spec) (machines []providers.Machine, err error) {
	var errs []error
	for range n {
		if ctx.Err() != nil {
			errs = append(errs, context.Cause(ctx))
			break
		}
		m, err := p.launch(spec)
		if err != nil {
			errs = append(errs, fmt.Errorf("launch %s: %w", m.Name, err))
			continue
		}
		machines = append(machines, m)
	}
	return machines, errors.Join(errs...)
}

func (p *Provider) launch(spec providers.Spec) (providers.Machine, error) {
	p.mu.Lock()
	p.launched++
	m := p.home.Machine(spec, Name, fmt.Sprintf("%s-%d", Name, p.launched), time.Now())
	p.mu.Unlock()
	worker, err := process.Start(p.command(m.Name, spec))
	if err != nil {
		return m, err
	}
	m.ID = strconv.Itoa(worker.ID())
	p.mu.Lock()
	p.running[m.ID] = worker
	p.mu.Unlock()
	worker.Watch(func(err error) { p.ended(m, worker.Explain(err, spec.Token), spec) })
	if err := providers.Hand(worker.Stdin, spec.Token); err != nil { // it has ended already, and spec.Ended is told
		p.home.Log.Debug("a worker took no token", "machine", m.Name, "error", err)
	}
	return m, nil
}

// command is that of a worker.
func (p *Provider) command(name string, spec providers.Spec) *exec.Cmd {
	cmd := exec.Command(p.binary(), slices.Concat([]string{"worker", "--join", providers.FromStdin, "--name", name}, spec.Args)...)
	cmd.Env = slices.Concat(os.Environ(), p.home.Env, spec.Env)
	return cmd
}

// ended tells of a worker that ended by itself.
func (p *Provider) ended(m providers.Machine, why error, spec providers.Spec) {
	why = fmt.Errorf("%s ended: %w", m.Name, why)
	ctx, cancel := context.WithTimeout(context.Background(), sweepTimeout)
	defer cancel()
	if err := p.sweep(ctx); err != nil { // the browsers of a worker that was killed still send load
		why = errors.Join(why, err)
	}
	if spec.Ended != nil {
		spec.Ended(m, why)
	}
}

// Destroy implements providers.Provider.
func (p *Provider) Destroy(ctx context.Context, machines []providers.Machine) error {
	if len(machines) == 0 {
		return nil
	}
	var wait sync.WaitGroup
	for _, m := range machines {
		wait.Go(func() { p.end(ctx, m) })
	}
	wait.Wait()
	return p.sweep(ctx)
}

// end ends a worker of this process. Those of other controllers are swept.
func (p *Provider) end(ctx context.Context, m providers.Machine) {
	p.mu.Lock()
	worker := p.running[m.ID]
	delete(p.running, m.ID)
	p.mu.Unlock()
	if worker != nil {
		worker.End(ctx, p.leaving)
	}
}

// sweep takes away what workers left that did not end by themselves, and what dead controllers left.
func (p *Provider) sweep(ctx context.Context) error {
	swept, err := rundir.Sweep(ctx, p.home.Cache)
	if text := swept.String(); text != "" {
		p.home.Log.Info(text)
	}
	return err
}

// Leftovers implements providers.Provider. A machine is all that one run left here.
func (p *Provider) Leftovers(context.Context) ([]providers.Machine, error) {
	ended, err := rundir.Ended(p.home.Cache)
	return p.machines(ended), err
}

// List implements providers.Lister. A machine is all that one run has here.
func (p *Provider) List(context.Context) ([]providers.Machine, error) {
	ended, err := rundir.Ended(p.home.Cache)
	alive, failed := rundir.Alive(p.home.Cache)
	return p.machines(append(ended, alive...)), errors.Join(err, failed)
}

func (p *Provider) machines(runs []rundir.Live) (all []providers.Machine) {
	for _, run := range runs {
		id, since, err := home.Run(run.Path)
		if err == nil && id != "" { // else it has no machines, or another process sweeps it just now
			all = append(all, providers.Machine{
				Provider: Name, Run: id, ID: run.ID, Name: "processes and folder " + run.ID, Launched: since, Owner: p.home.Owner,
			})
		}
	}
	return all
}
