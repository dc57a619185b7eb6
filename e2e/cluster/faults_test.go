//go:build linux

package cluster

import (
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/liveload/liveload/e2e/rig"
	"github.com/liveload/liveload/examples/demo"
	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/sinks/outputtest"
)

// steady is a script whose users iterate until the run is over.
const steady = "../faults/testdata/steady.js"

// start starts two users, each on a node of its own, and returns once both have iterated.
func start(t *testing.T, home *rig.Home, a *rig.App, args ...string) *rig.Command {
	t.Helper()
	c := home.Start(t, steady, a, append([]string{"--cluster", "local", "--nodes", "2", "--users", "2", "--config", "pause=1s"}, args...)...)
	rig.WaitUntil(t, "the first seconds", func() bool { return a.Stats().EventsTotal >= 6 })
	return c
}

// noted fails the test unless a note of the Result has a text.
func noted(t *testing.T, r metrics.Result, text string) {
	t.Helper()
	notes := strings.Join(r.Health.Notes, "\n")
	if !strings.Contains(notes, text) {
		t.Errorf("notes %q, want %q", notes, text)
	}
}

// lostNode returns the part of the node that was lost.
func lostNode(t *testing.T, r metrics.Result) metrics.NodeResult {
	t.Helper()
	for _, n := range r.Nodes {
		if n.Status == metrics.NodeLost {
			return n
		}
	}
	t.Fatalf("no node was lost: %+v", r.Nodes)
	return metrics.NodeResult{}
}

// A sight is how many events the application had seen at a moment between two.
type sight struct {
	from, to time.Time
	events   int64
}

// watch notes what the application sees, until the returned function is called.
func watch(t *testing.T, a *rig.App) (stop func() []sight) {
	t.Helper()
	var seen []sight
	enough, over := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(over)
		for {
			from, events := time.Now(), a.Stats().EventsTotal
			seen = append(seen, sight{from, time.Now(), events})
			select {
			case <-enough:
				return
			case <-time.After(20 * time.Millisecond):
			}
		}
	}()
	stop = sync.OnceValue(func() []sight { close(enough); <-over; return seen })
	t.Cleanup(func() { stop() })
	return stop
}

// nearly holds the events of a Result to those of the application. What may be missing is what it has seen from the last report of
// the lost node until that was killed, and the events of two users that were under way then. The Result says how long that was.
func nearly(t *testing.T, r metrics.Result, a *rig.App, seen []sight, killed time.Time) {
	t.Helper()
	n := lostNode(t, r)
	start := r.GeneratedAt.Add(-time.Duration(r.Global.ElapsedMS) * time.Millisecond)
	reported := start.Add(time.Duration(n.ReportedMS * float64(time.Millisecond)))
	if found := start.Add(time.Duration(n.LostMS * float64(time.Millisecond))); !reported.Before(found) || found.Before(killed.Truncate(time.Millisecond)) {
		t.Errorf("killed at %v, the node was lost at %v, and has reported until %v", killed, found, reported)
	}
	noted(t, r, "was lost after ")
	noted(t, r, "and what it did later is missing")
	var before, after int64
	for _, s := range seen {
		if s.to.Before(reported) {
			before = s.events
		}
		if after = s.events; s.from.After(killed) {
			break
		}
	}
	measured, truth := rig.Counter(r, metrics.LiveViewEvents).Aggregate, a.Settled(t, 0).EventsTotal
	if missing := truth - measured; missing < 0 || missing > after-before+2 {
		t.Errorf("the application has seen %d events, liveload %d; %d came in the %v from the last report to the end of the node", truth, measured, after-before, killed.Sub(reported))
	}
}

