// Package kubernetes provides nodes that are Pods of a Kubernetes cluster. Each launch is one Indexed Job, with a Secret
// that has the token and goes with the Job. What the objects are is decided by functions without a cluster; a thin client
// sends them.
package kubernetes

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"

	"k8s.io/client-go/rest"

	"github.com/liveload/liveload/cluster/providers"
)

// Name is the provider's name in the table.
const Name = "kubernetes"

// Inside is the variable that Pods have and other processes have not.
const Inside = "KUBERNETES_SERVICE_HOST"

const (
	// lookAgain is how often the cluster is asked why machines do not run yet.
	lookAgain = 2 * time.Second
	// askTimeout bounds such a question.
	askTimeout = 10 * time.Second
	// giveUpTimeout bounds the removal of a Job whose launch has failed.
	giveUpTimeout = 30 * time.Second
)

// A Provider starts Jobs. Make one with New.
type Provider struct {
	home     providers.Home
	settings settings
	client   *client
	config   *rest.Config   // whose requests are not sent again
	exec     rest.Interface // for commands in Pods
	now      func() time.Time
	look     time.Duration // lookAgain, but in tests

	mu       sync.Mutex
	number   int                // of the last launch
	launches map[string]*launch // of this process, by the name of their Job, until they are gone
}

// New returns a provider for the cluster that the options name. It connects to nothing yet.
func New(home providers.Home, options Options) (*Provider, error) {
	return newProvider(home, options, firstPause)
}

// newProvider returns a provider that waits for pause before it asks again.
func newProvider(home providers.Home, options Options, pause time.Duration) (*Provider, error) {
	s, err := options.read()
	if err != nil {
		return nil, err
	}
	config, namespace, err := connect(options, home.Log)
	if err != nil {
		return nil, err
	}
	c, err := newClient(repeating(config, pause), namespace, pause)
	if err != nil {
		return nil, err
	}
	return &Provider{
		home: home, settings: s, client: c, config: config, exec: c.pods.GetClient(), now: time.Now, look: lookAgain, launches: map[string]*launch{},
	}, nil
}

// Size implements providers.Sized.
func (p *Provider) Size() providers.Size {
	return providers.Size{Cores: p.settings.cpu.AsApproximateFloat64(), Memory: p.settings.memory.Value()}
}

// Launch implements providers.Provider.
func (p *Provider) Launch(ctx context.Context, n int, spec providers.Spec) ([]providers.Machine, error) {
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	p.mu.Lock()
	p.number++
	name := jobName(spec.Run, p.number)
	p.mu.Unlock()
	job, err := newJob(p.settings, p.home, spec, name, p.client.namespace, n, p.now())
	if err != nil {
		return nil, err
	}
	l, err := p.start(ctx, newLaunch(p, job, spec))
	if err != nil {
		return nil, errors.Join(because(ctx, err), p.giveUp(ctx, name))
	}
	machines, err := l.settle(l.wait(ctx))
	if len(machines) == 0 {
		return nil, errors.Join(err, p.giveUp(ctx, name))
	}
	if err != nil {
		l.clear(ctx)
	}
	return machines, err
}

// start creates the objects of a launch, and begins to watch it. The Secret comes second, since it goes with the Job: until
// it is there, the Pods wait for it.
func (p *Provider) start(ctx context.Context, l *launch) (*launch, error) {
	p.remember(l)
	created, err := p.client.createJob(ctx, l.job)
	if err != nil {
		return nil, err
	}
	created.Labels, created.Annotations = l.job.Labels, l.job.Annotations
	return l, p.client.createSecret(ctx, newSecret(created, l.spec.Token))
}

// remember begins to watch a launch, until its Job is removed.
func (p *Provider) remember(l *launch) {
	p.mu.Lock()
	p.launches[l.job.Name] = l
	p.mu.Unlock()
	l.watch()
}

// giveUp removes the Job of a launch that has failed, also when ctx is over.
func (p *Provider) giveUp(ctx context.Context, name string) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), giveUpTimeout)
	defer cancel()
	return p.removeJob(ctx, name)
}

// because is the cause of the end of ctx, if that is what an error is about.
func because(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return err
}

// machineID is by what any process finds a machine again.
func machineID(namespace, job string, index int) string {
	return namespace + "/" + job + "/" + strconv.Itoa(index)
}

func parseMachineID(id string) (namespace, job string, index int, err error) {
	parts := strings.Split(id, "/")
	if len(parts) == 3 {
		index, err = strconv.Atoi(parts[2])
	}
	if len(parts) != 3 || err != nil {
		return "", "", 0, fmt.Errorf("%q is no machine of Kubernetes, which looks like NAMESPACE/JOB/INDEX", id)
	}
	return parts[0], parts[1], index, nil
}
