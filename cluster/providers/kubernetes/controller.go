package kubernetes

import (
	"context"
	"errors"
	"time"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"

	"github.com/liveload/liveload/cluster/providers"
	"github.com/liveload/liveload/cluster/providers/labels"
)

const (
	controller = "controller"
	// controllerLeaving is how many seconds a controller that is asked to end may take for the running iterations.
	controllerLeaving = 120
	defaultAccount    = "liveload"
	controllerCPU     = "1"
	controllerMemory  = "1Gi"
)

// StartController starts a Pod that waits for a run to be handed over, and returns when it runs. args are those of liveload
// there. Like the workers, it ends by itself at the end of its lifetime.
func (p *Provider) StartController(ctx context.Context, spec providers.Spec) (providers.Machine, error) {
	if err := p.checkRights(ctx, controllerNeeds); err != nil {
		return providers.Machine{}, err
	}
	job, err := newControllerJob(p.settings, p.home, spec, p.client.namespace, p.now())
	if err != nil {
		return providers.Machine{}, err
	}
	l := newLaunch(p, job, spec)
	p.remember(l)
	if _, err = p.client.createJob(ctx, job); err == nil {
		_, err = l.settle(l.wait(ctx))
	}
	if err != nil {
		return providers.Machine{}, errors.Join(because(ctx, err), p.giveUp(ctx, job.Name))
	}
	return l.places[0].machine, nil
}

// newControllerJob returns the Job of a controller: that of a worker, but for what it runs, whose rights it has, and its size. Patches are for
// workers.
func newControllerJob(s settings, home providers.Home, spec providers.Spec, namespace string, now time.Time) (*batchv1.Job, error) {
	s.strategic, s.mergeJSON = nil, nil
	s.cpu, s.memory, s.serviceAccount = s.controllerCPU, s.controllerMemory, s.controllerAccount
	home.Owner = "pod-" + home.Owner // the run goes on without this process, and is none that it leaves behind
	job, err := newJob(s, home, spec, jobName(spec.Run, 0), namespace, 1, now)
	if err != nil {
		return nil, err
	}
	pod := &job.Spec.Template
	for _, marks := range []map[string]string{job.Labels, pod.Labels} {
		marks[componentLabel] = controller
	}
	pod.Spec.AutomountServiceAccountToken = new(true)
	pod.Spec.TerminationGracePeriodSeconds = new(int64(controllerLeaving))
	own := &pod.Spec.Containers[0]
	own.Args, own.VolumeMounts = spec.Args, own.VolumeMounts[1:] // there is no token yet
	pod.Spec.Volumes = pod.Spec.Volumes[1:]
	own.Resources.Limits = corev1.ResourceList{corev1.ResourceMemory: s.memory}
	return job, nil
}

// Controllers are those that there are, of all owners.
func (p *Provider) Controllers(ctx context.Context) ([]providers.Machine, error) {
	return p.machines(ctx, labels.Run+","+componentLabel+"="+controller)
}

// Namespace is where the objects are.
func (p *Provider) Namespace() string { return p.client.namespace }
