//go:build linux

package cluster

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/liveload/liveload/e2e/rig"
	"github.com/liveload/liveload/metrics"
)

// write keeps a script.
func write(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "script.js")
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

const told = `import { get } from 'liveload/http';
	import { sleep } from 'liveload';
	import { abort } from 'liveload/execution';
	export const config = (opts) => opts;
	`

// TestAbort: what one user ends, ends on all nodes, with the reason.
func TestAbort(t *testing.T) {
	t.Parallel()
	w := newWitness(t)
	script := write(t, told+`export const options = { users: 8, duration: '1h' };
		export default async function (user, { baseURL }) {
			await get(baseURL + '/ok');
			await sleep(100);
			if (user.id === 5 && user.iteration === 5) abort('the shop is closed');
		}`)
	c := rig.Start(t, append(four, script, "--config", "baseURL="+w.URL)...)
	c.EndsWith(t, 1)
	r := c.Read(t)
	if !strings.Contains(c.Output.String(), "the shop is closed") || rig.Counter(r, metrics.Iterations).By["ok"] < 20 {
		t.Errorf("%v iterations\n%s", rig.Counter(r, metrics.Iterations), c.Output)
	}
	// Each of eight users may have had a request on its way when it was interrupted.
	if measured, truth := rig.Counter(r, metrics.HTTPRequests).Aggregate, int64(len(w.visits("ok"))); measured > truth || measured < truth-8 {
		t.Errorf("%d requests, but the server has seen %d", measured, truth)
	}
}

// TestAThresholdEndsARun on all nodes.
func TestAThresholdEndsARun(t *testing.T) {
	t.Parallel()
	w := newWitness(t)
	script := write(t, told+`export const options = { users: 8, duration: '1h', thresholds: { iterations: [{ threshold: 'count<30', abortOnFail: true }] } };
		export default async function (user, { baseURL }) { await get(baseURL + '/ok'); await sleep(200); }`)
	c := rig.Start(t, append(four, script, "--config", "baseURL="+w.URL)...)
	c.EndsWith(t, 99)
	r := c.Read(t)
	took := time.Duration(r.Global.ElapsedMS) * time.Millisecond
	if took > time.Minute || len(r.Thresholds) != 1 || r.Thresholds[0].OK || r.Global.Users.Succeeded != 8 {
		t.Errorf("the run took %v, users %+v, thresholds %+v\n%s", took, r.Global.Users, r.Thresholds, c.Output)
	}
	rig.Same(t, "requests", rig.Counter(r, metrics.HTTPRequests).Aggregate, int64(len(w.visits("ok"))))
	rig.Same(t, "iterations", rig.Counter(r, metrics.Iterations).By["ok"], int64(len(w.visits("ok"))))
}

// TestControl: commands from outside reach all nodes.
func TestControl(t *testing.T) {
	t.Parallel()
	a, w, home := rig.StartApp(t), newWitness(t), rig.NewHome(t)
	script := write(t, told+`export default async function (user, { witness }) {
			await get(witness + '/work?node=' + user.node + '&user=' + user.id);
			await sleep(50);
		}`)
	c := home.Start(t, script, a, append(four, "--controlled", "--users", "0", "--duration", "1h", "--config", "witness="+w.URL)...)
	work := func() int64 { return int64(len(w.visits("work"))) }
	rig.WaitUntil(t, "the run", func() bool { return len(home.Status().Scenarios) == 1 })
	if work() != 0 {
		t.Errorf("%d iterations before anybody was asked for", work())
	}
	home.Control(t, "users", "6")
	rig.WaitUntil(t, "six users at work", func() bool { return len(by(w.visits("work"), "user")) == 6 && work() >= 30 })
	if nodes := by(w.visits("work"), "node"); len(nodes) != 4 {
		t.Errorf("the users are on the nodes %v", nodes)
	}
	home.Control(t, "pause")
	var paused int64
	rig.WaitUntil(t, "a second of the pause without work", func() bool {
		paused = work()
		time.Sleep(time.Second)
		status := home.Status()
		return len(status.Scenarios) == 1 && status.Scenarios[0].State == "paused" && status.Scenarios[0].Iterations == paused && work() == paused
	})
	home.Control(t, "resume")
	rig.WaitUntil(t, "more work", func() bool { return work() > paused+6 })
	home.Control(t, "stop", "--scenario", "script")
	c.EndsWith(t, 0)
	r := c.Read(t)
	rig.Same(t, "iterations", rig.Counter(r, metrics.Iterations).By["ok"], work())
	rig.Same(t, "users", r.Global.Users.Succeeded, 6)
	addsUp(t, r, 4)
	home.IsClean(t)
}

// TestFindLimit: the search raises the load of all nodes together.
func TestFindLimit(t *testing.T) {
	t.Parallel()
	w := newWitness(t)
	script := write(t, told+`export const options = { thresholds: { 'iterations': 'rate<5/s' } };
		export default async function (user, { baseURL }) { await get(baseURL + '/ok?user=' + user.id); await sleep(500); }`)
	c := rig.Start(t, append(four, script, "--config", "baseURL="+w.URL, "--find-limit", "users", "--users", "2", "--find-limit-step", "5s")...)
	c.End(t)
	r := c.Read(t)
	if r.Limit == nil || !r.Limit.Complete || r.Limit.Broke == nil {
		t.Fatalf("limit %+v\n%s", r.Limit, c.Output)
	}
	for _, s := range r.Limit.Steps {
		if s.Held && s.Load > 2 { // three users do almost six iterations a second
			t.Errorf("%+v is not so", s)
		}
	}
	rig.Same(t, "requests", rig.Counter(r, metrics.HTTPRequests).Aggregate, int64(len(w.visits("ok"))))
}