// unharmed waits for the end of a run of two users, and fails the test unless all is counted and noted as if nothing had
// happened.
func unharmed(t *testing.T, c *rig.Command, home *rig.Home, a *rig.App) {
	t.Helper()
	c.EndsWith(t, 0)
	r := c.Read(t)
	for _, note := range r.Health.Notes {
		if !strings.HasPrefix(note, "saturated") { // as a machine is that stood still, or is busy
			t.Errorf("a run that was not harmed has the note %q", note)
		}
	}
	rig.Same(t, "users", r.Global.Users.Succeeded, 2)
	rig.Compare(t, r, a.Settled(t, rig.Counter(r, metrics.HTTPRequests).Aggregate), 0)
	home.IsClean(t)
}

// signal sends a signal to a process.
func signal(t *testing.T, pid int, s syscall.Signal) {
	t.Helper()
	if err := syscall.Kill(pid, s); err != nil {
		t.Fatal(err)
	}
}

// TestKilledWorker: its user begins again on the other node. All is counted but the second that it had not sent.
func TestKilledWorker(t *testing.T) {
	t.Parallel()
	a, home := rig.StartApp(t), rig.NewHome(t)
	c := start(t, home, a, "--duration", "15s")
	before := a.Stats().EventsTotal
	seen, worker := watch(t, a), home.Find(t, "worker")
	signal(t, worker, syscall.SIGKILL)
	killed := time.Now()
	rig.WaitUntil(t, "the load to go on", func() bool { return a.Stats().EventsTotal >= before+5 })
	c.EndsWith(t, 0)
	r := c.Read(t)
	n := lostNode(t, r)
	noted(t, r, "users of node "+n.Node+" begin again elsewhere: 1 on local-")
	rig.Same(t, "users", r.Global.Users.Succeeded, 2)
	nearly(t, r, a, seen(), killed)
	home.IsClean(t)
}

// TestStoppedWorker: a node that stands still for 20 s is not lost. All that it did is counted.
func TestStoppedWorker(t *testing.T) {
	t.Parallel()
	a, home := rig.StartApp(t), rig.NewHome(t)
	c := start(t, home, a, "--duration", "30s")
	worker := home.Find(t, "worker")
	signal(t, worker, syscall.SIGSTOP)
	time.Sleep(20 * time.Second) // so long is the fault
	signal(t, worker, syscall.SIGCONT)
	unharmed(t, c, home, a)
}

// TestCutNetwork: nodes that reach nobody for 15 s go on with their users, and report later.
func TestCutNetwork(t *testing.T) {
	t.Parallel()
	a, home := rig.StartApp(t), rig.NewHome(t)
	server := outputtest.FreeAddress(t)
	network := rig.StartProxy(t, server)
	c := start(t, home, a, "--duration", "25s", "--cluster-listen", server, "--cluster-address", network.Address)
	before := a.Stats().EventsTotal
	network.Cut(t)
	time.Sleep(15 * time.Second) // so long is the fault
	network.Mend()
	if after := a.Stats().EventsTotal; after < before+5 {
		t.Errorf("%d events happened in 15 s without a network", after-before)
	}
	unharmed(t, c, home, a)
}

// TestCutOffForGood: a node that reaches nobody any more is lost, and its user begins again on the other one. What it did after that
// is in its own file: merged, all is counted that the application has seen.
func TestCutOffForGood(t *testing.T) {
	t.Parallel()
	a, home := rig.StartApp(t), rig.NewHome(t)
	server := outputtest.FreeAddress(t)
	network := rig.StartProxy(t, server)
	c := start(t, home, a, "--duration", "30s", "--node-timeout", "10s", "--cluster-listen", server, "--cluster-address", network.Address)
	network.CutOne(t)
	c.EndsWith(t, 0)
	r := c.Read(t)
	lost := lostNode(t, r)
	noted(t, r, "and what it did later is missing")
	noted(t, r, "users of node "+lost.Node+" begin again elsewhere: 1 on local-")
	parts, _ := filepath.Glob(filepath.Join(home.Folder, "liveload-*.json"))
	if len(parts) != 1 || !strings.HasSuffix(parts[0], "-"+lost.Node+".json") {
		t.Fatalf("%v was kept, want the part of %s", parts, lost.Node)
	}
	truth := a.Settled(t, 0)
	if measured := rig.Counter(r, metrics.LiveViewEvents).Aggregate; measured >= truth.EventsTotal {
		t.Errorf("the controller has %d of %d events, although a node was cut off", measured, truth.EventsTotal)
	}
	both := rig.Merge(t, c.File(), parts[0])
	noted(t, both, "so that all of it counts")
	rig.Compare(t, both, a.Settled(t, rig.Counter(both, metrics.HTTPRequests).Aggregate), 0)
	for i := range both.Nodes {
		both.Nodes[i].Status = metrics.NodeOK // as its numbers are now
	}
	addsUp(t, both, 2)
	home.IsClean(t)
}

