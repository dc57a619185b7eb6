package aws

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/liveload/liveload/cluster/providers"
)

const watchTimeout = 30 * time.Second // of one look

// A watching is a machine whose end is to be told.
type watching struct {
	machine providers.Machine
	spec    providers.Spec
}

// A watcher is the goroutine that watches.
type watcher struct {
	stop context.CancelFunc
	over chan struct{}
}

// follow watches machines until they end or are forgotten. One goroutine does so for all of them; it ends with the last one.
func (p *Provider) follow(c *cloud, machines []providers.Machine, spec providers.Spec) {
	if spec.Ended == nil || len(machines) == 0 {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, m := range machines {
		p.watched[m.ID] = watching{m, spec}
	}
	if p.watcher == nil {
		ctx, stop := context.WithCancel(context.Background())
		w := &watcher{stop, make(chan struct{})}
		p.watcher = w
		go func() {
			defer close(w.over)
			p.watchAll(ctx, c)
		}()
	}
}

// forget ends the watch of machines, so that nobody is told of an end that was asked for. After the last one it returns the
// watcher, which stops.
func (p *Provider) forget(arns ...string) (last *watcher) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, arn := range arns {
		delete(p.watched, arn)
	}
	if last = p.watcher; last == nil || len(p.watched) > 0 {
		return nil
	}
	last.stop()
	p.watcher = nil
	return last
}

func (p *Provider) watchAll(ctx context.Context, c *cloud) {
	ticker := time.NewTicker(p.watch)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			p.mu.Lock()
			arns := slices.Sorted(maps.Keys(p.watched))
			p.mu.Unlock()
			p.lookAt(ctx, c, arns)
		case <-ctx.Done():
			return
		}
	}
}

// lookAt tells of the tasks that have stopped. When ECS gives no answer, the next look may get one.
func (p *Provider) lookAt(ctx context.Context, c *cloud, arns []string) {
	ctx, cancel := context.WithTimeout(ctx, watchTimeout)
	defer cancel()
	tasks, err := c.describe(ctx, p.settings.Cluster, arns)
	if err != nil {
		p.home.Log.Debug("could not look at machines", "error", err)
	}
	for arn, task := range tasks {
		if !hasStopped(task) {
			continue
		}
		p.mu.Lock()
		w, watched := p.watched[arn]
		p.mu.Unlock()
		if !watched {
			continue
		}
		why := c.whyEnded(ctx, p.settings, task, w.spec.Token)
		p.forget(arn)
		w.spec.Ended(w.machine, fmt.Errorf("%s ended: %s", w.machine.Name, why))
	}
}
