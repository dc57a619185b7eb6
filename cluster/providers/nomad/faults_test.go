package nomad

import (
	"os"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/nomad/api"

	"github.com/liveload/liveload/cluster/providers"
)

// provider is one of a run that the fake has.
func provider(t *testing.T, options Options) *Provider {
	t.Helper()
	options.Binary = "sleep" // it does not start: its arguments are those of a worker
	home := providers.Home{Owner: "me", Log: quiet, Runs: func() ([]string, error) { return nil, nil }}
	p, err := hasty(home, options)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

var spec = providers.Spec{Run: "r", Token: "secret", Lifetime: time.Hour}

// checkLeft compares what the fake has left with what Leftovers finds and Destroy removes.
func checkLeft(t *testing.T, f *fake, p *Provider) {
	t.Helper()
	left, err := p.Leftovers(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Destroy(t.Context(), left); err != nil {
		t.Fatal(err)
	}
	if still, err := f.left(); err != nil || len(still) > 0 {
		t.Errorf("left after Leftovers has found %d machines: %q, %v", len(left), still, err)
	}
}

func TestErrorsSayWhatToDo(t *testing.T) {
	for _, test := range []struct {
		name    string
		prepare func(f *fake)
		options Options
		want    string
	}{
		{"nodes are full", func(f *fake) { f.refusals = append(f.refusals, full(0)) }, Options{}, "3 nodes without 4096 MB of memory left"},
		{"nodes stay full", func(f *fake) { f.refusals = append(f.refusals, full(0)) }, Options{Wait: 50 * time.Millisecond},
			"it waited 50ms for room: of 3 nodes in all datacenters: 3 nodes without 4096 MB of memory left"},
		{"the quota is used up", func(f *fake) {
			f.refusals = append(f.refusals, &api.AllocationMetric{NodesEvaluated: 1, QuotaExhausted: []string{"cpu exhausted"}})
		}, Options{}, "the quota of the namespace default is used up (cpu exhausted)"},
		{"the token may not write variables", func(f *fake) { f.denied = "/v1/var/" }, Options{},
			"put its token into a variable: Nomad refuses it (Permission denied). NOMAD_TOKEN needs a token with the policy of `liveload docs clouds/nomad` for the namespace default"},
		{"the leader stays busy", func(f *fake) { f.faults = []fault{{method: "PUT", path: "/v1/jobs", status: 429, times: 100}} }, Options{},
			"register its job: Nomad has too much to do (rpc error: the leader is busy): try again, or with fewer --nodes"},
		{"the worker ends at once", func(*fake) {}, Options{}, "on the node client-1: Terminated: Exit Code: 1\n  sleep: "},
	} {
		t.Run(test.name, func(t *testing.T) {
			f := startFake(t)
			test.prepare(f)
			p := provider(t, test.options)
			ended := make(chan error, 1)
			spec := spec
			spec.Ended = func(_ providers.Machine, why error) { ended <- why }
			machines, err := p.Launch(t.Context(), 1, spec)
			if err == nil {
				err = <-ended
			}
			if !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), "secret") {
				t.Errorf("Launch = %v, want an error that says %q", err, test.want)
			}
			f.change(func() { f.denied, f.faults = "", nil })
			if err := p.Destroy(t.Context(), machines); err != nil {
				t.Error(err)
			}
			if left, err := f.left(); err != nil || len(left) > 0 {
				t.Errorf("left: %q, %v", left, err)
			}
		})
	}
}

// TestHalfMade: a request fails though it was done, and nothing can be removed for a while.
func TestHalfMade(t *testing.T) {
	for _, path := range []string{"/v1/jobs", "/v1/var/"} {
		t.Run(path, func(t *testing.T) {
			f := startFake(t)
			f.break_(fault{method: "PUT", path: path, status: 500, done: true, times: 100}, fault{method: "DELETE", path: "/v1/", status: 500, times: 6})
			p := provider(t, Options{})
			if machines, err := p.Launch(t.Context(), 1, spec); err == nil || len(machines) > 0 {
				t.Errorf("Launch = %v, %v", machines, err)
			}
			if left, _ := f.left(); len(left) == 0 {
				t.Error("nothing is left, so that the test sees nothing")
			}
			f.change(func() { f.faults = nil })
			checkLeft(t, f, p)
		})
	}
}

