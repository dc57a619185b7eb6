// Package ssh provides nodes on hosts that ssh reaches. It runs the ssh of this machine, so that the person's
// configuration, agent and jump hosts count. Each worker has one connection, over which its program and its token travel;
// when it ends, the worker leaves by itself.
package ssh

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/liveload/liveload/cluster/providers"
)

// Name is the provider's name in the table.
const Name = "ssh"

// Options say where workers run and how they get there.
type Options struct {
	Hosts       []string // each [USER@]HOST[:PORT][,weight=N]
	HostsFile   string   // one of them in each line
	Config      string   // file of ssh's configuration; "" is the person's
	Folder      string   // on the hosts, for temporary files; "" is $TMPDIR or /tmp
	Env         []string // of the workers: NAME=value
	Binaries    []string // programs for other platforms: OS/ARCH=FILE
	KeepInstall bool     // what is missing on a host is not installed
	AtOnce      int      // hosts that are prepared at once; 0 is 16
}

// A Provider starts workers on hosts. Make one with New.
type Provider struct {
	home     providers.Home
	options  Options
	hosts    []host
	weights  map[string]int // by host; nil when nobody has said any
	binaries map[platform]string
	leaving  time.Duration // that a worker which was asked to leave may take

	mu      sync.Mutex
	running map[host]*worker // until they are destroyed
}

// New returns a provider for the hosts of the options. It connects to none of them yet.
func New(home providers.Home, options Options) (*Provider, error) {
	p := &Provider{home: home, options: options, leaving: 15 * time.Second, running: map[host]*worker{}}
	if p.options.AtOnce == 0 {
		p.options.AtOnce = 16
	}
	var all []weighted
	for _, text := range options.Hosts {
		h, err := parseWeighted(text)
		if err != nil {
			return nil, err
		}
		all = append(all, h)
	}
	if options.HostsFile != "" {
		more, err := readHosts(options.HostsFile)
		if err != nil {
			return nil, err
		}
		all = append(all, more...)
	}
	if err := checkEnv(options.Env); err != nil {
		return nil, err
	}
	p.hosts, p.weights = split(all)
	if len(p.hosts) == 0 {
		return nil, errors.New("which hosts? Name them with --cluster-opt host=USER@HOST, or --cluster-opt hosts=FILE with one in each line")
	}
	for i, h := range p.hosts {
		if slices.Contains(p.hosts[:i], h) {
			return nil, fmt.Errorf("the host %s is there twice: one worker uses all of a host", h)
		}
	}
	var err error
	p.binaries, err = parseBinaries(options.Binaries)
	return p, err
}

// Weights implements providers.Weighted.
func (p *Provider) Weights() map[string]int { return p.weights }

// Machines is how many hosts there are.
func (p *Provider) Machines() int { return len(p.hosts) }

// Launch implements providers.Provider.
func (p *Provider) Launch(ctx context.Context, n int, spec providers.Spec) ([]providers.Machine, error) {
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	workers, err := p.take(n)
	if err != nil {
		return nil, err
	}
	programs := &programs{provider: p}
	defer programs.remove()
	errs := providers.Each(n, p.options.AtOnce, func(i int) error {
		err := workers[i].launch(ctx, programs, spec)
		if err != nil {
			p.release(workers[i])
		}
		return err
	})
	var machines []providers.Machine
	for i, w := range workers {
		if errs[i] == nil {
			machines = append(machines, w.machine)
		}
	}
	return machines, errors.Join(errs...)
}

// take chooses hosts that have no worker.
func (p *Provider) take(n int) (workers []*worker, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, h := range p.hosts {
		if len(workers) < n && p.running[h] == nil {
			workers = append(workers, &worker{provider: p, host: h})
		}
	}
	if len(workers) < n {
		return nil, fmt.Errorf("%d nodes need as many hosts, but %d of %d have no worker yet: name more hosts, or ask for fewer --nodes",
			n, len(workers), len(p.hosts))
	}
	for _, w := range workers {
		p.running[w.host] = w
	}
	return workers, nil
}

func (p *Provider) release(w *worker) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.running[w.host] == w {
		delete(p.running, w.host)
	}
}

// Destroy implements providers.Provider.
func (p *Provider) Destroy(ctx context.Context, machines []providers.Machine) error {
	errs := make([]error, len(machines))
	var wait sync.WaitGroup
	limit := make(chan struct{}, p.options.AtOnce) // of connections that are made
	for i, m := range machines {
		wait.Go(func() {
			if p.leave(ctx, m) {
				return
			}
			limit <- struct{}{}
			defer func() { <-limit }()
			errs[i] = p.remove(ctx, m)
		})
	}
	wait.Wait()
	return errors.Join(errs...)
}

// leave ends a worker of this process over its own connection, and says whether it has left nothing.
func (p *Provider) leave(ctx context.Context, m providers.Machine) bool {
	p.mu.Lock()
	var w *worker
	for _, one := range p.running {
		if one.machine.ID == m.ID {
			w = one
		}
	}
	p.mu.Unlock()
	if w == nil {
		return false
	}
	defer p.release(w)
	return w.end(ctx, p.leaving)
}

// remove ends whatever is left of a machine over a new connection.
func (p *Provider) remove(ctx context.Context, m providers.Machine) error {
	h, folder, err := parseID(m.ID)
	if err != nil {
		return err
	}
	_, err = p.ask(ctx, h, removeScript, folder, m.Run)
	return err
}

// Leftovers implements providers.Provider. Those on hosts that it reaches are returned along with an error about the others.
func (p *Provider) Leftovers(ctx context.Context) ([]providers.Machine, error) {
	found := make([][]providers.Machine, len(p.hosts))
	errs := providers.Each(len(p.hosts), p.options.AtOnce, func(i int) error {
		lines, err := p.ask(ctx, p.hosts[i], leftoversScript, p.options.Folder)
		for _, line := range lines {
			if m, ok := p.hosts[i].leftover(line); ok {
				found[i] = append(found[i], m)
			}
		}
		return err
	})
	return slices.Concat(found...), errors.Join(errs...)
}

// leftover reads "left FOLDER RUN SECONDS".
func (h host) leftover(line string) (providers.Machine, bool) {
	var folder, run string
	var seconds int64
	fields := strings.Fields(line)
	if len(fields) != 4 || fields[0] != "left" {
		return providers.Machine{}, false
	}
	folder, run = fields[1], fields[2]
	if _, err := fmt.Sscan(fields[3], &seconds); err != nil || !strings.HasPrefix(folder, "/") {
		return providers.Machine{}, false
	}
	return providers.Machine{Provider: Name, Run: run, ID: h.id(folder), Name: h.String(), Launched: time.Unix(seconds, 0)}, true
}
