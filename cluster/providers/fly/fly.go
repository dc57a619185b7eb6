// Package fly provides nodes as machines of Fly.io, which its Machines API starts. A machine runs one worker, is never
// restarted, and destroys itself when its worker ends. The token of a run is a secret of the app, and reaches the worker as
// a file. Machines carry the labels of their run as metadata, and the name of the secret says the same.
package fly

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"github.com/liveload/liveload/cluster/providers"
	"github.com/liveload/liveload/cluster/providers/watch"
	"github.com/liveload/liveload/suggest"
)

// Name is the provider's name in the table.
const Name = "fly"

// atOnce is how many requests are under way.
const atOnce = 16

// A Provider starts machines. Make one with New.
type Provider struct {
	home    providers.Home
	options Options
	client  *client
	creates *rate.Limiter // Fly takes one creation a second of an app, and three at once
	booting time.Duration // that a machine may take to start
	ending  time.Duration // that one may take to be destroyed

	watch watch.Watch

	mu        sync.Mutex
	launched  int
	launching int // launches that go on, which need the secret of their run
}

// New returns a provider for an app. It connects to nothing yet.
func New(home providers.Home, options Options) (*Provider, error) {
	options, err := options.withDefaults()
	if err != nil {
		return nil, err
	}
	if home.Folder != "" && options.Image == "" {
		return nil, errors.New("which image? --cluster-opt image=liveload/liveload:VERSION names it")
	}
	p := &Provider{
		home: home, options: options, client: connect(500 * time.Millisecond), creates: rate.NewLimiter(1, 3),
		booting: 4 * time.Minute, ending: time.Minute,
	}
	p.watch.Begin = p.follow
	p.watch.Failed = func(err error) { home.Log.Warn("Fly does not say how its machines are", "error", err) }
	p.watch.Pause = 5 * time.Second // Fly takes one such question a second
	return p, nil
}

// Size implements providers.Sized.
func (p *Provider) Size() providers.Size {
	return providers.Size{
		Cores: float64(p.options.CPUs), Memory: int64(p.options.MemoryMB) << 20,
		Kind: fmt.Sprintf("%s, %d MB", p.options.size(), p.options.MemoryMB),
	}
}

// Check implements providers.Checker.
func (p *Provider) Check(ctx context.Context, n int) error {
	takes := time.Duration(float64(n-p.creates.Burst())/float64(p.creates.Limit())*1000) * time.Millisecond
	if deadline, ok := ctx.Deadline(); ok && time.Until(deadline) < takes {
		return fmt.Errorf("too many machines: Fly takes one creation a second of an app, so that %d machines take %v, and a start may take %v: start fewer at once, of a larger size",
			n, takes.Round(time.Second), time.Until(deadline).Round(time.Second))
	}
	organization, err := p.client.organization(ctx, p.options.App)
	if status(err) == http.StatusNotFound {
		return fmt.Errorf("there is no app %q that FLY_API_TOKEN may see: make it with `fly apps create %s`", p.options.App, p.options.App)
	}
	if err != nil {
		return p.client.explain("look for the app "+p.options.App, err)
	}
	known, err := p.client.regions(ctx)
	if err != nil {
		return p.client.explain("list regions", err)
	}
	for _, region := range p.options.Regions {
		if !slices.Contains(known, region) {
			hint := ""
			if near := suggest.Closest(region, known); near != "" {
				hint = fmt.Sprintf(" (did you mean %s?)", near)
			}
			return fmt.Errorf("region is %q, but Fly has %s%s", region, strings.Join(known, ", "), hint)
		}
	}
	return p.room(ctx, n, organization)
}

// room asks Fly to place n machines without creating them.
func (p *Provider) room(ctx context.Context, n int, organization string) error {
	places, err := p.client.placements(ctx, placement{
		Organization: organization, Compute: guest{p.options.Kind, p.options.CPUs, p.options.MemoryMB}, Count: n, Region: strings.Join(p.options.Regions, ","),
	})
	if code := status(err); code == http.StatusForbidden || code == http.StatusUnauthorized || code == http.StatusNotFound {
		p.home.Log.Debug("Fly does not say how many machines there is room for", "error", err) // a token for one app may not ask
		return nil
	}
	if err != nil {
		return p.client.explain("ask how many machines there is room for", err)
	}
	found, where := 0, []string{}
	for _, one := range places {
		found += one.Count
		where = append(where, fmt.Sprintf("%d in %s", one.Count, one.Region))
	}
	if found >= n {
		return nil
	}
	return fmt.Errorf("there is room for %d of %d machines of the size %s (%s): name more regions, or ask Fly for a higher limit",
		found, n, p.options.size(), strings.Join(where, ", "))
}

