package kubernetes

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"sync"
	"time"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/liveload/liveload/cluster/providers"
)

// A launch is one Job of this process, and what becomes of its machines.
type launch struct {
	provider *Provider
	job      *batchv1.Job
	spec     providers.Spec
	stop     context.CancelFunc // of the watch
	watching sync.WaitGroup

	mu      sync.Mutex
	places  []place       // by index
	changed chan struct{} // holds one when a place may have changed
}

// A place is one index of the Job.
type place struct {
	machine providers.Machine
	uid     string // of its Pod; "" before there is one
	state   state
	stage   stage
}

// A stage is what a place is to the caller of Launch.
type stage int

const (
	awaited   stage = iota // Launch waits until it runs
	launched               // Launch has returned it
	givenUp                // its Pod goes whenever it is seen
	destroyed              // Destroy ends it
	ended                  // it has ended by itself, and Spec.Ended was told
)

func newLaunch(p *Provider, job *batchv1.Job, spec providers.Spec) *launch {
	l := &launch{provider: p, job: job, spec: spec, changed: make(chan struct{}, 1)}
	for i := range *job.Spec.Completions {
		m := p.home.Machine(spec, Name, machineName(job.Name, int(i)), p.now())
		m.ID = machineID(job.Namespace, job.Name, int(i))
		l.places = append(l.places, place{machine: m})
	}
	return l
}

// indexOf is the index of a Pod; -1 when it has none.
func indexOf(pod *corev1.Pod) int {
	i, err := strconv.Atoi(pod.Labels[batchv1.JobCompletionIndexAnnotation])
	if err != nil {
		return -1
	}
	return i
}

// see takes what the watch tells about a Pod.
func (l *launch) see(ctx context.Context, pod *corev1.Pod, gone bool) {
	i := indexOf(pod)
	l.mu.Lock()
	if i < 0 || i >= len(l.places) {
		l.mu.Unlock()
		return
	}
	at := &l.places[i]
	at.uid, at.state = string(pod.UID), stateOf(pod)
	if gone && !at.state.ended {
		at.state = state{ended: true, why: "its Pod was deleted" + disrupted(pod)}
	}
	told := at.stage == launched && at.state.ended
	if told {
		at.stage = ended
	}
	remove := at.stage == givenUp && !gone && pod.DeletionTimestamp == nil
	machine, why := at.machine, at.state.why
	l.mu.Unlock()
	if told && l.spec.Ended != nil {
		l.spec.Ended(machine, without(machine.Name+" ended: "+why, l.spec.Token))
	}
	if remove {
		if err := l.provider.client.deletePod(ctx, pod.Name); err != nil {
			l.provider.home.Log.Warn("a machine that was given up is still there", "machine", machine.Name, "error", err)
		}
	}
	select {
	case l.changed <- struct{}{}:
	default:
	}
}

// wait waits until each machine runs or has failed.
func (l *launch) wait(ctx context.Context) error {
	ticker := time.NewTicker(l.provider.look)
	defer ticker.Stop()
	for said := ""; ; {
		waiting := l.waiting()
		if len(waiting) == 0 {
			return nil
		}
		select {
		case <-l.changed:
		case <-ticker.C:
			if text := l.explain(ctx); text != said && text != "" {
				said = text
				l.provider.home.Log.Info(fmt.Sprintf("%d of %d machines do not run yet: %s", len(waiting), len(l.places), said))
			}
		case <-ctx.Done():
			l.explain(context.WithoutCancel(ctx))
			return context.Cause(ctx)
		}
	}
}

// waiting are the indexes that neither run nor have failed.
func (l *launch) waiting() (all []int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for i := range l.places {
		if s := l.places[i].state; !s.running && !s.ended {
			all = append(all, i)
		}
	}
	return all
}

// explain asks the cluster why machines do not run, and fails those that never will. It returns one of the reasons.
func (l *launch) explain(ctx context.Context) string {
	ctx, cancel := context.WithTimeout(ctx, askTimeout)
	defer cancel()
	job, err := l.provider.client.jobs.Get(ctx, l.job.Name, metav1.GetOptions{})
	if err != nil {
		return err.Error()
	}
	events, err := l.provider.client.events.List(ctx, metav1.ListOptions{FieldSelector: "type=" + corev1.EventTypeWarning})
	if err != nil {
		return err.Error()
	}
	ofJob := problemOf(events.Items, job.UID)
	if text := jobProblem(job); text != "" {
		ofJob = problem{text, true}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	for i := range l.places {
		at := &l.places[i]
		switch {
		case at.state.running || at.state.ended:
		case at.uid == "":
			at.state = state{why: ofJob.text, ended: ofJob.final}
		case at.state.why == "":
			at.state.why = problemOf(events.Items, types.UID(at.uid)).text
		}
	}
	for _, at := range l.places {
		if !at.state.running && at.state.why != "" {
			return at.state.why
		}
	}
	return ""
}

// settle divides the machines into those that run, which it returns, and those that are given up, about which its error is.
func (l *launch) settle(why error) (machines []providers.Machine, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	var failed []providers.Machine
	var reasons []error
	for i := range l.places {
		at := &l.places[i]
		if at.state.running {
			at.stage = launched
			machines = append(machines, at.machine)
			continue
		}
		at.stage = givenUp
		failed = append(failed, at.machine)
		reasons = append(reasons, without(cmp.Or(at.state.why, "Kubernetes says no reason"), l.spec.Token))
	}
	return machines, errors.Join(providers.Failures("launch", failed, reasons), why)
}

// destroy notes which machines are to end, and says whether no other one of the Job is left.
func (l *launch) destroy(indexes []int) (last bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, i := range indexes {
		if i < len(l.places) {
			l.places[i].stage = destroyed
		}
	}
	return !slices.ContainsFunc(l.places, func(at place) bool { return at.stage == launched || at.stage == awaited })
}

// end ends the watch.
func (l *launch) end() {
	l.stop()
	l.watching.Wait()
}