// TestStoppedTooLong: a node that stands still for longer than the limit is lost, and its user begins again elsewhere. When
// it comes back it is told to stop, and what it did counts.
func TestStoppedTooLong(t *testing.T) {
	t.Parallel()
	a, home := rig.StartApp(t), rig.NewHome(t)
	c := start(t, home, a, "--duration", "30s", "--node-timeout", "10s")
	worker := home.Find(t, "worker")
	signal(t, worker, syscall.SIGSTOP)
	rig.WaitUntil(t, "the loss", func() bool { return strings.Contains(c.Output.String(), "begin again elsewhere") })
	signal(t, worker, syscall.SIGCONT)
	c.EndsWith(t, 0)
	r := c.Read(t)
	noted(t, r, "node "+lostNode(t, r).Node+" was lost after ")
	truth := a.Settled(t, rig.Counter(r, metrics.HTTPRequests).Aggregate)
	if truth.Transports["websocket"] == rig.Counter(r, metrics.WebSocketConnectionsOpened).Aggregate+1 {
		truth.Transports["websocket"]-- // the page that was told to stop had not heard yet that its socket is open
	}
	rig.Compare(t, r, truth, 2)
	home.IsClean(t)
}

// TestOnNodeLoss: the run can also go on without the load of a lost node, or end.
func TestOnNodeLoss(t *testing.T) {
	t.Parallel()
	for policy, want := range map[string]struct {
		code int
		note string
	}{
		"continue": {0, "(1 user) is missing from then on"},
		"abort":    {1, "what it did later is missing"},
	} {
		t.Run(policy, func(t *testing.T) {
			t.Parallel()
			a, home := rig.StartApp(t), rig.NewHome(t)
			c := start(t, home, a, "--duration", "20s", "--on-node-loss", policy)
			seen, worker := watch(t, a), home.Find(t, "worker")
			signal(t, worker, syscall.SIGKILL)
			killed := time.Now()
			c.EndsWith(t, want.code)
			r := c.Read(t)
			noted(t, r, want.note)
			nearly(t, r, a, seen(), killed)
			home.IsClean(t)
		})
	}
}