// TestDoneTwice: requests that were done without an answer are sent again, and make one machine.
func TestDoneTwice(t *testing.T) {
	f := startFake(t)
	f.break_(
		fault{method: "PUT", path: "/v1/var/", status: 500, done: true, times: 1}, fault{method: "PUT", path: "/v1/jobs", status: 502, done: true, times: 1},
	)
	f.slow = make(chan struct{})
	p := provider(t, Options{})
	done := make(chan error, 1)
	go func() {
		_, err := p.Launch(t.Context(), 1, spec)
		done <- err
	}()
	for {
		f.mu.Lock()
		evaluations, jobs, changed := len(f.evaluations), len(f.jobs), f.changed
		f.mu.Unlock()
		if evaluations == 2 {
			if jobs != 1 {
				t.Errorf("there are %d jobs", jobs)
			}
			break
		}
		<-changed
	}
	close(f.slow)
	<-done
	checkLeft(t, f, p)
}

func TestCheck(t *testing.T) {
	for _, test := range []struct {
		name    string
		prepare func(f *fake)
		wait    time.Duration
		want    string
	}{
		{"there is room", func(f *fake) { f.room = 3 }, 0, ""},
		{"there is room for some", func(f *fake) { f.room = 2 }, 0, "there is room for 2 of 3 machines now: of 3 nodes in all datacenters: 3 nodes without 4096 MB of memory left"},
		{"room may come", func(f *fake) { f.room = 2 }, time.Minute, ""},
		{"no access", func(f *fake) { f.denied = "/v1/vars" }, 0, "list variables of Nomad: Nomad refuses it"},
		{"no access to jobs", func(f *fake) { f.denied = "/v1/job/" }, 0, "plan a job: Nomad refuses it"},
	} {
		t.Run(test.name, func(t *testing.T) {
			f := startFake(t)
			test.prepare(f)
			err := provider(t, Options{Wait: test.wait}).Check(t.Context(), 3)
			if (err == nil) != (test.want == "") || err != nil && !strings.Contains(err.Error(), test.want) {
				t.Errorf("Check = %v, want %q", err, test.want)
			}
			if len(f.jobs) > 0 {
				t.Error("Check has registered a job")
			}
		})
	}
}

func TestMachineThatDoesNotRun(t *testing.T) {
	f := startFake(t)
	boot := f.slowBoots()
	p := provider(t, Options{})
	p.booting = 200 * time.Millisecond
	if machines, err := p.Launch(t.Context(), 2, spec); len(machines) > 0 || err == nil || !strings.Contains(err.Error(), "nomad-2: it does not run after 200ms: ") {
		t.Errorf("Launch = %v, %v", machines, err)
	}
	boot()
	checkLeft(t, f, p)
}

// TestMachinesBootTogether: more machines than there are requests at once boot at the same time.
func TestMachinesBootTogether(t *testing.T) {
	f := startFake(t)
	boot := f.slowBoots()
	p := provider(t, Options{})
	p.options.Binary, p.options.Env = os.Args[0], []string{"PROVIDERTEST_WORKER=absent"}
	done := make(chan error, 1)
	var machines []providers.Machine
	go func() {
		var err error
		machines, err = p.Launch(t.Context(), atOnce+1, spec)
		done <- err
	}()
	for {
		f.mu.Lock()
		booting, changed := len(f.allocations), f.changed
		f.mu.Unlock()
		if booting == atOnce+1 {
			break
		}
		select {
		case <-changed:
		case <-time.After(time.Minute):
			t.Fatalf("%d machines boot, and the others wait for them", booting)
		}
	}
	boot()
	if err := <-done; err != nil || len(machines) != atOnce+1 {
		t.Errorf("Launch = %d machines, %v", len(machines), err)
	}
	if err := p.Destroy(t.Context(), machines); err != nil {
		t.Error(err)
	}
	checkLeft(t, f, p)
}
