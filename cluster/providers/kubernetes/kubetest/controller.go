package kubetest

import (
	"fmt"
	"maps"
	"strconv"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
)

// reconcile does what the controller of Jobs, the collector of garbage and the kubelet do. The caller has the lock.
func (c *Cluster) reconcile() {
	for _, job := range c.Jobs() {
		if job.DeletionTimestamp != nil {
			c.collect(&job)
		} else {
			c.makePods(&job)
		}
	}
	for _, pod := range c.Pods() {
		c.tend(&pod)
	}
}

// makePods makes a Pod for each index that has none and has not ended.
func (c *Cluster) makePods(job *batchv1.Job) {
	there := map[int]bool{}
	for _, pod := range c.podsOf(job) {
		index, _ := strconv.Atoi(pod.Labels[batchv1.JobCompletionIndexAnnotation])
		there[index] = true
	}
	for i := range int(*job.Spec.Completions) {
		switch {
		case there[i] || c.done[string(job.UID)][i]:
		case c.full > 0:
			c.full--
			c.end(job.UID, i) // the real one tries again later, when the quota may have room
			c.warn("Job", job.ObjectMeta, "FailedCreate", fmt.Sprintf("Error creating: pods %q is forbidden: exceeded quota: few, requested: pods=1, used: pods=2, limited: pods=2", job.Name+"-"))
		default:
			c.makePod(job, i)
		}
	}
}

func (c *Cluster) makePod(job *batchv1.Job, i int) {
	c.made++
	index := strconv.Itoa(i)
	pod := &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{
			Name: fmt.Sprintf("%s-%d-x%d", job.Name, i, c.made), Namespace: Namespace, UID: types.UID(fmt.Sprintf("uid-%d", c.made)), CreationTimestamp: now(),
			Labels: maps.Clone(job.Spec.Template.Labels), Annotations: job.Spec.Template.Annotations,
			OwnerReferences: []metav1.OwnerReference{*metav1.NewControllerRef(job, batchv1.SchemeGroupVersion.WithKind("Job"))},
		},
		Spec:   *job.Spec.Template.Spec.DeepCopy(),
		Status: corev1.PodStatus{Phase: corev1.PodPending},
	}
	pod.Labels[batchv1.JobCompletionIndexAnnotation] = index
	for n := range pod.Spec.Containers {
		pod.Spec.Containers[n].Env = append(pod.Spec.Containers[n].Env, corev1.EnvVar{Name: "JOB_COMPLETION_INDEX", ValueFrom: &corev1.EnvVarSource{
			FieldRef: &corev1.ObjectFieldSelector{FieldPath: "metadata.labels['" + batchv1.JobCompletionIndexAnnotation + "']"},
		}})
	}
	if err := c.tracker.Create(pods.gvr, pod, Namespace); err != nil {
		c.t.Errorf("kubetest: %v", err)
	}
}

// end remembers that an index has ended, so that it gets no other Pod: as backoffLimitPerIndex 0 has it.
func (c *Cluster) end(job types.UID, index int) {
	if c.done[string(job)] == nil {
		c.done[string(job)] = map[int]bool{}
	}
	c.done[string(job)][index] = true
}

// collect removes what belongs to a Job that is to go, and then the Job.
func (c *Cluster) collect(job *batchv1.Job) {
	left := c.podsOf(job)
	for _, pod := range left {
		c.mark(pods, &pod, &pod)
	}
	if len(left) > 0 {
		return
	}
	for _, secret := range c.Secrets() {
		for _, owner := range secret.OwnerReferences {
			if owner.UID == job.UID {
				_ = c.tracker.Delete(secrets.gvr, Namespace, secret.Name)
			}
		}
	}
	_ = c.tracker.Delete(jobs.gvr, Namespace, job.Name)
}

func (c *Cluster) podsOf(job *batchv1.Job) (some []corev1.Pod) {
	for _, pod := range c.Pods() {
		if pod.Labels[batchv1.ControllerUidLabel] == string(job.UID) {
			some = append(some, pod)
		}
	}
	return some
}

// warn makes an event.
func (c *Cluster) warn(kind string, about metav1.ObjectMeta, reason, message string) {
	c.made++
	err := c.tracker.Create(events.gvr, &corev1.Event{
		ObjectMeta:     metav1.ObjectMeta{Name: fmt.Sprintf("%s.%d", about.Name, c.made), Namespace: Namespace},
		InvolvedObject: corev1.ObjectReference{Kind: kind, Name: about.Name, Namespace: Namespace, UID: about.UID},
		Type:           corev1.EventTypeWarning, Reason: reason, Message: message, FirstTimestamp: now(), LastTimestamp: now(), Count: 1,
	}, Namespace)
	if err != nil {
		c.t.Errorf("kubetest: %v", err)
	}
}
