package rundir

import (
	"os"
	"slices"
	"syscall"
	"testing"

	"github.com/liveload/liveload/browserpool/installation"
)

func TestChoose(t *testing.T) {
	const ours, other = "ours", "other"
	init := process{pid: 1, group: 1}
	self := process{pid: 10, parent: 1, group: 10}
	tests := []struct {
		name string
		all  []process
		want []int
	}{
		{"nothing of ours", []process{init, self, {pid: 20, parent: 1, group: 20}}, nil},
		{"marked", []process{init, self, {pid: 20, parent: 1, group: 20, run: ours}}, []int{20}},
		{"marked by another run", []process{init, self, {pid: 20, parent: 1, group: 20, run: other}}, nil},
		{"group of a marked leader", []process{init, self,
			{pid: 20, parent: 1, group: 20, run: ours}, {pid: 21, parent: 1, group: 20}}, []int{20, 21}},
		{"group in which a marked process is a guest, such as the user's pipeline", []process{init, self,
			{pid: 19, parent: 1, group: 19}, {pid: 20, parent: 1, group: 19, run: ours}}, []int{20}},
		{"descendants that lost their marker", []process{init, self,
			{pid: 22, parent: 21, group: 22}, {pid: 21, parent: 20, group: 21}, {pid: 20, parent: 1, group: 20, run: ours}}, []int{22, 21, 20}},
		{"another run below ours", []process{init, self,
			{pid: 20, parent: 1, group: 20, run: ours}, {pid: 21, parent: 20, group: 20, run: other}, {pid: 22, parent: 21, group: 20, run: other}}, []int{20}},
		{"a process of the dead run started us", []process{init,
			{pid: 9, parent: 1, group: 9, run: ours}, {pid: 10, parent: 9, group: 9, run: ours}, {pid: 11, parent: 9, group: 9, run: ours}}, []int{11}},
		{"what left its run, below a process of the dead one", []process{init, self,
			{pid: 20, parent: 1, group: 20, run: ours}, {pid: 21, parent: 20, group: 20, run: noRun}, {pid: 22, parent: 21, group: 22, run: other},
			{pid: 23, parent: 22, group: 22}}, []int{20}},
		{"whose parent's pid is another process's by now", []process{init, self,
			{pid: 20, parent: 1, group: 20, start: 9, run: ours}, {pid: 21, parent: 20, group: 21, start: 8}}, []int{20}},
		{"another user's", []process{init, self,
			{pid: 20, parent: 1, group: 20, run: ours}, {pid: 21, parent: 20, group: 20, user: os.Geteuid() + 1},
			{pid: 22, parent: 1, group: 22, user: os.Geteuid() + 1, run: ours}}, []int{20}},
		{"a group whose marked leader is gone", []process{init, self, {pid: 21, parent: 1, group: 20}}, nil},
		{"a group whose marked leader ended after we had stopped one of it", []process{init, self,
			{pid: 21, parent: 1, group: 20, start: 7}, {pid: 22, parent: 1, group: 20, start: 8}}, []int{21, 22}},
		{"what has the pid of one that we had stopped", []process{init, self, {pid: 21, parent: 1, group: 20, start: 9}}, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			for i := range test.all {
				if test.all[i].user == 0 {
					test.all[i].user = os.Geteuid()
				}
			}
			var got []int
			targets, _ := choose(test.all, ours, self.pid, map[process]bool{{pid: 21, group: 20, start: 7}: true})
			for _, p := range targets {
				got = append(got, p.pid)
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("chose %v, want %v", got, test.want)
			}
		})
	}
}

// The process that has the pid now is not the one that was meant.
func TestARecycledPidIsSpared(t *testing.T) {
	living := startMarked(t)
	meant := living
	meant.start--
	otherRun := living // it became another program under its pid, as exec makes it
	otherRun.run = "000000000000"
	for _, p := range []process{meant, otherRun} {
		if n, err := killAndWait(bounded(t), []process{p}); n != 0 || err != nil {
			t.Errorf("killed %d, %v", n, err)
		}
	}
	if living.gone() {
		t.Error("the wrong process was killed")
	}
}

// TestLeaderThatEndsWhileItIsStopped: a browser notices that its driver is gone and ends, while a Sweep has stopped its children,
// which bear no mark and would stand still for ever.
func TestLeaderThatEndsWhileItIsStopped(t *testing.T) {
	base := t.TempDir()
	h := startHelper(t, base, "env -i sleep 300 & echo pid $!; while grep -q LIVELOAD_RUN /proc/$!/environ; do :; done; echo ready; exec sleep 300")
	child := h.pids[slices.IndexFunc(h.pids, func(p process) bool { return p.pid != p.group })]
	h.kill9(t)
	swept := make(chan error)
	go func() {
		_, err := Sweep(bounded(t), base)
		swept <- err
	}()
	for now, err := child, error(nil); err == nil && !now.stopped; now, err = look(child.pid) {
	}
	_ = syscall.Kill(child.group, syscall.SIGKILL) // the Sweep may have been faster
	if err := <-swept; err != nil {
		t.Error(err)
	}
	if !child.gone() {
		t.Error("the child is left")
		_ = syscall.Kill(child.pid, syscall.SIGKILL)
	}
}

// Node.js starts browsers detached from its group, and browsers overwrite their environment: what
// is left after their liveload was killed must still be found.
func TestSweepFindsABrowser(t *testing.T) {
	installed, err := installation.Here()
	if err != nil {
		t.Fatal(err)
	}
	base := t.TempDir()
	script := `node -e '
		const { spawn } = require("child_process");
		const browser = spawn(process.env.BROWSER, ["--headless", "--no-sandbox", "--disable-gpu",
			"--disable-background-networking", "--disable-quic", "--user-data-dir=" + process.env.RUNDIR + "/profile",
			"--remote-debugging-port=0", "about:blank"], { detached: true, stdio: ["ignore", "ignore", "pipe"] });
		console.log("pid " + process.pid);
		console.log("pid " + browser.pid);
		browser.stderr.on("data", (d) => { if (String(d).includes("DevTools listening")) console.log("ready"); });
	' & wait`
	h := startHelper(t, base, script, "BROWSER="+installed.BrowserPath)
	groups := map[int]bool{}
	for _, p := range h.pids {
		groups[p.group] = true
	}
	h.kill9(t)
	swept, err := Sweep(bounded(t), base)
	if err != nil {
		t.Fatal(err)
	}
	if len(swept.Runs) != 1 || swept.Runs[0].Processes <= len(h.pids) {
		t.Errorf("Sweep = %+v, want more than the %d processes that were reported", swept, len(h.pids))
	}
	all, err := processes()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range all {
		if groups[p.group] {
			t.Errorf("left: %+v", p)
		}
	}
	if left := leftIn(t, base); len(left) > 0 {
		t.Errorf("left %v", left)
	}
}
