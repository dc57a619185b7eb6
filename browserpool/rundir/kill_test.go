package rundir

import (
	"slices"
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
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var got []int
			for _, p := range choose(test.all, ours, map[int]bool{}, self.pid) {
				got = append(got, p.pid)
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("chose %v, want %v", got, test.want)
			}
		})
	}
}

// A process that was forked while its group was killed is found in the next round.
func TestChooseAStraggler(t *testing.T) {
	groups := map[int]bool{}
	leader, child := process{pid: 20, parent: 1, group: 20, run: "ours"}, process{pid: 21, parent: 1, group: 20}
	if got := choose([]process{leader}, "ours", groups, 10); len(got) != 1 {
		t.Fatalf("chose %v, want the leader", got)
	}
	if got := choose([]process{child}, "ours", groups, 10); len(got) != 1 {
		t.Errorf("chose %v, want the child that the dead leader left", got)
	}
}

// The process that has the pid now is not the one that was meant.
func TestARecycledPidIsSpared(t *testing.T) {
	living := startMarked(t)
	meant := living
	meant.start--
	if n, err := killAndWait(bounded(t), []process{meant}); n != 0 || err != nil {
		t.Errorf("killed %d, %v", n, err)
	}
	if living.gone() {
		t.Error("the wrong process was killed")
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
