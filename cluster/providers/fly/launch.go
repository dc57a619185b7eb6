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

	"github.com/liveload/liveload/cluster/providers"
	"github.com/liveload/liveload/cluster/providers/labels"
	"github.com/liveload/liveload/cluster/providers/retry"
)

// A launch is one call of Launch.
type launch struct {
	*Provider
	spec    providers.Spec
	version uint64 // of the app's secrets

	mu   sync.Mutex
	full map[string]error // regions without room, and what Fly said
}

// Launch implements providers.Provider. It creates all machines before it waits for the first: they boot together, however many
// there are.
func (p *Provider) Launch(ctx context.Context, n int, spec providers.Spec) (running []providers.Machine, err error) {
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	l := &launch{Provider: p, spec: spec, full: map[string]error{}}
	machines, all := l.names(n), make([]machine, n)
	defer l.done(ctx, machines, &running, &err)
	making, cancel := retry.Outlive(ctx)
	defer cancel()
	if l.version, err = p.client.setSecret(making, p.options.App, secretName(machines[0]), secretValue(spec.Token)); err != nil {
		return nil, p.client.explain("make the token a secret of the app "+p.options.App, err)
	}
	created := providers.Each(n, atOnce, func(i int) (err error) {
		if all[i], err = l.create(ctx, machines[i], i); err == nil {
			machines[i].ID += all[i].ID
		}
		return err
	})
	errs := providers.Each(n, atOnce, func(i int) error {
		if created[i] != nil {
			return created[i]
		}
		return l.start(ctx, machines[i], all[i])
	})
	for i, m := range machines {
		if errs[i] == nil {
			running = append(running, m)
			p.watch.Add(m, spec)
		}
	}
	return running, providers.Failures("launch", machines, errs)
}

// names are the machines that will be there, without ids. They expire together, so that they share a secret.
func (l *launch) names(n int) []providers.Machine {
	l.Provider.mu.Lock()
	defer l.Provider.mu.Unlock()
	l.launching++
	machines, now := make([]providers.Machine, n), time.Now()
	for i := range machines {
		l.launched++
		machines[i] = l.home.Machine(l.spec, Name, fmt.Sprintf("%s-%d", Name, l.launched), now)
		machines[i].ID = l.options.App + "/"
	}
	return machines
}

// done deletes the secret again when nothing runs.
func (l *launch) done(ctx context.Context, machines []providers.Machine, running *[]providers.Machine, err *error) {
	l.Provider.mu.Lock()
	l.launching--
	l.Provider.mu.Unlock()
	if len(*running) > 0 {
		return
	}
	cleaning, cancel := context.WithTimeout(context.WithoutCancel(ctx), l.ending)
	defer cancel()
	*err = errors.Join(*err, l.tidy(cleaning, machines[:1]))
}

// start waits until a machine runs. One that does not is destroyed.
func (l *launch) start(ctx context.Context, m providers.Machine, created machine) error {
	err := l.started(ctx, created)
	if err == nil {
		return nil
	}
	cleaning, cancel := context.WithTimeout(context.WithoutCancel(ctx), l.ending)
	defer cancel()
	return errors.Join(err, l.destroy(cleaning, m))
}

// create creates the i-th machine where there is room, beginning with the i-th region.
func (l *launch) create(ctx context.Context, m providers.Machine, i int) (machine, error) {
	regions := l.options.Regions
	if len(regions) == 0 {
		regions = []string{""}
	}
	var refused []string
	for k := range regions {
		region := regions[(i+k)%len(regions)]
		l.mu.Lock()
		err := l.full[region]
		l.mu.Unlock()
		if err == nil {
			var created machine
			if created, err = l.createIn(ctx, m, region); err == nil {
				return created, nil
			}
		}
		if !capacity(err) {
			return machine{}, err
		}
		l.mu.Lock()
		l.full[region] = err
		l.mu.Unlock()
		refused = append(refused, l.noRoom(region, err))
	}
	fix := "name other regions, or a smaller size"
	return machine{}, fmt.Errorf("there is no room for a machine of the size %s: %s: %s", l.options.size(), strings.Join(refused, "; "), fix)
}

func (l *launch) noRoom(region string, err error) string {
	if region == "" {
		region = "the region next to here"
	}
	return fmt.Sprintf("%s: %v", region, err)
}

// errTooSlow says that the rate of creations leaves no time for one more.
var errTooSlow = errors.New("there is no time left for this start, since Fly takes one creation a second of an app: start fewer machines at once")

// createIn creates a machine in a region. When nobody knows whether it was created, it looks for it, and tries again.
func (l *launch) createIn(ctx context.Context, m providers.Machine, region string) (machine, error) {
	for attempt := 1; ; attempt++ {
		if err := l.creates.Wait(ctx); err != nil {
			return machine{}, cause(ctx, errTooSlow)
		}
		making, cancel := retry.Outlive(ctx)
		created, err := l.client.create(making, l.options.App, l.options.machine(m, l.spec, region, l.version))
		cancel()
		if err == nil {
			return created, nil
		}
		ours := attempt > 1 && nameTaken(err) // by what the attempt before has created after all
		if !unknown(err) && !ours {
			return machine{}, l.refused(err)
		}
		looking, cancel := retry.Outlive(ctx)
		all, failed := l.client.list(looking, l.options.App, m.Run, false)
		cancel()
		if failed != nil {
			return machine{}, errors.Join(l.client.explain("create it", err), l.client.explain("see whether it was created", failed))
		}
		if found := slices.IndexFunc(all, func(one machine) bool { return one.Config.Metadata[labels.Machine] == m.Name }); found >= 0 {
			return all[found], nil
		}
		if attempt == 3 || ctx.Err() != nil {
			return machine{}, cause(ctx, l.client.explain("create it", err))
		}
	}
}

// refused keeps refusals for want of room as they are.
func (l *launch) refused(err error) error {
	if capacity(err) {
		return err
	}
	return l.client.explain("create it", err)
}

// cause is why a context ended, or the error when it has not.
func cause(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return err
}

// started waits until a machine runs.
func (l *launch) started(ctx context.Context, m machine) error {
	bounded, cancel := context.WithTimeout(ctx, l.booting)
	defer cancel()
	for {
		err := l.client.wait(bounded, l.options.App, m.ID, "started", 10*time.Second)
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if err == nil {
			return nil
		}
		if bounded.Err() != nil {
			return fmt.Errorf("the machine %s in %s is still %s after %v", m.ID, m.Region, m.State, l.booting)
		}
		shown, err := l.client.get(bounded, l.options.App, m.ID)
		if status(err) == http.StatusNotFound {
			return fmt.Errorf("the machine %s in %s is gone before it ran", m.ID, m.Region)
		}
		if err != nil && bounded.Err() == nil {
			return l.client.explain("see whether it runs", err)
		}
		if over(shown.State) {
			return errors.New(why(shown))
		}
		if err == nil {
			m = shown
		}
	}
}
