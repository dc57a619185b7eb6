package aws

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/google/uuid"
	"golang.org/x/sync/errgroup"

	"github.com/liveload/liveload/cluster/providers"
	"github.com/liveload/liveload/cluster/providers/aws/ecstask"
)

const (
	mostRun = 10 // tasks of a request
	atOnce  = 4  // requests
)

// A launch is one call of Launch.
type launch struct {
	provider   *Provider
	cloud      *cloud
	spec       providers.Spec
	machine    providers.Machine // without ID and name
	definition string

	mu       sync.Mutex
	started  []string // ARNs
	failures failures
}

// start runs n tasks, and waits until each of them works or has stopped. Those that Spot lacks are run on demand, if the
// options allow it.
func (l *launch) start(ctx context.Context, n int) ([]providers.Machine, error) {
	spot := l.provider.settings.Spot
	machines, err := l.try(ctx, n, spot != "no")
	lacking, why := l.failures.take(lacksCapacity)
	if lacking == 0 || spot != "yes" || ctx.Err() != nil {
		l.failures.add(lacking, why)
		return machines, errors.Join(err, l.failures.error())
	}
	l.provider.home.Log.Warn("Fargate Spot has no machines left: on-demand machines take their place", "machines", lacking, "reason", why)
	more, err2 := l.try(ctx, lacking, false)
	return append(machines, more...), errors.Join(err, err2, l.failures.error())
}

// try runs n tasks of one kind. The error is for all of them; others are among the failures.
func (l *launch) try(ctx context.Context, n int, spot bool) ([]providers.Machine, error) {
	l.started = nil
	runErr := l.runAll(ctx, n, spot)
	if runErr != nil && ctx.Err() != nil {
		return l.machines(l.started), context.Cause(ctx)
	}
	tasks, err := l.cloud.await(ctx, l.provider.settings.Cluster, l.started, l.provider.look, hasStarted)
	var working []string
	for _, arn := range l.started {
		switch task, known := tasks[arn]; {
		case known && hasStopped(task):
			l.failures.add(1, l.cloud.whyEnded(ctx, l.provider.settings, task, l.spec.Token))
		case !known && err == nil:
			l.failures.add(1, "ECS does not know the task any more")
		default:
			working = append(working, arn) // or nobody waits for it any more
		}
	}
	return l.machines(working), errors.Join(runErr, err)
}

func (l *launch) machines(arns []string) (machines []providers.Machine) {
	for _, arn := range arns {
		m := l.machine
		m.ID, m.Name = arn, ecstask.Name(arn)
		machines = append(machines, m)
	}
	return machines
}

// runAll asks for n tasks. After an error that the next request would get too, it asks for no more.
func (l *launch) runAll(ctx context.Context, n int, spot bool) error {
	group, asking := errgroup.WithContext(ctx)
	group.SetLimit(atOnce)
	for ; n > 0 && asking.Err() == nil; n -= mostRun {
		some := min(n, mostRun)
		group.Go(func() error { return l.runSome(ctx, asking, some, spot) })
	}
	return group.Wait()
}

// errTooSlow says that the rate of RunTask leaves no time for more tasks.
var errTooSlow = fmt.Errorf("there is no time left for this start, since AWS starts %d tasks a second: start fewer machines at once", runRate)

// runSome asks for some tasks at once. It waits for the answer also when ctx ends, so that no task is forgotten.
func (l *launch) runSome(ctx, asking context.Context, n int, spot bool) error {
	in := l.provider.settings.run(l.machine, l.spec, n, l.definition, uuid.NewString(), spot)
	for attempt := 1; ; attempt++ {
		if err := l.cloud.runs.WaitN(asking, n); err != nil {
			return cmp.Or(context.Cause(asking), errTooSlow)
		}
		call, cancel := context.WithTimeout(context.WithoutCancel(ctx), callTimeout)
		out, err := l.cloud.ecs.RunTask(call, in, once)
		cancel()
		if err == nil {
			l.note(n, out)
			return nil
		}
		if lacksCapacity(err.Error()) {
			l.mu.Lock()
			defer l.mu.Unlock()
			l.failures.add(n, inWords(l.cloud.explain(ctx, "run tasks", err).Error()))
			return nil
		}
		if !l.cloud.retryer.IsErrorRetryable(err) || attempt == mostAttempts {
			return l.cloud.explain(ctx, "run tasks", err)
		}
		if err := l.cloud.sleep(asking, attempt, err); err != nil {
			return err
		}
	}
}

// note keeps what an answer says: some tasks may have started, and others not.
func (l *launch) note(n int, out *ecs.RunTaskOutput) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, task := range out.Tasks {
		l.started = append(l.started, *task.TaskArn)
	}
	why := "ECS does not say why"
	for i := range n - len(out.Tasks) {
		if i < len(out.Failures) {
			why = whyFailed(out.Failures[i])
		}
		l.failures.add(1, why)
	}
}

// sleep waits as long as a request that failed has to.
func (c *cloud) sleep(ctx context.Context, attempt int, failed error) error {
	delay, err := c.retryer.RetryDelay(attempt, failed)
	if err != nil {
		return err
	}
	select {
	case <-time.After(delay):
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// failures count the machines that were not started, by why.
type failures struct {
	order  []string
	counts map[string]int
}

func (f *failures) add(n int, why string) {
	if n == 0 {
		return
	}
	if f.counts == nil {
		f.counts = map[string]int{}
	}
	if f.counts[why] == 0 {
		f.order = append(f.order, why)
	}
	f.counts[why] += n
}

// take takes out those with a certain reason, and returns how many there were and the reason of some of them.
func (f *failures) take(which func(why string) bool) (n int, example string) {
	var rest failures
	for _, why := range f.order {
		if which(why) {
			n, example = n+f.counts[why], why
			continue
		}
		rest.add(f.counts[why], why)
	}
	*f = rest
	return n, example
}

// error says how many machines failed for which reason; nil when none did.
func (f *failures) error() error {
	var errs []error
	for _, why := range f.order {
		errs = append(errs, fmt.Errorf("%s: %s", count(f.counts[why], "machine was not started", "machines were not started"), why))
	}
	return errors.Join(errs...)
}

func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
