package kubernetes

import (
	"context"
	"fmt"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/liveload/liveload/cluster/providers"
	"github.com/liveload/liveload/cluster/providers/labels"
)

// Leftovers implements providers.Provider.
func (p *Provider) Leftovers(ctx context.Context) ([]providers.Machine, error) {
	all, err := p.List(ctx)
	if err != nil {
		return nil, err
	}
	return p.home.Left(all, p.now())
}

// working are the ids of machines whose Pods have not ended.
func working(pods []corev1.Pod) map[string]bool {
	ids := map[string]bool{}
	for _, pod := range pods {
		if !stateOf(&pod).ended {
			ids[machineID(pod.Namespace, pod.Labels[batchv1.JobNameLabel], indexOf(&pod))] = true
		}
	}
	return ids
}

// List implements providers.Lister. A machine without a Pod, since none was made or it is gone, is one that has ended.
func (p *Provider) List(ctx context.Context) ([]providers.Machine, error) {
	return p.machines(ctx, labels.Run)
}

// machines are those of Jobs with some labels.
func (p *Provider) machines(ctx context.Context, selector string) (all []providers.Machine, err error) {
	ours := metav1.ListOptions{LabelSelector: selector}
	jobs, err := p.client.jobs.List(ctx, ours)
	if err != nil {
		return nil, fmt.Errorf("look for Jobs of runs: %w", err)
	}
	pods, err := p.client.pods.List(ctx, ours)
	if err != nil {
		return nil, fmt.Errorf("look for Pods of runs: %w", err)
	}
	ids := working(pods.Items)
	for _, job := range jobs.Items {
		all = append(all, machinesOf(&job, ids)...)
	}
	return all, nil
}

// machinesOf are the machines of a Job, which working knows by their ids.
func machinesOf(job *batchv1.Job, working map[string]bool) (all []providers.Machine) {
	m, ok := labels.Read(job.Labels)
	if !ok || job.Spec.Completions == nil {
		return nil
	}
	m.Provider, m.Launched = Name, job.CreationTimestamp.Time
	for i := range int(*job.Spec.Completions) {
		m.Name, m.ID = machineName(job.Name, i), machineID(job.Namespace, job.Name, i)
		m.Ended = !working[m.ID]
		all = append(all, m)
	}
	return all
}
