package kubernetes

import (
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/liveload/liveload/cluster/providers"
	"github.com/liveload/liveload/cluster/providers/kubernetes/kubetest"
)

// launchSome launches n machines that need no controller: they stay until they are destroyed.
func launchSome(t *testing.T, c *kubetest.Cluster, n int, ended func(providers.Machine, error)) (*Provider, []providers.Machine, error) {
	t.Helper()
	p, err := quick(providers.Home{Owner: "me", Log: slog.New(slog.DiscardHandler)}, kubeconfig(t, c))
	if err != nil {
		t.Fatal(err)
	}
	machines, err := p.Launch(t.Context(), n, providers.Spec{
		Run: "7c9e6679-7425-40de-944b-e07fc1f90ae7", Token: "secret", Lifetime: time.Hour, Env: []string{"PROVIDERTEST_WORKER=absent"}, Ended: ended,
	})
	return p, machines, err
}

// TestFaultsThatPass: whatever fails for a while, each object is made once and removed.
func TestFaultsThatPass(t *testing.T) {
	for name, fault := range map[string]kubetest.Fault{
		"a Job is not made":                    {Method: http.MethodPost, Resource: "jobs", Status: 500, Times: 2},
		"a Job is made, the answer is lost":    {Method: http.MethodPost, Resource: "jobs", Status: 504, Times: 1, Done: true},
		"a Secret is not made":                 {Method: http.MethodPost, Resource: "secrets", Status: 503, Times: 2},
		"a Secret is made, the answer is lost": {Method: http.MethodPost, Resource: "secrets", Status: 500, Times: 1, Done: true},
		"too many requests":                    {Status: 429, RetryAfter: "0", Times: 3},
		"nobody can watch":                     {Method: "WATCH", Status: 500, Times: 1},
		"nobody can list":                      {Method: "LIST", Status: 500, Times: 3},
		"a Job is not deleted":                 {Method: http.MethodDelete, Status: 500, Times: 3},
		"a Job is deleted, the answer is lost": {Method: http.MethodDelete, Status: 500, Times: 1, Done: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := kubetest.Start(t)
			c.Fail(fault)
			p, machines, err := launchSome(t, c, 2, nil)
			if err != nil || len(machines) != 2 || len(c.Jobs()) != 1 || len(c.Secrets()) != 1 || len(c.Pods()) != 2 {
				t.Errorf("Launch = %v, %v", machines, err)
			}
			if err := p.Destroy(t.Context(), machines); err != nil {
				t.Errorf("Destroy = %v", err)
			}
			if left, err := c.Left(); err != nil || len(left) > 0 {
				t.Errorf("%q is left, %v", left, err)
			}
		})
	}
}

// TestFaultsThatStay: a launch that fails half-way leaves nothing, and its error has no token.
func TestFaultsThatStay(t *testing.T) {
	for name, fault := range map[string]kubetest.Fault{
		"a Job cannot be made":       {Method: http.MethodPost, Resource: "jobs", Status: 500},
		"a Secret may not be made":   {Method: http.MethodPost, Resource: "secrets", Status: 403},
		"a Secret cannot be made":    {Method: http.MethodPost, Resource: "secrets", Status: 500},
		"a name is taken by another": {Method: http.MethodPost, Resource: "jobs", Status: 409},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := kubetest.Start(t)
			c.Fail(fault)
			_, machines, err := launchSome(t, c, 2, nil)
			if err == nil || len(machines) > 0 || strings.Contains(err.Error(), "secret/") {
				t.Errorf("Launch = %v, %v", machines, err)
			}
			if left, err := c.Left(); err != nil || len(left) > 0 {
				t.Errorf("%q is left, %v", left, err)
			}
		})
	}
}

// TestOneOfSeveralMachinesGoes: the others stay, nothing takes its place, and only what nobody asked for is told.
func TestOneOfSeveralMachinesGoes(t *testing.T) {
	c := kubetest.Start(t)
	ended := make(chan string, 10)
	p, machines, err := launchSome(t, c, 3, func(m providers.Machine, why error) { ended <- m.Name + " " + why.Error() })
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Destroy(t.Context(), machines[1:2]); err != nil {
		t.Fatal(err)
	}
	if all := c.Pods(); len(all) != 2 || indexOf(&all[0]) == 1 || indexOf(&all[1]) == 1 {
		t.Errorf("%d Pods are left", len(all))
	}
	if err := c.Kill(jobName("7c9e6679", 1), 2); err != nil {
		t.Fatal(err)
	}
	if text, want := <-ended, "liveload-7c9e6679-1-2 liveload-7c9e6679-1-2 ended: exit code 137"; text != want {
		t.Errorf("told: %s, want %s", text, want)
	}
	if err := p.Destroy(t.Context(), machines[:1]); err != nil { // the last one that works
		t.Fatal(err)
	}
	if left, err := c.Left(); err != nil || len(left) > 0 || len(ended) > 0 {
		t.Errorf("%q is left, %v; %d more ends were told", left, err, len(ended))
	}
	if err := p.Destroy(t.Context(), machines); err != nil {
		t.Errorf("Destroy again = %v", err)
	}
}

// TestWaitingIsExplained: who waits for machines reads why they do not run yet.
func TestWaitingIsExplained(t *testing.T) {
	c := kubetest.Start(t)
	boot := c.Slow()
	var log listener
	p, err := quick(providers.Home{Owner: "me", Log: slog.New(slog.NewTextHandler(&log, nil))}, kubeconfig(t, c))
	if err != nil {
		t.Fatal(err)
	}
	log.until = "1 of 1 machines do not run yet: no node takes it: 0/1 nodes are available: 1 Insufficient cpu."
	log.then = boot
	machines, err := p.Launch(t.Context(), 1, providers.Spec{Run: "7c9e6679", Env: []string{"PROVIDERTEST_WORKER=absent"}})
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Destroy(t.Context(), machines); err != nil {
		t.Error(err)
	}
}

// A listener calls then once somebody has logged a text.
type listener struct {
	until string
	then  func()
}

func (b *listener) Write(text []byte) (int, error) {
	if strings.Contains(string(text), b.until) && b.then != nil {
		go b.then()
		b.then = nil
	}
	return len(text), nil
}
