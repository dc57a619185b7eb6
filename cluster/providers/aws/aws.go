// Package aws provides nodes that are tasks of Amazon ECS on Fargate. The token of a run is a secret of AWS Secrets Manager,
// which ECS gives to the workers alone. A task has no time after which AWS ends it: its worker leaves after its lifetime.
package aws

import (
	"cmp"
	"context"
	"errors"
	"strings"
	"sync"
	"time"

	"github.com/liveload/liveload/cluster/providers"
	"github.com/liveload/liveload/cluster/providers/watch"
)

// Name is the provider's name in the table.
const Name = "aws"

const finishTimeout = 30 * time.Second // of taking away what a launch without machines has left

// A Provider runs tasks. Make one with New.
type Provider struct {
	home     providers.Home
	settings settings
	look     time.Duration // between two looks at tasks that start or stop
	longest  time.Duration // between two attempts of a request
	watch    watch.Watch

	mu    sync.Mutex
	cloud *cloud // nil until it is needed
	runs  map[string]*run
}

// New returns a provider with these options. It connects to nothing yet.
func New(home providers.Home, options Options) (*Provider, error) {
	s, err := options.check()
	if err != nil {
		return nil, err
	}
	p := &Provider{home: home, settings: s, look: 2 * time.Second, longest: 20 * time.Second, runs: map[string]*run{}}
	p.watch.Begin, p.watch.Pause = p.follow, 5*time.Second
	p.watch.Failed = func(err error) { home.Log.Warn("AWS does not say how its machines are", "error", err) }
	return p, nil
}

// Size implements providers.Sized.
func (p *Provider) Size() providers.Size {
	s := p.settings
	kind := "fargate-" + s.size.cores() + "vcpu-" + strings.ToLower(s.size.mem())
	if s.Architecture != "X86_64" {
		kind += "-arm64"
	}
	if s.Spot != "no" {
		kind += "-spot"
	}
	return providers.Size{Cores: float64(s.size.cpu) / 1024, Memory: int64(s.size.memory) << 20, Kind: kind}
}

// connect returns the cloud, to which the first caller connects.
func (p *Provider) connect(ctx context.Context) (*cloud, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.cloud == nil {
		c, err := connect(ctx, p.settings.Options, p.longest)
		if err != nil {
			return nil, err
		}
		p.cloud = c
	}
	return p.cloud, nil
}

// Launch implements providers.Provider.
func (p *Provider) Launch(ctx context.Context, n int, spec providers.Spec) ([]providers.Machine, error) {
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	if err := p.settings.missing(); err != nil {
		return nil, err
	}
	c, err := p.connect(ctx)
	if err != nil {
		return nil, err
	}
	r := p.runOf(spec.Run)
	l := &launch{provider: p, cloud: c, spec: spec, machine: p.home.Machine(spec, Name, "", time.Now())}
	l.definition, err = r.begin(ctx, l)
	var machines []providers.Machine
	if err == nil {
		machines, err = l.start(ctx, n)
	}
	if r.launched(machines) {
		finishing, cancel := context.WithTimeout(context.WithoutCancel(ctx), finishTimeout)
		defer cancel()
		err = errors.Join(err, p.finish(finishing, c, spec.Run))
	}
	for _, m := range machines {
		p.watch.Add(m, spec)
	}
	return machines, err
}

// runOf is what this process has of a run.
func (p *Provider) runOf(id string) *run {
	p.mu.Lock()
	defer p.mu.Unlock()
	r := cmp.Or(p.runs[id], &run{live: map[string]bool{}})
	p.runs[id] = r
	return r
}
