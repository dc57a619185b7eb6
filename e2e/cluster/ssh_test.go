//go:build linux

package cluster

import (
	"os"
	"os/user"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/liveload/liveload/cluster/providers/ssh/sshtest"
	"github.com/liveload/liveload/e2e/rig"
	"github.com/liveload/liveload/metrics"
)

// overSSH are the flags of a cluster of these hosts, whose workers have what is installed in a home.
func overSSH(hosts *sshtest.Cluster, home *rig.Home, args ...string) []string {
	flags := []string{
		"--cluster", "ssh", "--cluster-opt", "config=" + hosts.Config,
		"--cluster-opt", "env=LIVELOAD_CACHE=" + home.Cache, "--cluster-listen", hosts.Listen + ":0",
	}
	for _, h := range hosts.Hosts {
		flags = append(flags, "--cluster-opt", "host="+h.Name)
	}
	return append(flags, args...)
}

// areClean fails the test when a run has left a file on a host.
func areClean(t *testing.T, hosts *sshtest.Cluster) {
	t.Helper()
	for _, h := range hosts.Hosts {
		if left, err := os.ReadDir(h.Tmp); err != nil || len(left) > 0 {
			t.Errorf("left on %s: %v, %v", h.Name, left, err)
		}
	}
}

// TestSSH: two hosts with networks of their own are reached, get the program, measure what the demo has counted, and keep nothing.
// One has four times the weight of the other.
func TestSSH(t *testing.T) {
	hosts, home := sshtest.Start(t, 2), rig.NewHome(t)
	a := rig.StartAppAt(t, hosts.Listen)
	args := overSSH(hosts, home, "--users", "10", "--iterations-per-user", "2")
	args[slices.Index(args, "host="+hosts.Hosts[1].Name)] += ",weight=4"
	c := home.Start(t, "../../examples/counter.js", a, args...)
	c.EndsWith(t, 0)
	r := c.Read(t)
	rig.Compare(t, r, a.Settled(t, rig.Counter(r, metrics.HTTPRequests).Aggregate), 0)
	rig.Same(t, "users", r.Global.Users.Succeeded, 10)
	rig.Same(t, "iterations", rig.Counter(r, metrics.Iterations).By["ok"], 20)
	addsUp(t, r, 2)
	for _, n := range r.Nodes {
		rig.Same(t, "users of "+n.Node, n.Result.Users.Total, map[string]int64{hosts.Hosts[0].Name: 2, hosts.Hosts[1].Name: 8}[n.Node])
		if n.Node != hosts.Hosts[0].Name && n.Node != hosts.Hosts[1].Name {
			t.Errorf("node %s is not called as one of the hosts", n.Node)
		}
	}
	home.IsClean(t)
	areClean(t, hosts)
}

// TestSSHCutNetwork: a host, one of as many as the users need, without a network for 15 s is not lost. All that it did is counted.
func TestSSHCutNetwork(t *testing.T) {
	hosts, home := sshtest.Start(t, 2), rig.NewHome(t)
	a := rig.StartAppAt(t, hosts.Listen)
	c := home.Start(t, steady, a, overSSH(hosts, home, "--users", "2", "--nodes", "auto", "--users-per-node", "1", "--duration", "30s", "--config", "pause=1s")...)
	rig.WaitUntil(t, "some iterations", func() bool { return a.Stats().EventsTotal >= 4 })
	if there := hosts.Hosts[1]; there.HasNetwork() { // else sshtest has warned
		if err := there.Cut(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(15 * time.Second) // so long is the fault
		if err := there.Mend(); err != nil {
			t.Fatal(err)
		}
	}
	unharmed(t, c, home, a)
	areClean(t, hosts)
}

// TestSSHKilledController: workers notice at once, keep their parts in the home folder of the person, and leave nothing else.
func TestSSHKilledController(t *testing.T) {
	hosts, home := sshtest.Start(t, 2), rig.NewHome(t)
	a := rig.StartAppAt(t, hosts.Listen)
	c := home.Start(t, steady, a, overSSH(hosts, home, "--users", "2", "--duration", "5m", "--config", "pause=1s")...)
	rig.WaitUntil(t, "some iterations", func() bool { return a.Stats().EventsTotal >= 4 })
	if err := c.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	c.End(t)
	rig.WaitUntil(t, "the end of the workers", func() bool { return len(home.Processes(t)) == 0 }) // until then parts may be of the kill
	r := rig.Merge(t, partsOf(t, hosts)...)
	rig.Same(t, "users", r.Global.Users.Succeeded, 2)
	rig.Compare(t, r, a.Settled(t, rig.Counter(r, metrics.HTTPRequests).Aggregate), 0)
	areClean(t, hosts)
}

// partsOf waits for what the workers on hosts keep. It is removed after the test, also when that fails.
func partsOf(t *testing.T, hosts *sshtest.Cluster) (parts []string) {
	t.Helper()
	me, err := user.Current()
	if err != nil {
		t.Fatal(err)
	}
	for _, h := range hosts.Hosts {
		kept := func() []string {
			found, _ := filepath.Glob(filepath.Join(me.HomeDir, "liveload-*-"+h.Name+".json"))
			return found
		}
		t.Cleanup(func() {
			for _, path := range kept() {
				os.Remove(path)
			}
		})
		rig.WaitUntil(t, "the part of "+h.Name, func() bool { return len(kept()) == 1 })
		parts = append(parts, kept()...)
	}
	return parts
}
