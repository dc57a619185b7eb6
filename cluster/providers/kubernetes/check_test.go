package kubernetes

import (
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/liveload/liveload/cluster/providers"
	"github.com/liveload/liveload/cluster/providers/kubernetes/kubetest"
)

func quota(name string, scopes []corev1.ResourceQuotaScope, hard, used map[corev1.ResourceName]string) *corev1.ResourceQuota {
	list := func(texts map[corev1.ResourceName]string) corev1.ResourceList {
		all := corev1.ResourceList{}
		for name, text := range texts {
			all[name] = resource.MustParse(text)
		}
		return all
	}
	return &corev1.ResourceQuota{
		ObjectMeta: metav1.ObjectMeta{Name: name, Namespace: kubetest.Namespace}, Spec: corev1.ResourceQuotaSpec{Scopes: scopes},
		Status: corev1.ResourceQuotaStatus{Hard: list(hard), Used: list(used)},
	}
}

type some = map[corev1.ResourceName]string

// TestCheck: what cannot work is told before anything is started. A machine here has 2 cores and 4 GiB.
func TestCheck(t *testing.T) {
	for _, test := range []struct {
		name    string
		prepare func(t *testing.T, c *kubetest.Cluster)
		want    string // "" for no error
	}{
		{"all is well", func(t *testing.T, c *kubetest.Cluster) {
			add(t, c, quota("enough", nil, some{"pods": "10"}, some{"pods": "6"}))
		}, ""},
		{"rights are missing", func(t *testing.T, c *kubetest.Cluster) { c.Deny("create jobs"); c.Deny("list events") },
			"you may not create jobs, list events in the namespace load: `liveload docs cluster` has the role that is needed"},
		{"too many Pods", func(t *testing.T, c *kubetest.Cluster) {
			add(t, c, quota("few", nil, some{"pods": "5"}, some{"pods": "2"}))
		},
			"the quota few of the namespace load leaves 3 of 5 for pods, but 4 machines need 4: ask for fewer or smaller ones, or for a larger quota"},
		{"too large machines", func(t *testing.T, c *kubetest.Cluster) {
			add(t, c, quota("compute", nil, some{"requests.cpu": "8", "limits.memory": "10Gi"}, some{"requests.cpu": "0", "limits.memory": "1Gi"}))
		}, "the quota compute of the namespace load leaves 9Gi of 10Gi for limits.memory, but 4 machines need 16Gi"},
		{"a quota for others", func(t *testing.T, c *kubetest.Cluster) {
			add(t, c, quota("best-effort", []corev1.ResourceQuotaScope{corev1.ResourceQuotaScopeBestEffort}, some{"pods": "1"}, nil))
		}, ""},
		{"quotas that may not be read", func(t *testing.T, c *kubetest.Cluster) {
			c.Fail(kubetest.Fault{Method: "LIST", Resource: "resourcequotas", Status: http.StatusForbidden})
		}, ""},
		{"the Job is refused", func(t *testing.T, c *kubetest.Cluster) {
			c.Fail(kubetest.Fault{Method: http.MethodPost, Resource: "jobs", Status: http.StatusUnprocessableEntity})
		}, "the cluster does not take the Job that would run the workers"},
		{"a moment of trouble", func(t *testing.T, c *kubetest.Cluster) {
			c.Fail(kubetest.Fault{Status: http.StatusInternalServerError, Times: 2})
			c.Fail(kubetest.Fault{Status: http.StatusTooManyRequests, RetryAfter: "0", Times: 1})
		}, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := kubetest.Start(t)
			test.prepare(t, c)
			p, err := quick(providers.Home{Owner: "me", Log: slog.New(slog.DiscardHandler)}, kubeconfig(t, c))
			if err != nil {
				t.Fatal(err)
			}
			err = p.Check(t.Context(), 4)
			if (err == nil) != (test.want == "") || err != nil && !strings.Contains(err.Error(), test.want) {
				t.Errorf("Check = %v, want %q", err, test.want)
			}
			if left, _ := c.Left(); len(left) > 0 {
				t.Errorf("Check made %q", left)
			}
		})
	}
}

func add(t *testing.T, c *kubetest.Cluster, q *corev1.ResourceQuota) {
	t.Helper()
	if err := c.Add(q); err != nil {
		t.Fatal(err)
	}
}

// TestRequestsAreThoseOfTheRole: what a launch sends needs no more rights than Check asks for.
func TestRequestsAreThoseOfTheRole(t *testing.T) {
	c := kubetest.Start(t)
	p, err := quick(providers.Home{Owner: "me", Runs: func() ([]string, error) { return nil, nil }, Log: slog.New(slog.DiscardHandler)}, kubeconfig(t, c))
	if err != nil {
		t.Fatal(err)
	}
	c.RefusePods(2)
	machines, err := p.Launch(t.Context(), 2, providers.Spec{Run: "7c9e6679"})
	if len(machines) != 0 || err == nil || !strings.Contains(err.Error(), "launch liveload-7c9e6679-1-0, liveload-7c9e6679-1-1: FailedCreate: Error creating") {
		t.Errorf("Launch = %v, %v", machines, err)
	}
	if left, err := p.Leftovers(t.Context()); err != nil || len(left) > 0 {
		t.Errorf("Leftovers = %v, %v", left, err)
	}
	verbs := map[string]string{http.MethodPost: "create", http.MethodGet: "get", "LIST": "list", "WATCH": "watch", http.MethodDelete: "delete"}
	for _, request := range c.Requests() {
		method, resource, _ := strings.Cut(request, " ")
		if !slices.ContainsFunc(needs, func(need right) bool { return need.Verb == verbs[method] && need.Resource == resource }) {
			t.Errorf("%s needs a right that Check does not ask for", request)
		}
	}
}
