package nomad

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/nomad/api"

	"github.com/liveload/liveload/cluster/providers"
	"github.com/liveload/liveload/cluster/providers/labels"
	"github.com/liveload/liveload/cluster/providers/providertest"
)

func TestMain(m *testing.M) { providertest.Main(m, open) }

var quiet = slog.New(slog.DiscardHandler)

// open begins a run of the owner whose cache folder is config. The program that Nomad runs is this test program.
func open(config, run string) (providers.Provider, func() error, error) {
	here, end, err := providertest.Begin(config, run)
	if err != nil {
		return nil, nil, err
	}
	p, err := hasty(here, Options{Binary: os.Args[0]})
	return p, end, err
}

// hasty is a provider that waits less than one in earnest.
func hasty(home providers.Home, options Options) (*Provider, error) {
	options.leaving = time.Second
	p, err := New(home, options)
	if err != nil {
		return nil, err
	}
	p.watch.Pause = time.Millisecond
	p.client, err = connect(&p.options, time.Millisecond)
	return p, err
}

func TestProvider(t *testing.T) {
	providertest.RunCloud(t, open, func(t *testing.T) providertest.Rig {
		f := startFake(t)
		return providertest.Rig{
			Config: t.TempDir(), Listen: "127.0.0.1:0", Machines: 20,
			Fail: func() string {
				f.change(func() { f.refusals = append(f.refusals, full(0)) })
				return "of 3 nodes in all datacenters: 3 nodes without 4096 MB of memory left"
			},
			Kill: f.killMachine, Left: f.left, Visible: f.visible, Sent: &f.sent, Keeps: "/v1/var/",
			Cloud: providertest.Cloud{Other: t.TempDir(), Slow: f.slowBoots, Stumble: f.stumble, Refuse: f.refuseAll, Expire: f.expire},
		}
	})
}

// requests are those of a kind.
var requests = map[providertest.Request]fault{
	providertest.Create: {method: "PUT", path: "/v1/jobs"},
	providertest.List:   {method: "GET", path: "/v1/jobs"},
	providertest.Delete: {method: "DELETE", path: "/v1/job/"},
}

func (f *fake) stumble(what providertest.Request) {
	busy, down := requests[what], requests[what]
	busy.status, busy.after, busy.times = 429, "0", 1
	down.status, down.times = 500, 1
	f.break_(busy, down)
}

func (f *fake) refuseAll(what providertest.Request) (mend func()) {
	refused := requests[what]
	refused.status, refused.times = 403, 1<<30
	f.break_(refused)
	return func() { f.change(func() { f.faults = nil }) }
}

func (f *fake) slowBoots() (boot func()) {
	slow := make(chan struct{})
	f.change(func() { f.slow = slow })
	return func() {
		f.change(func() { f.slow = nil })
		close(slow)
	}
}

func (f *fake) expire(run string) {
	past := fmt.Sprint(time.Now().Add(-time.Minute).Unix())
	f.change(func() {
		for _, job := range f.jobs {
			if job.Meta[labels.Run] == run {
				job.Meta[labels.Expires] = past
			}
		}
	})
}

func (f *fake) killMachine(m providers.Machine) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, a := range f.allocations {
		if a.Namespace+"/"+a.JobID == m.ID {
			a.kill()
		}
	}
	return nil
}

// left are jobs, variables, and what runs of allocations.
func (f *fake) left() (all []string, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for id := range f.jobs {
		all = append(all, "job "+id)
	}
	for path := range f.variables {
		all = append(all, "variable "+path)
	}
	for _, a := range f.allocations {
		if !over(a.ClientStatus) {
			all = append(all, "allocation of "+a.JobID)
		}
		if secrets, _ := filepath.Glob(filepath.Join(a.folder, "secrets", "*")); len(secrets) > 0 && over(a.ClientStatus) {
			all = append(all, secrets...)
		}
	}
	return all, nil
}

// visible is what everybody sees who may read jobs and allocations, beside the processes of the nodes.
func (f *fake) visible() (string, error) {
	processes, err := providertest.Processes()
	if err != nil {
		return "", err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	jobs, err := json.Marshal(f.jobs)
	if err != nil {
		return "", err
	}
	var allocations []*api.Allocation
	for _, a := range f.allocations {
		allocations = append(allocations, a.Allocation)
	}
	shown, err := json.Marshal(allocations)
	return strings.Join([]string{processes, string(jobs), string(shown)}, "\n"), err
}
