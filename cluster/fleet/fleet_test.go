package fleet

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"github.com/liveload/liveload/cluster/shared"
	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/node"
	"github.com/liveload/liveload/plan"
	"github.com/liveload/liveload/runner"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// A fakeNode does what its functions say, and remembers what was asked of it. Nil functions succeed.
type fakeNode struct {
	name    string
	prepare func(ctx context.Context) error
	run     func(ctx context.Context, report func(node.Event)) error
	steer   error
	refuse  error // to take over
	close   error

	mu       sync.Mutex
	batch    []plan.Scenario
	shared   node.Shared
	start    time.Time
	drain    <-chan struct{}
	commands []string // scenarios that were steered
	slots    []int    // that the commands had
	taken    []plan.Takeover
	closed   int
}

func (n *fakeNode) Names() []string { return []string{n.name} }

func (n *fakeNode) Prepare(ctx context.Context, batch []plan.Scenario, shared node.Shared) (node.Job, error) {
	n.batch, n.shared = batch, shared
	if n.prepare != nil {
		if err := n.prepare(ctx); err != nil {
			return nil, err
		}
	}
	return n, nil
}

func (n *fakeNode) Run(ctx context.Context, start time.Time, drain <-chan struct{}, events chan<- node.Event) error {
	n.start, n.drain = start, drain
	report := func(e node.Event) { e.Node = n.name; events <- e }
	if n.run != nil {
		return n.run(ctx, report)
	}
	return seconds(3)(ctx, report)
}

// seconds runs for a while, reports a snapshot every second, and in the end that the scenarios have ended.
func seconds(count int) func(context.Context, func(node.Event)) error {
	return func(ctx context.Context, report func(node.Event)) error {
		for range count {
			if !wait(ctx, time.Second) {
				return nil
			}
			report(node.Event{Snapshot: &metrics.Snapshot{}})
		}
		report(node.Event{Ended: "browse"})
		report(node.Event{Ended: "buy"})
		return nil
	}
}

func wait(ctx context.Context, d time.Duration) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(d):
		return true
	}
}

func (n *fakeNode) Steer(_ context.Context, scenario string, cmd plan.Command) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.commands = append(n.commands, scenario)
	n.slots = append(n.slots, cmd.Slots)
	return n.steer
}

func (n *fakeNode) TakeOver(_ context.Context, parts []plan.Takeover) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.taken = append(n.taken, parts...)
	return n.refuse
}

func (n *fakeNode) Close(context.Context) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.closed++
	return n.close
}

func batch() []plan.Scenario {
	return []plan.Scenario{{Name: "browse", Users: 5}, {Name: "buy", Users: 5}}
}

func newFleet(t *testing.T, nodes ...*fakeNode) *Fleet {
	t.Helper()
	var members []Member
	for i, n := range nodes {
		n.name = string(rune('a' + i))
		members = append(members, Member{Node: n, Weight: 1})
	}
	f, err := New(members, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// run runs a fleet of the nodes to its end, and returns what it reported besides snapshots, with the time since
// the start, and how many snapshots came.
func run(t *testing.T, ctx context.Context, nodes ...*fakeNode) (reported []string, snapshots int, err error) {
	t.Helper()
	f := newFleet(t, nodes...)
	job, err := f.Prepare(ctx, batch(), &shared.Local{})
	if err != nil {
		t.Fatal(err)
	}
	start, events := time.Now().Add(time.Second), make(chan node.Event)
	go func() {
		defer close(events)
		err = job.Run(ctx, start, nil, events)
	}()
	for e := range events {
		switch at := time.Since(start); {
		case e.Snapshot != nil:
			snapshots++
		case e.Lost != "":
			reported = append(reported, fmt.Sprintf("%v %s lost: %s", at, e.Node, e.Lost))
		case e.Moved != nil:
		default:
			reported = append(reported, fmt.Sprintf("%v %s ended", at, e.Ended))
		}
	}
	return reported, snapshots, err
}

func TestNodesLookLikeOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b := &fakeNode{}, &fakeNode{run: seconds(5)}
		reported, snapshots, err := run(t, t.Context(), a, b)
		if want := []string{"4s browse ended", "4s buy ended"}; err != nil || snapshots != 8 || !slices.Equal(reported, want) {
			t.Errorf("reported %q with %d snapshots, %v; want %q with 8", reported, snapshots, err, want)
		}
		if !a.start.Equal(b.start) || a.shared != b.shared || a.shared == nil {
			t.Errorf("the nodes start at %v and %v, and share %p and %p", a.start, b.start, a.shared, b.shared)
		}
		users := a.batch[0].OwnUsers(5) + b.batch[0].OwnUsers(5)
		if len(a.batch) != 2 || users != 5 || a.batch[1].Segment == nil {
			t.Errorf("the nodes have %d of 5 users: %+v and %+v", users, a.batch, b.batch)
		}
	})
}

func TestPrepareFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		untilOver := func(ctx context.Context) error { <-ctx.Done(); return context.Cause(ctx) }
		ready, slow := &fakeNode{}, &fakeNode{prepare: untilOver}
		broken := &fakeNode{prepare: func(context.Context) error { time.Sleep(time.Second); return errors.New("no browser") }}
		_, err := newFleet(t, ready, slow, broken).Prepare(t.Context(), batch(), nil)
		if err == nil || err.Error() != "prepare node c: no browser" || ready.closed != 1 || slow.closed+broken.closed != 0 {
			t.Errorf("%v; the ready node was closed %d times, want once", err, ready.closed)
		}

		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		ready, slow = &fakeNode{}, &fakeNode{prepare: untilOver}
		if _, err := newFleet(t, ready, slow).Prepare(ctx, batch(), nil); !errors.Is(err, context.DeadlineExceeded) || ready.closed != 1 {
			t.Errorf("stopped while a node prepares: %v; the ready node was closed %d times, want once", err, ready.closed)
		}
	})
}

// TestLostNodes: the others go on, and scenarios end when they have on these.
func TestLostNodes(t *testing.T) {
	after := func(d time.Duration, err error) func(context.Context, func(node.Event)) error {
		return func(ctx context.Context, _ func(node.Event)) error { wait(ctx, d); return err }
	}
	silent := func(ctx context.Context, report func(node.Event)) error {
		report(node.Event{Ended: "buy"})
		<-ctx.Done()
		report(node.Event{Snapshot: &metrics.Snapshot{}}) // the last one still counts
		return context.Cause(ctx)
	}
	gone, crashed := errors.New("connection lost"), errors.New("out of memory")
	tests := []struct {
		name      string
		nodes     []*fakeNode
		reported  []string
		snapshots int
		err       string
	}{
		{"one fails", []*fakeNode{{}, {run: after(2*time.Second, gone)}},
			[]string{"1s b lost: connection lost", "2s browse ended", "2s buy ended"}, 3, ""},
		{"one fails at last", []*fakeNode{{}, {run: after(time.Minute, gone)}},
			[]string{"30s b lost: no report for 30s", "30s browse ended", "30s buy ended"}, 3, ""},
		{"one is silent", []*fakeNode{{run: seconds(40)}, {run: silent}},
			[]string{"30s b lost: no report for 30s", "39s browse ended", "39s buy ended"}, 41, ""},
		{"one is silent at the end of the others", []*fakeNode{{}, {run: silent}},
			[]string{"2s buy ended", "30s b lost: no report for 30s", "30s browse ended"}, 4, ""},
		{"a member reports a loss", []*fakeNode{{}, {run: func(ctx context.Context, report func(node.Event)) error {
			report(node.Event{Lost: "gone"})
			return seconds(1)(ctx, report)
		}}}, []string{"-1s b lost: gone", "2s browse ended", "2s buy ended"}, 4, ""},
		{"all fail", []*fakeNode{{run: after(2*time.Second, crashed)}, {run: after(3*time.Second, gone)}},
			[]string{"1s a lost: out of memory", "2s b lost: connection lost", "2s browse ended", "2s buy ended"}, 0,
			"no node is left: node a: out of memory\nnode b: connection lost"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				reported, snapshots, err := run(t, t.Context(), test.nodes...)
				if !slices.Equal(reported, test.reported) || snapshots != test.snapshots || fmt.Sprint(err) != cmp.Or(test.err, "<nil>") {
					t.Errorf("reported %q with %d snapshots, %v; want %q with %d, %s", reported, snapshots, err, test.reported, test.snapshots, test.err)
				}
			})
		})
	}
}

