package kubernetes

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	authv1 "k8s.io/api/authorization/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	"k8s.io/client-go/gentype"
	"k8s.io/client-go/rest"

	"github.com/liveload/liveload/cluster/providers/labels"
	"github.com/liveload/liveload/cluster/providers/retry"
)

// A client speaks about the objects of one namespace. It is made of client-go's parts, since the clientset for everything
// that Kubernetes has would make the program 13 MB larger.
type client struct {
	namespace string
	pause     time.Duration // before something is created again, which doubles
	jobs      *gentype.ClientWithList[*batchv1.Job, *batchv1.JobList]
	pods      *gentype.ClientWithList[*corev1.Pod, *corev1.PodList]
	secrets   *gentype.Client[*corev1.Secret]
	events    *gentype.ClientWithList[*corev1.Event, *corev1.EventList]
	quotas    *gentype.ClientWithList[*corev1.ResourceQuota, *corev1.ResourceQuotaList]
	reviews   *gentype.Client[*authv1.SelfSubjectAccessReview]
}

// newScheme has what the client speaks about.
func newScheme() *runtime.Scheme {
	scheme := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{batchv1.AddToScheme, corev1.AddToScheme, authv1.AddToScheme} {
		if err := add(scheme); err != nil {
			panic(err) // types that are compiled in
		}
	}
	return scheme
}

func newClient(config *rest.Config, namespace string, pause time.Duration) (*client, error) {
	scheme := newScheme()
	codecs, parameters := serializer.NewCodecFactory(scheme), runtime.NewParameterCodec(scheme)
	httpClient, err := rest.HTTPClientFor(config)
	if err != nil {
		return nil, fmt.Errorf("connect to the Kubernetes cluster: %w", err)
	}
	var failed error
	group := func(gv schema.GroupVersion, path string) rest.Interface {
		own := rest.CopyConfig(config)
		own.GroupVersion, own.APIPath, own.NegotiatedSerializer = &gv, path, codecs.WithoutConversion()
		c, err := rest.RESTClientForConfigAndClient(own, httpClient)
		if err != nil {
			failed = fmt.Errorf("connect to the Kubernetes cluster: %w", err)
		}
		return c
	}
	core, batch, auth := group(corev1.SchemeGroupVersion, "/api"), group(batchv1.SchemeGroupVersion, "/apis"), group(authv1.SchemeGroupVersion, "/apis")
	if failed != nil {
		return nil, failed
	}
	return &client{
		namespace: namespace, pause: pause,
		jobs: gentype.NewClientWithList("jobs", batch, parameters, namespace,
			func() *batchv1.Job { return &batchv1.Job{} }, func() *batchv1.JobList { return &batchv1.JobList{} }),
		pods: gentype.NewClientWithList("pods", core, parameters, namespace,
			func() *corev1.Pod { return &corev1.Pod{} }, func() *corev1.PodList { return &corev1.PodList{} }),
		secrets: gentype.NewClient("secrets", core, parameters, namespace, func() *corev1.Secret { return &corev1.Secret{} }),
		events: gentype.NewClientWithList("events", core, parameters, namespace,
			func() *corev1.Event { return &corev1.Event{} }, func() *corev1.EventList { return &corev1.EventList{} }),
		quotas: gentype.NewClientWithList("resourcequotas", core, parameters, namespace,
			func() *corev1.ResourceQuota { return &corev1.ResourceQuota{} }, func() *corev1.ResourceQuotaList { return &corev1.ResourceQuotaList{} }),
		reviews: gentype.NewClient("selfsubjectaccessreviews", auth, parameters, "",
			func() *authv1.SelfSubjectAccessReview { return &authv1.SelfSubjectAccessReview{} }),
	}, nil
}

// createJob creates a Job, and takes one of the same run that is there already: of a request whose answer did not arrive.
func (c *client) createJob(ctx context.Context, job *batchv1.Job) (created *batchv1.Job, err error) {
	err = c.again(ctx, func(ctx context.Context) (err error) {
		created, err = c.jobs.Create(ctx, job, metav1.CreateOptions{FieldValidation: metav1.FieldValidationStrict})
		if err == nil {
			return nil
		}
		there, failed := c.jobs.Get(ctx, job.Name, metav1.GetOptions{})
		if failed == nil && there.Labels[labels.Run] == job.Labels[labels.Run] {
			created, err = there, nil
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("create the Job %s: %w", job.Name, err)
	}
	return created, nil
}

// createSecret creates the Secret of a Job, and takes the one that a request has made whose answer did not arrive.
func (c *client) createSecret(ctx context.Context, secret *corev1.Secret) error {
	tried := false
	err := c.again(ctx, func(ctx context.Context) error {
		_, err := c.secrets.Create(ctx, secret, metav1.CreateOptions{FieldValidation: metav1.FieldValidationStrict})
		if tried && apierrors.IsAlreadyExists(err) {
			return nil
		}
		tried = true
		return err
	})
	if err != nil {
		return fmt.Errorf("create the Secret %s: %w", secret.Name, err)
	}
	return nil
}

// createTries is how often something is created of which nobody knows whether it is there.
const createTries = 5

// again tries what may be done twice until it is done, fails for good, or has failed too often. A try outlives ctx.
func (c *client) again(ctx context.Context, try func(ctx context.Context) error) error {
	making, cancel := retry.Outlive(ctx)
	defer cancel()
	for tries := 0; ; tries++ {
		err := try(making)
		if err == nil || !mayPass(err) || tries == createTries-1 {
			return err
		}
		select {
		case <-time.After(c.pause << tries):
		case <-ctx.Done():
			return err
		}
	}
}

// mayPass says whether the API server, or the way to it, failed such that another try may succeed.
func mayPass(err error) bool {
	var answer apierrors.APIStatus
	return !errors.As(err, &answer) || answer.Status().Code >= 500
}

// warnings logs what the API server warns of.
type warnings struct{ log *slog.Logger }

// HandleWarningHeaderWithContext implements rest.WarningHandlerWithContext.
func (w warnings) HandleWarningHeaderWithContext(_ context.Context, code int, _ string, text string) {
	if code == 299 && text != "" {
		w.log.Warn("Kubernetes warns: " + text)
	}
}