// TestKilledController: the workers finish what they do, keep what they measured and leave. Merged, their parts have all that
// happened, and so has the journal of the controller with what they know beyond it.
func TestKilledController(t *testing.T) {
	t.Parallel()
	a, home := rig.StartApp(t), rig.NewHome(t)
	c := start(t, home, a, "--duration", "5m")
	if err := c.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	c.End(t)
	var parts []string
	rig.WaitUntil(t, "the parts of both nodes", func() bool {
		parts, _ = filepath.Glob(filepath.Join(home.Folder, "liveload-*.json"))
		return len(parts) == 2
	})
	rig.WaitUntil(t, "the end of the workers", func() bool { return len(home.Processes(t)) == 0 })
	r := rig.Merge(t, parts...)
	rig.Same(t, "users", r.Global.Users.Succeeded, 2)
	noted(t, r, "lost its controller")
	truth := a.Settled(t, rig.Counter(r, metrics.HTTPRequests).Aggregate)
	rig.Compare(t, r, truth, 0)

	if said := home.Recover(t); strings.Count(said, "liveload-"+r.RunID) < 2 {
		t.Errorf("recover does not name the parts of both nodes:\n%s", said)
	}
	cut := c.Read(t)
	if events := rig.Counter(cut, metrics.LiveViewEvents).Aggregate; cut.CutShort == nil || events == 0 || events > truth.EventsTotal {
		t.Errorf("cut short: %v, with %d events; the application has seen %d", cut.CutShort, events, truth.EventsTotal)
	}
	both := rig.Merge(t, append(parts, c.File())...)
	if strings.Contains(strings.Join(both.Health.Notes, "\n"), "its controller died before it had that on disk") {
		t.Log("the controller was killed after it had acknowledged a second, and before it was on disk") // which is said
	} else {
		rig.Compare(t, both, truth, 0)
	}

	home.Start(t, steady, a, "--iterations-per-user", "1", "--config", "pause=1ms").EndsWith(t, 0) // sweeps
	home.IsClean(t)
}

// TestRecoveredController kills a controller, and one of its two workers with it, between two iterations of their users. What recover
// makes of the journal has exactly what has reached the application.
func TestRecoveredController(t *testing.T) {
	t.Parallel()
	a, home := rig.StartApp(t), rig.NewHome(t)
	c := home.Start(t, "../faults/testdata/paced.js", a, "--cluster", "local", "--nodes", "2", "--threshold", "iterations:count>=4")
	var truth demo.Stats
	rig.WaitUntil(t, "two clicks of each node on disk", func() bool {
		truth = a.Stats()
		return home.HasAll(t, truth, 4)
	})
	signal(t, c.Process.Pid, syscall.SIGSTOP) // it would give the users of the worker to the other one
	signal(t, home.Find(t, "worker"), syscall.SIGKILL)
	signal(t, c.Process.Pid, syscall.SIGKILL)
	if code := c.End(t); code != -1 {
		t.Fatalf("it ended by itself, with %d:\n%s", code, c.Output)
	}
	var parts []string
	rig.WaitUntil(t, "the part of the other node", func() bool {
		parts, _ = filepath.Glob(filepath.Join(home.Folder, "liveload-*.json"))
		return len(parts) == 1 || len(home.Processes(t)) == 0 // what the controller has acknowledged needs no part
	})
	for _, p := range home.Processes(t) {
		if strings.Contains(p.Command, " worker --join ") { // it would wait for the iteration of its user, for half a minute
			_ = syscall.Kill(p.PID, syscall.SIGKILL)
		}
	}
	rig.WaitUntil(t, "the end of workers and browsers", func() bool { return len(home.Processes(t)) == 0 })
	said := home.Recover(t)
	r := c.Read(t)
	if r.CutShort == nil || !r.Thresholds[0].OK || len(r.Nodes) != 2 || !strings.Contains(said, "Cut short") || len(parts) > 0 && !strings.Contains(said, parts[0]) {
		t.Errorf("cut short %+v, thresholds %+v, %d nodes; recover says\n%s", r.CutShort, r.Thresholds, len(r.Nodes), said)
	}
	rig.Same(t, "good iterations", rig.Counter(r, metrics.Iterations).By["ok"], 4)
	rig.Compare(t, r, truth, 0)
}

// TestKilledNATS: a NATS server that is killed and started again is a network that was cut.
func TestKilledNATS(t *testing.T) {
	t.Parallel()
	a, home := rig.StartApp(t), rig.NewHome(t)
	server, address := rig.StartNATS(t)
	c := start(t, home, a, "--duration", "20s", "--nats", "nats://"+address)
	before := a.Stats().EventsTotal
	server.Kill(t)
	rig.WaitUntil(t, "the load to go on without NATS", func() bool { return a.Stats().EventsTotal >= before+5 })
	server.Run(t)
	unharmed(t, c, home, a)
}
