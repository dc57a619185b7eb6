package main

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"

	"github.com/liveload/liveload/cluster/sizing"
	"github.com/liveload/liveload/e2e/rig"
	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/node"
)

const unevenCommand = "liveload-uneven"

// uneven is liveload whose workers take themselves for machines of their own, the second of which is twice as large.
func uneven() int {
	o := system()
	o.program = func() (string, error) { return os.Args[0], nil }
	o.resources = func(context.Context) (node.Resources, error) {
		machine := testMachine
		if slices.Contains(o.args, "local-2") {
			machine.Machine, machine.Cores = "there", 2*machine.Cores
		}
		return machine, nil
	}
	return o.main()
}

// TestUsersGoByCapacity: a worker that carries twice as much has twice as many users, and together they do what the
// application counts.
func TestUsersGoByCapacity(t *testing.T) {
	t.Parallel()
	app, folder := startDemo(t), t.TempDir()
	program, result := filepath.Join(folder, unevenCommand), filepath.Join(folder, "result.json")
	if err := os.Symlink(os.Args[0], program); err != nil {
		t.Fatal(err)
	}
	run := exec.Command(program, "../../examples/counter.js", "--users", "6", "--iterations-per-user", "2", "--cluster", "local", "--nodes", "2",
		"--config", "baseURL="+app.URL, "--result", result, "--no-color", "--log-level", "warn")
	if output, err := run.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	r := readResults(t, result)[0]
	rig.None(t, r, metrics.IterationFailures)
	rig.Compare(t, r, app.Settled(t, rig.Counter(r, metrics.HTTPRequests).Aggregate), 0)
	users := map[string]int64{}
	for _, n := range r.Nodes {
		users[n.Node] = n.Result.Users.Succeeded
	}
	rig.SameMap(t, "users of the nodes", users, map[string]int64{"local-1": 2, "local-2": 4})
}

// TestDifferentBrowsers: they are named, with their nodes.
func TestDifferentBrowsers(t *testing.T) {
	machine := func(name, browser string) sizing.Machine {
		return sizing.Machine{Name: name, Resources: node.Resources{Versions: node.Versions{Browser: browser}}}
	}
	for want, machines := range map[string][]sizing.Machine{
		"": {machine("a", "Chromium 156"), machine("b", "Chromium 156")},
		`nodes have browsers of different versions, and may measure differently: "Chromium 155" on b; "Chromium 156" on a, c`: {
			machine("a", "Chromium 156"), machine("b", "Chromium 155"), machine("c", "Chromium 156"),
		},
	} {
		if got := differentBrowsers(machines); got != want {
			t.Errorf("differentBrowsers = %q, want %q", got, want)
		}
	}
}
