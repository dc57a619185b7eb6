package kubetest

import (
	"fmt"
	"slices"
	"time"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/validation"
)

// create makes an object that a request has.
func (c *Cluster) create(asked call, o runtime.Object) (runtime.Object, error) {
	m, err := meta.Accessor(o)
	if err != nil {
		return nil, err
	}
	if wrong := invalid(o, m); len(wrong) > 0 {
		return nil, apierrors.NewBadRequest(fmt.Sprint(asked.kind.kind, " ", m.GetName(), " is invalid: ", wrong))
	}
	c.made++
	m.SetUID(types.UID(fmt.Sprintf("uid-%d", c.made)))
	m.SetCreationTimestamp(now())
	m.SetNamespace(Namespace)
	switch o := o.(type) {
	case *batchv1.Job:
		if o.Spec.Template.Labels == nil {
			o.Spec.Template.Labels = map[string]string{}
		}
		o.Spec.Template.Labels[batchv1.JobNameLabel] = o.Name
		o.Spec.Template.Labels[batchv1.ControllerUidLabel] = string(o.UID)
		o.Spec.Selector = &metav1.LabelSelector{MatchLabels: map[string]string{batchv1.ControllerUidLabel: string(o.UID)}}
	case *corev1.Secret:
		o.Data = map[string][]byte{}
		for key, text := range o.StringData {
			o.Data[key] = []byte(text)
		}
		o.StringData = nil
	}
	if slices.Equal(asked.query["dryRun"], []string{metav1.DryRunAll}) {
		return o, nil
	}
	return o, c.tracker.Create(asked.kind.gvr, o, Namespace)
}

// invalid says what of an object the real server refuses.
func invalid(o runtime.Object, m metav1.Object) (wrong []string) {
	if m.GetNamespace() != "" && m.GetNamespace() != Namespace {
		wrong = append(wrong, "the namespace is not that of the request")
	}
	wrong = append(wrong, validation.IsDNS1123Subdomain(m.GetName())...)
	labels := m.GetLabels()
	if job, ok := o.(*batchv1.Job); ok {
		wrong = append(wrong, invalidJob(job)...)
		wrong = append(wrong, invalidLabels(job.Spec.Template.Labels)...)
	}
	for _, owner := range m.GetOwnerReferences() {
		if owner.UID == "" || owner.Name == "" || owner.Kind == "" || owner.APIVersion == "" {
			wrong = append(wrong, "an owner is not complete")
		}
	}
	return append(wrong, invalidLabels(labels)...)
}

func invalidLabels(labels map[string]string) (wrong []string) {
	for key, value := range labels {
		wrong = append(wrong, validation.IsQualifiedName(key)...)
		wrong = append(wrong, validation.IsValidLabelValue(value)...)
	}
	return wrong
}

func invalidJob(job *batchv1.Job) (wrong []string) {
	spec, pod := job.Spec, job.Spec.Template.Spec
	refuse := func(bad bool, text string) {
		if bad {
			wrong = append(wrong, text)
		}
	}
	refuse(spec.CompletionMode == nil || *spec.CompletionMode != batchv1.IndexedCompletion, "only Indexed Jobs are known here")
	refuse(spec.Completions == nil || spec.Parallelism == nil, "completions and parallelism are required")
	refuse(spec.Selector != nil, "the selector is generated")
	refuse(spec.ActiveDeadlineSeconds != nil && *spec.ActiveDeadlineSeconds < 1, "activeDeadlineSeconds must be positive")
	refuse(pod.RestartPolicy != corev1.RestartPolicyNever, "restartPolicy must be Never with backoffLimitPerIndex")
	refuse(len(pod.Containers) == 0, "containers are required")
	refuse(len(validation.IsDNS1123Label(job.Name+"-9999")) > 0, "the name is too long for names of hosts")
	for _, c := range pod.Containers {
		refuse(c.Image == "" || c.Name == "", "a container needs a name and an image")
		for _, mount := range c.VolumeMounts {
			known := slices.ContainsFunc(pod.Volumes, func(v corev1.Volume) bool { return v.Name == mount.Name })
			refuse(!known, "there is no volume "+mount.Name)
		}
	}
	return wrong
}

// delete begins the end of an object.
func (c *Cluster) delete(asked call, options metav1.DeleteOptions) (runtime.Object, error) {
	o, err := c.tracker.Get(asked.kind.gvr, Namespace, asked.name)
	if err != nil {
		return nil, err
	}
	m, err := meta.Accessor(o)
	if err != nil {
		return nil, err
	}
	if _, isJob := o.(*batchv1.Job); isJob && (options.PropagationPolicy == nil || *options.PropagationPolicy != metav1.DeletePropagationForeground) {
		return nil, apierrors.NewBadRequest("kubetest deletes Jobs with propagation in the foreground only")
	}
	c.mark(asked.kind, o, m)
	return o, nil
}

// mark says of an object that it is to go.
func (c *Cluster) mark(k kind, o runtime.Object, m metav1.Object) {
	if m.GetDeletionTimestamp() == nil {
		when := metav1.NewTime(time.Now())
		m.SetDeletionTimestamp(&when)
		c.update(k, o)
	}
}