// TestLaterJobs: a member that was lost has no part in them.
func TestLaterJobs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b := &fakeNode{}, &fakeNode{run: func(context.Context, func(node.Event)) error { return errors.New("gone") }}
		f := newFleet(t, a, b)
		for range 2 {
			job, err := f.Prepare(t.Context(), batch(), nil)
			if err != nil {
				t.Fatal(err)
			}
			if err := job.Run(t.Context(), time.Now(), nil, make(chan node.Event, 100)); err != nil {
				t.Error(err)
			}
		}
		if names := f.Names(); !slices.Equal(names, []string{"a"}) || a.batch[0].OwnUsers(5) != 5 {
			t.Errorf("the nodes are %q, and a has %d of 5 users", names, a.batch[0].OwnUsers(5))
		}
		a.run = b.run
		job, err := f.Prepare(t.Context(), batch(), nil)
		if err == nil {
			err = job.Run(t.Context(), time.Now(), nil, make(chan node.Event, 100))
		}
		if err == nil {
			t.Error("a run without nodes is fine")
		}
		if _, err := f.Prepare(t.Context(), batch(), nil); err == nil || err.Error() != "no node is left" {
			t.Errorf("without any node: %v", err)
		}
	})
}

// TestStopped: who stops the run, or aborts it in a script, stops all nodes; none is lost by that.
func TestStopped(t *testing.T) {
	endless := func(ctx context.Context, _ func(node.Event)) error { <-ctx.Done(); return context.Cause(ctx) }
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		if reported, _, err := run(t, ctx, &fakeNode{run: endless}, &fakeNode{run: seconds(60)}); len(reported) > 0 || err != nil {
			t.Errorf("stopped: reported %q, %v", reported, err)
		}
		abort := func(ctx context.Context, _ func(node.Event)) error {
			wait(ctx, 2*time.Second)
			return &runner.AbortError{Cause: errors.New("closed")}
		}
		reported, _, err := run(t, t.Context(), &fakeNode{run: endless}, &fakeNode{run: abort})
		var aborted *runner.AbortError
		if len(reported) > 0 || !errors.As(err, &aborted) {
			t.Errorf("aborted: reported %q, %v", reported, err)
		}
	})
}

func TestSteer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		lost := func(context.Context, func(node.Event)) error { return errors.New("gone") }
		// The scenario has ended on b, which is told all the same, since it may take over what others had.
		a, b, c, d := &fakeNode{run: seconds(9)}, &fakeNode{}, &fakeNode{run: lost}, &fakeNode{run: seconds(9), steer: errors.New("too late")}
		b.run = func(ctx context.Context, report func(node.Event)) error {
			_ = seconds(1)(ctx, report)
			<-b.drain
			return nil
		}
		f := newFleet(t, a, b, c, d)
		job, err := f.Prepare(t.Context(), batch(), nil)
		if err != nil {
			t.Fatal(err)
		}
		events := make(chan node.Event, 100)
		go func() { _ = job.Run(t.Context(), time.Now(), nil, events) }()
		steer := func() error { return job.Steer(t.Context(), "buy", plan.Command{Stop: true}) }
		time.Sleep(1500 * time.Millisecond)
		if err := steer(); err != nil || len(a.commands) != 1 || len(b.commands) != 1 || len(c.commands) != 0 || len(d.commands) != 1 {
			t.Errorf("%v; commands %q %q %q %q, want one for the nodes that are there", err, a.commands, b.commands, c.commands, d.commands)
		}
		a.steer = errors.New("has no rate")
		if err := steer(); err == nil || !strings.Contains(err.Error(), "has no rate") || !strings.Contains(err.Error(), "too late") {
			t.Errorf("a command that no node obeys: %v", err)
		}
		time.Sleep(10 * time.Second)
		if err := steer(); err == nil || err.Error() != `steer scenario "buy": it does not run now` {
			t.Errorf("a command after the end: %v", err)
		}
	})
}

func TestClose(t *testing.T) {
	a, b := &fakeNode{}, &fakeNode{close: errors.New("still there")}
	job, err := newFleet(t, a, b).Prepare(t.Context(), batch(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := job.Close(t.Context()); err == nil || err.Error() != "close node b: still there" || a.closed != 1 || b.closed != 1 {
		t.Errorf("%v; closed %d and %d times, want once each", err, a.closed, b.closed)
	}
}

func TestWrongFleets(t *testing.T) {
	a := &fakeNode{name: "a"}
	outer, err := New([]Member{{Node: newFleet(t, a), Weight: 1}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := outer.Prepare(t.Context(), batch(), nil); err == nil || !strings.Contains(err.Error(), "cannot be a member of another one") {
		t.Errorf("a fleet of fleets: %v", err)
	}
	for want, members := range map[string][]Member{
		"at least one node":        nil,
		"two nodes are called a":   {{Node: a, Weight: 1}, {Node: a, Weight: 1}},
		"node a has the weight 0,": {{Node: a}},
	} {
		if _, err := New(members, nil); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %s", err, want)
		}
	}
}
