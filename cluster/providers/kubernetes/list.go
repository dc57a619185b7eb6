package kubernetes

import (
	"context"
	"fmt"

	batchv1 "k8s.io/api/batch/v1"
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

// List implements providers.Lister. A machine without a Pod, since none was made or it is gone, is one that has ended.
func (p *Provider) List(ctx context.Context) (all []providers.Machine, err error) {
	ours := metav1.ListOptions{LabelSelector: labels.Run + "," + componentLabel + "=" + worker}
	jobs, err := p.client.jobs.List(ctx, ours)
	if err != nil {
		return nil, fmt.Errorf("look for Jobs of runs: %w", err)
	}
	pods, err := p.client.pods.List(ctx, ours)
	if err != nil {
		return nil, fmt.Errorf("look for Pods of runs: %w", err)
	}
	working := map[string]bool{} // by id
	for _, pod := range pods.Items {
		if job := pod.Labels[batchv1.JobNameLabel]; !stateOf(&pod).ended {
			working[machineID(pod.Namespace, job, indexOf(&pod))] = true
		}
	}
	for _, job := range jobs.Items {
		all = append(all, machinesOf(&job, working)...)
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