// Destroy implements providers.Provider. It deletes all machines before it waits for the first.
func (p *Provider) Destroy(ctx context.Context, machines []providers.Machine) error {
	p.watch.Forget(machines)
	deleted := providers.Each(len(machines), atOnce, func(i int) error { return p.delete(ctx, machines[i]) })
	errs := providers.Each(len(machines), atOnce, func(i int) error {
		if deleted[i] != nil {
			return deleted[i]
		}
		return p.gone(ctx, machines[i])
	})
	return errors.Join(providers.Failures("destroy", machines, errs), p.tidy(ctx, machines))
}

// destroy ends one machine.
func (p *Provider) destroy(ctx context.Context, m providers.Machine) error {
	if err := p.delete(ctx, m); err != nil {
		return err
	}
	return p.gone(ctx, m)
}

// delete begins the end of a machine. What is no machine but a secret is for tidy.
func (p *Provider) delete(ctx context.Context, m providers.Machine) error {
	name, id, ok := strings.Cut(m.ID, "/")
	if !ok {
		return fmt.Errorf("%q is no id of a machine of Fly", m.ID)
	}
	if strings.HasPrefix(id, secretPrefix) {
		return nil
	}
	bounded, cancel := context.WithTimeout(ctx, p.ending)
	defer cancel()
	if err := p.client.delete(bounded, name, id); err != nil && status(err) != http.StatusNotFound {
		return p.client.explain("delete it", err)
	}
	return nil
}

// gone waits until a machine is gone that was deleted.
func (p *Provider) gone(ctx context.Context, m providers.Machine) error {
	name, id, _ := strings.Cut(m.ID, "/")
	if strings.HasPrefix(id, secretPrefix) {
		return nil
	}
	bounded, cancel := context.WithTimeout(ctx, p.ending)
	defer cancel()
	for {
		shown, err := p.client.get(bounded, name, id)
		if status(err) == http.StatusNotFound || err == nil && shown.State == "destroyed" {
			return nil
		}
		if err != nil {
			return p.client.explain("see whether it is gone", err)
		}
		err = p.client.wait(bounded, name, id, "destroyed", 10*time.Second)
		if bounded.Err() != nil {
			return fmt.Errorf("it is still %s after %v: %w", shown.State, p.ending, context.Cause(bounded))
		}
		if err != nil && status(err) == 0 {
			return p.client.explain("wait until it is gone", err)
		}
	}
}

// tidy deletes the secrets of runs that have no machines any more.
func (p *Provider) tidy(ctx context.Context, machines []providers.Machine) error {
	p.mu.Lock()
	defer p.mu.Unlock() // no launch begins meanwhile
	if p.launching > 0 || len(machines) == 0 {
		return nil
	}
	runs := map[string]string{} // and their apps
	for _, m := range machines {
		runs[m.Run], _, _ = strings.Cut(m.ID, "/")
	}
	var errs []error
	for run, name := range runs {
		errs = append(errs, p.deleteSecrets(ctx, name, run))
	}
	return errors.Join(errs...)
}

// deleteSecrets deletes those of a run, unless it has machines.
func (p *Provider) deleteSecrets(ctx context.Context, name, run string) error {
	machines, err := p.client.list(ctx, name, run, false)
	if err != nil {
		return p.client.explain("list the machines of the run", err)
	}
	if slices.ContainsFunc(machines, func(m machine) bool { return m.State != "destroyed" && m.State != "destroying" }) {
		return nil
	}
	secrets, err := p.client.secrets(ctx, name)
	if err != nil {
		return p.client.explain("list secrets", err)
	}
	for _, secret := range secrets {
		if m, ok := readSecretName(secret); !ok || m.Run != run {
			continue
		}
		if err := p.client.deleteSecret(ctx, name, secret); err != nil && status(err) != http.StatusNotFound {
			return p.client.explain("delete the secret with the token", err)
		}
	}
	return nil
}
