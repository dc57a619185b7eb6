//go:build linux

package cluster

import (
	"bytes"
	"image/png"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/liveload/liveload/e2e/rig"
	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/sinks/outputtest"
)

// TestSharedThroughFaults: while the network is cut, users wait at a throttle, and nothing is granted twice. The slot that
// a killed node held returns. No row comes twice.
func TestSharedThroughFaults(t *testing.T) {
	t.Parallel()
	a, w, home := rig.StartApp(t), newWitness(t), rig.NewHome(t)
	script := write(t, told+`import { shared } from 'liveload/data';
		import { Parallelism } from 'liveload/throttles';
		const rows = shared('rows', () => Array.from({ length: 100000 }, (_, number) => ({ number })));
		export const throttles = () => [Parallelism('slot', 1)];
		export default async function (user, { witness }) {
			const tell = (inside) => get(witness + '/slot?node=' + user.node + '&user=' + user.id + '&inside=' + inside);
			await get(witness + '/rows?row=' + rows.unique().number);
			await user.throttle('slot');
			await tell(1);
			await sleep(30);
			await tell(-1);
		}`)
	server := outputtest.FreeAddress(t)
	network := rig.StartProxy(t, server)
	c := home.Start(t, script, a, "--cluster", "local", "--nodes", "2", "--users", "6", "--duration", "14s", "--config", "witness="+w.URL,
		"--cluster-listen", server, "--cluster-address", network.Address)
	inside := func() int { return len(w.visits("slot")) }
	rig.WaitUntil(t, "some users to pass", func() bool { return inside() >= 20 })
	network.Cut(t)
	time.Sleep(3 * time.Second) // so long is the fault
	network.Mend()
	before := inside()
	rig.WaitUntil(t, "more users to pass", func() bool { return inside() >= before+20 })
	signal(t, home.Find(t, "worker"), syscall.SIGKILL)
	before = inside()
	rig.WaitUntil(t, "users of the other node to pass", func() bool { return inside() >= before+20 })
	c.EndsWith(t, 0)
	oneInside(t, w.visits("slot"), lostNode(t, c.Read(t)).Node)
	for row, times := range by(w.visits("rows"), "row") {
		if times > 1 {
			t.Errorf("row %s came %d times", row, times)
		}
	}
	home.IsClean(t)
}

// oneInside holds what users tell to a limit of one. Whoever is inside when its node is lost tells no end: the last that the
// lost node has told does not count against the others.
func oneInside(t *testing.T, visits []visit, lost string) {
	t.Helper()
	last := -1 // of the lost node
	for i, v := range visits {
		if v.Get("node") == lost {
			last = i
		}
	}
	var holder *visit
	for i := range visits {
		v := &visits[i]
		switch {
		case v.Get("inside") == "-1" && holder != nil && v.Get("user") == holder.Get("user"):
			holder = nil
		case v.Get("inside") == "1" && (holder == nil || i > last && holder.Get("node") == lost):
			holder = v
		case i != last:
			t.Errorf("user %s of %s is inside together with another one", v.Get("user"), v.Get("node"))
		}
	}
}

// TestEvidence: what nodes keep of failures is on the machine of the controller: the first three of the run.
func TestEvidence(t *testing.T) {
	t.Parallel()
	a, folder := rig.StartApp(t), t.TempDir()
	script := write(t, told+`export const options = { users: 8, iterationsPerUser: 2, onFailure: 'continue' };
		export default async function (user, { baseURL }) {
			await user.navigate(baseURL + '/counter').waitForLiveView();
			if (user.iteration === 1) await user.screenshot('counter');
			await user.click('#missing', { timeout: 100 });
		}`)
	c := rig.Start(t, append(four, script, "--config", "baseURL="+a.URL, "--evidence-dir", folder, "--trace", "on-failure")...)
	c.EndsWith(t, 1)
	r := c.Read(t)
	rig.SameMap(t, "failures", rig.Counter(r, metrics.IterationFailures).By, map[string]int64{"click timeout": 16})
	kept := 0
	for _, sample := range r.Global.FailureSamples["click timeout"] {
		if sample.Evidence.None() {
			continue
		}
		kept++
		for _, path := range []string{sample.Page, sample.Frames, sample.Trace} { // the pages write nothing to their console
			if _, err := os.Stat(path); err != nil {
				t.Errorf("evidence that is not there: %v; the Result names %+v", err, sample.Evidence)
			}
		}
		isPicture(t, sample.Screenshot)
	}
	if kept != 3 {
		t.Errorf("%d failures have evidence, want 3\n%s", kept, c.Output)
	}
	asked, err := filepath.Glob(filepath.Join(folder, "script", "screenshots", "counter-user*.png"))
	if err != nil || len(asked) != 8 {
		t.Errorf("%d pictures that users took, %v; want 8", len(asked), err)
	}
	for _, path := range asked {
		isPicture(t, path)
	}
	if unfinished, _ := filepath.Glob(filepath.Join(folder, "*", "*", "*.part")); len(unfinished) > 0 {
		t.Errorf("%v are left", unfinished)
	}
}

func isPicture(t *testing.T, path string) {
	t.Helper()
	content, err := os.ReadFile(path)
	if err == nil {
		_, err = png.DecodeConfig(bytes.NewReader(content))
	}
	if err != nil {
		t.Errorf("%s is no picture: %v", path, err)
	}
}
