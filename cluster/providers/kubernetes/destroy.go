package kubernetes

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	batchv1 "k8s.io/api/batch/v1"

	"github.com/liveload/liveload/cluster/providers"
)

// gonePause is how often something is looked for that is on its way out.
const gonePause = 250 * time.Millisecond

// Destroy implements providers.Provider. A Job goes with the last of its machines, and takes its Secret with it.
func (p *Provider) Destroy(ctx context.Context, machines []providers.Machine) error {
	indexes := map[string][]int{}
	var errs []error
	for _, m := range machines {
		namespace, job, index, err := parseMachineID(m.ID)
		if err == nil && namespace != p.client.namespace {
			err = fmt.Errorf("%s is in the namespace %s, not in %s: say --cluster-opt namespace=%s", m.Name, namespace, p.client.namespace, namespace)
		}
		if err != nil {
			errs = append(errs, err)
			continue
		}
		indexes[job] = append(indexes[job], index)
	}
	var wait sync.WaitGroup
	var mu sync.Mutex
	for job, some := range indexes {
		wait.Go(func() {
			err := p.destroy(ctx, job, some)
			mu.Lock()
			defer mu.Unlock()
			errs = append(errs, err)
		})
	}
	wait.Wait()
	return errors.Join(errs...)
}

// destroy ends some machines of a Job.
func (p *Provider) destroy(ctx context.Context, job string, indexes []int) error {
	p.mu.Lock()
	l := p.launches[job]
	p.mu.Unlock()
	last := l != nil && l.destroy(indexes)
	if l == nil {
		others, err := p.client.podsWhere(ctx, job, func(pod *corev1.Pod) bool {
			return !slices.Contains(indexes, indexOf(pod)) && !stateOf(pod).ended
		})
		if err != nil {
			return fmt.Errorf("look for the machines of the Job %s: %w", job, err)
		}
		last = len(others) == 0
	}
	if last {
		return p.removeJob(ctx, job)
	}
	return p.removePods(ctx, job, indexes)
}

// removePods deletes the Pods of some indexes, and waits until they are gone.
func (p *Provider) removePods(ctx context.Context, job string, indexes []int) error {
	asked := map[string]bool{}
	return p.untilGone(ctx, "the machines of the Job "+job, func() (bool, error) {
		there, err := p.client.podsWhere(ctx, job, func(pod *corev1.Pod) bool { return slices.Contains(indexes, indexOf(pod)) })
		if err != nil {
			return false, err
		}
		var errs []error
		for _, pod := range there {
			if !asked[pod.Name] {
				errs = append(errs, p.client.deletePod(ctx, pod.Name))
				asked[pod.Name] = true
			}
		}
		return len(there) == 0, errors.Join(errs...)
	})
}

// removeJob deletes a Job with all that belongs to it, and waits until it is gone. Whether it succeeds or not, nobody watches the Job
// any more then.
func (p *Provider) removeJob(ctx context.Context, name string) error {
	defer p.forget(name)
	if err := p.client.deleteJob(ctx, name); err != nil {
		return err
	}
	return p.untilGone(ctx, "the Job "+name, func() (bool, error) {
		_, err := p.client.jobs.Get(ctx, name, metav1.GetOptions{})
		if apierrors.IsNotFound(err) {
			return true, nil
		}
		return false, err
	})
}

// forget ends the watch of a launch.
func (p *Provider) forget(name string) {
	p.mu.Lock()
	l := p.launches[name]
	delete(p.launches, name)
	p.mu.Unlock()
	if l != nil {
		l.end()
	}
}

// untilGone asks until something is gone.
func (p *Provider) untilGone(ctx context.Context, what string, gone func() (bool, error)) error {
	ticker := time.NewTicker(min(gonePause, p.look))
	defer ticker.Stop()
	for {
		if is, err := gone(); is || err != nil {
			return err
		}
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return fmt.Errorf("%s did not end in time: %w", what, context.Cause(ctx))
		}
	}
}

// clear deletes the Pods that are there of machines that were given up. Those that come later go when they are seen.
func (l *launch) clear(ctx context.Context) {
	l.mu.Lock()
	var indexes []int
	for i, at := range l.places {
		if at.stage == givenUp {
			indexes = append(indexes, i)
		}
	}
	l.mu.Unlock()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), giveUpTimeout)
	defer cancel()
	if err := l.provider.removePods(ctx, l.job.Name, indexes); err != nil {
		l.provider.home.Log.Warn("machines that were given up are still there", "job", l.job.Name, "error", err)
	}
}

// podsOf selects the Pods of a Job.
func podsOf(job string) string { return batchv1.JobNameLabel + "=" + job }

// podsWhere returns some Pods of a Job.
func (c *client) podsWhere(ctx context.Context, job string, wanted func(*corev1.Pod) bool) ([]corev1.Pod, error) {
	all, err := c.pods.List(ctx, metav1.ListOptions{LabelSelector: podsOf(job)})
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(all.Items, func(pod corev1.Pod) bool { return !wanted(&pod) }), nil
}

// deletePod deletes a Pod. One that is gone is no error.
func (c *client) deletePod(ctx context.Context, name string) error {
	if err := c.pods.Delete(ctx, name, metav1.DeleteOptions{}); err != nil && !apierrors.IsNotFound(err) {
		return fmt.Errorf("delete the Pod %s: %w", name, err)
	}
	return nil
}

// deleteJob has Kubernetes delete a Job after its Pods; the Secret, which the Job owns, goes with it. One that is gone is no error.
func (c *client) deleteJob(ctx context.Context, name string) error {
	err := c.jobs.Delete(ctx, name, metav1.DeleteOptions{PropagationPolicy: new(metav1.DeletePropagationForeground)})
	if err != nil && !apierrors.IsNotFound(err) {
		return fmt.Errorf("delete the Job %s: %w", name, err)
	}
	return nil
}
