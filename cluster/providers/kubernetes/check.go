package kubernetes

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"
	authv1 "k8s.io/api/authorization/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/liveload/liveload/cluster/providers"
)

type right = authv1.ResourceAttributes

// needs are the rights without which no machine can be started, followed and removed: those of the role in docs/cluster.md.
var needs = []right{
	{Verb: "create", Group: "batch", Resource: "jobs"},
	{Verb: "get", Group: "batch", Resource: "jobs"},
	{Verb: "list", Group: "batch", Resource: "jobs"},
	{Verb: "delete", Group: "batch", Resource: "jobs"},
	{Verb: "create", Resource: "secrets"},
	{Verb: "list", Resource: "pods"},
	{Verb: "watch", Resource: "pods"},
	{Verb: "delete", Resource: "pods"},
	{Verb: "list", Resource: "events"},
}

// controllerNeeds are the rights without which a controller cannot be started and followed.
var controllerNeeds = append(slices.Clone(needs), right{Verb: "create", Resource: "pods", Subresource: "exec"}, right{Verb: "get", Resource: "pods", Subresource: "exec"})

// Check implements providers.Checker: whether we may do what has to be done, the cluster takes the Job, and its quotas have
// room for it.
func (p *Provider) Check(ctx context.Context, n int) error {
	if err := p.checkRights(ctx, needs); err != nil {
		return err
	}
	job, err := newJob(p.settings, p.home, providers.Spec{Run: "check"}, jobName("check", 0), p.client.namespace, n, p.now())
	if err != nil {
		return err
	}
	if err := p.client.again(ctx, func(ctx context.Context) error {
		_, err := p.client.jobs.Create(ctx, job, metav1.CreateOptions{DryRun: []string{metav1.DryRunAll}, FieldValidation: metav1.FieldValidationStrict})
		return err
	}); err != nil {
		return fmt.Errorf("the cluster does not take the Job that would run the workers: %w", err)
	}
	quotas, err := p.client.quotas.List(ctx, metav1.ListOptions{})
	if apierrors.IsForbidden(err) { // then it tells when Pods are made
		return nil
	}
	if err != nil {
		return fmt.Errorf("read the quotas of the namespace %s: %w", p.client.namespace, err)
	}
	return checkQuotas(quotas.Items, &job.Spec.Template.Spec, n)
}

// checkRights asks the cluster whether we have all rights that are needed.
func (p *Provider) checkRights(ctx context.Context, needs []right) error {
	lacks := make([]string, len(needs))
	group, ctx := errgroup.WithContext(ctx)
	for i, need := range needs {
		need.Namespace = p.client.namespace
		group.Go(func() error {
			review := &authv1.SelfSubjectAccessReview{Spec: authv1.SelfSubjectAccessReviewSpec{ResourceAttributes: &need}}
			var answer *authv1.SelfSubjectAccessReview
			err := p.client.again(ctx, func(ctx context.Context) (err error) {
				answer, err = p.client.reviews.Create(ctx, review, metav1.CreateOptions{})
				return err
			})
			if err != nil {
				return fmt.Errorf("ask the Kubernetes cluster what we may do: %w", err)
			}
			if !answer.Status.Allowed {
				lacks[i] = need.Verb + " " + path.Join(need.Resource, need.Subresource)
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return err
	}
	lacks = slices.DeleteFunc(lacks, func(right string) bool { return right == "" })
	if len(lacks) > 0 {
		return fmt.Errorf("you may not %s in the namespace %s: `liveload docs cluster` has the role that is needed", strings.Join(lacks, ", "), p.client.namespace)
	}
	return nil
}

// checkQuotas says which quota has no room for n Pods. Quotas with a scope count for some Pods only, and are left out.
func checkQuotas(quotas []corev1.ResourceQuota, pod *corev1.PodSpec, n int) error {
	takes := demand(pod)
	var errs []error
	for _, quota := range quotas {
		if len(quota.Spec.Scopes) > 0 || quota.Spec.ScopeSelector != nil {
			continue
		}
		for _, name := range slices.Sorted(maps.Keys(quota.Status.Hard)) {
			hard := quota.Status.Hard[name]
			one, counts := takes[name]
			if !counts {
				continue
			}
			left := hard.DeepCopy()
			left.Sub(quota.Status.Used[name])
			all := one.DeepCopy()
			all.Mul(int64(n))
			if all.Cmp(left) > 0 {
				errs = append(errs, fmt.Errorf("the quota %s of the namespace %s leaves %s of %s for %s, but %d machines need %s: ask for fewer or smaller ones, or for a larger quota",
					quota.Name, quota.Namespace, left.String(), hard.String(), name, n, all.String()))
			}
		}
	}
	return errors.Join(errs...)
}

// demand is what one Pod takes of a quota.
func demand(pod *corev1.PodSpec) map[corev1.ResourceName]resource.Quantity {
	one := resource.MustParse("1")
	takes := map[corev1.ResourceName]resource.Quantity{corev1.ResourcePods: one, "count/pods": one}
	add := func(name corev1.ResourceName, more resource.Quantity) {
		sum := takes[name]
		sum.Add(more)
		takes[name] = sum
	}
	for _, c := range pod.Containers {
		for name, q := range c.Resources.Requests {
			add("requests."+name, q)
			if name == corev1.ResourceCPU || name == corev1.ResourceMemory {
				add(name, q)
			}
		}
		for name, q := range c.Resources.Limits {
			add("limits."+name, q)
		}
	}
	return takes
}
