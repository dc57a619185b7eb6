// Package kubetest is a Kubernetes cluster in one process, for tests: an API server on client-go's tracker of objects, a
// controller of Indexed Jobs, and a kubelet whose containers are processes. It refuses what the real one refuses, as far
// as liveload can do wrong, and fails when it is told to.
package kubetest

import (
	"fmt"
	"net/http/httptest"
	"os"
	"slices"
	"sync"
	"testing"

	authv1 "k8s.io/api/authorization/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	clienttesting "k8s.io/client-go/testing"

	"github.com/liveload/liveload/cluster/providers/providertest"
)

// Namespace is the only one that there is.
const Namespace = "load"

// A Cluster is one that runs. Its methods may be called concurrently.
type Cluster struct {
	URL string
	// Program is what containers run in place of their image, at first this program. Env is set for them too.
	Program func() string
	Env     []string
	Sent    providertest.Sent

	t       testing.TB
	codecs  serializer.CodecFactory
	tracker clienttesting.ObjectTracker
	stopped chan struct{}
	running sync.WaitGroup // containers

	mu         sync.Mutex
	made       int                      // objects, whose number is a part of their UID
	done       map[string]map[int]bool  // indexes of a Job, by its UID, that have ended
	containers map[string]*containerRun // by the UID of their Pod
	faults     []*Fault
	slow       bool     // no node takes a Pod
	full       int      // Pods that the quota refuses from now on
	denied     []string // rights that nobody has, VERB RESOURCE each
	requests   []string // that came: METHOD RESOURCE each
}

// A Fault is what becomes of requests.
type Fault struct {
	Method, Resource string // "" is any
	Status           int
	RetryAfter       string
	Times            int  // how often; 0 is until Mend is called
	Done             bool // the request is carried out before it fails, as when the answer is lost
	over             bool
}

// Start starts a cluster, which ends with the test.
func Start(t testing.TB) *Cluster {
	t.Helper()
	scheme := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{batchv1.AddToScheme, corev1.AddToScheme, authv1.AddToScheme} {
		if err := add(scheme); err != nil {
			t.Fatal(err)
		}
	}
	c := &Cluster{t: t, codecs: serializer.NewCodecFactory(scheme, serializer.EnableStrict), stopped: make(chan struct{}), Program: func() string { return os.Args[0] },
		done: map[string]map[int]bool{}, containers: map[string]*containerRun{}}
	c.tracker = clienttesting.NewObjectTracker(scheme, c.codecs.UniversalDecoder())
	server := httptest.NewServer(c.Sent.By(c))
	c.URL = server.URL
	t.Cleanup(func() {
		close(c.stopped)
		server.CloseClientConnections()
		server.Close()
		c.killAll()
	})
	return c
}

// Kubeconfig writes one that leads to the cluster to a file.
func (c *Cluster) Kubeconfig(file string) error {
	text := fmt.Sprintf(`apiVersion: v1
kind: Config
current-context: test
contexts: [{name: test, context: {cluster: test, user: test, namespace: %s}}]
clusters: [{name: test, cluster: {server: %q}}]
users: [{name: test, user: {token: none}}]
`, Namespace, c.URL)
	return os.WriteFile(file, []byte(text), 0o600)
}

// Slow keeps nodes from taking Pods until the function that it returns is called.
func (c *Cluster) Slow() (boot func()) {
	c.change(func() { c.slow = true })
	return func() { c.change(func() { c.slow = false }) }
}

// RefusePods has the quota refuse the next Pods.
func (c *Cluster) RefusePods(n int) { c.change(func() { c.full = n }) }

// Deny takes a right away, such as "create jobs".
func (c *Cluster) Deny(right string) { c.change(func() { c.denied = append(c.denied, right) }) }

// Fail has requests fail.
func (c *Cluster) Fail(f Fault) (mend func()) {
	c.change(func() { c.faults = append(c.faults, &f) })
	return func() { c.change(func() { f.over = true }) }
}

// Requests are those that came, as METHOD RESOURCE.
func (c *Cluster) Requests() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.requests)
}

// Add puts an object there, such as a ResourceQuota.
func (c *Cluster) Add(o runtime.Object) error { return c.tracker.Add(o) }

// Pods, Jobs and Secrets are those that there are.
func (c *Cluster) Pods() []corev1.Pod {
	return items(c, pods, func(l *corev1.PodList) []corev1.Pod { return l.Items })
}

// Jobs are those that there are.
func (c *Cluster) Jobs() []batchv1.Job {
	return items(c, jobs, func(l *batchv1.JobList) []batchv1.Job { return l.Items })
}

// Secrets are those that there are.
func (c *Cluster) Secrets() []corev1.Secret {
	return items(c, secrets, func(l *corev1.SecretList) []corev1.Secret { return l.Items })
}

// Left names the objects of runs that there are.
func (c *Cluster) Left() ([]string, error) {
	var all []string
	for _, o := range c.Jobs() {
		all = append(all, "Job "+o.Name)
	}
	for _, o := range c.Pods() {
		all = append(all, "Pod "+o.Name)
	}
	for _, o := range c.Secrets() {
		all = append(all, "Secret "+o.Name)
	}
	return all, nil
}

// Relabel changes a label of all that has another one.
func (c *Cluster) Relabel(selected, value, label, to string) {
	c.change(func() {
		for _, job := range c.Jobs() {
			if job.Labels[selected] == value {
				job.Labels[label] = to
				c.update(jobs, &job)
			}
		}
		for _, pod := range c.Pods() {
			if pod.Labels[selected] == value {
				pod.Labels[label] = to
				c.update(pods, &pod)
			}
		}
	})
}

// A kind of objects.
type kind struct {
	gvr  schema.GroupVersionResource
	kind string
	make func() runtime.Object
}

var (
	jobs    = kind{batchv1.SchemeGroupVersion.WithResource("jobs"), "Job", func() runtime.Object { return &batchv1.Job{} }}
	pods    = kind{corev1.SchemeGroupVersion.WithResource("pods"), "Pod", func() runtime.Object { return &corev1.Pod{} }}
	secrets = kind{corev1.SchemeGroupVersion.WithResource("secrets"), "Secret", func() runtime.Object { return &corev1.Secret{} }}
	events  = kind{corev1.SchemeGroupVersion.WithResource("events"), "Event", func() runtime.Object { return &corev1.Event{} }}
	quotas  = kind{corev1.SchemeGroupVersion.WithResource("resourcequotas"), "ResourceQuota", func() runtime.Object { return &corev1.ResourceQuota{} }}
	all     = []kind{jobs, pods, secrets, events, quotas}
)

// items are all objects of a kind.
func items[L runtime.Object, T any](c *Cluster, k kind, of func(L) []T) []T {
	list, err := c.tracker.List(k.gvr, k.gvr.GroupVersion().WithKind(k.kind), Namespace)
	if err != nil {
		panic(err) // kinds of this file
	}
	return of(list.(L))
}

// update writes an object that is there.
func (c *Cluster) update(k kind, o runtime.Object) {
	if err := c.tracker.Update(k.gvr, o, Namespace); err != nil {
		c.t.Errorf("kubetest: %v", err)
	}
}

// change changes something, and lets the controllers see it.
func (c *Cluster) change(f func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	f()
	c.reconcile()
}

// now is what objects have as times.
func now() metav1.Time { return metav1.Now() }
