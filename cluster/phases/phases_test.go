package phases

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/liveload/liveload/cluster/fleet"
	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/node"
	"github.com/liveload/liveload/plan"
	"github.com/liveload/liveload/runner"
)

// A shown is what people read, without what repeats.
type shown struct{ lines []string }

func (s *shown) show(_ Phase, text string) {
	if len(s.lines) == 0 || s.lines[len(s.lines)-1] != text {
		s.lines = append(s.lines, text)
	}
}

func TestTracker(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &shown{}
		tracker := New(s.show)
		ctx, cancel := context.WithCancel(t.Context())
		go tracker.Follow(ctx)
		tracker.Expect(5)
		tracker.Await(Launch)
		tracker.Await(Join, "a", "b", "c", "d", "e")
		time.Sleep(1500 * time.Millisecond)
		tracker.Done(Join, "b")
		tracker.Done(Prepare, "c") // which is not the phase
		tracker.Await(Launch, "f") // it is over
		tracker.Await(Size, "b")
		tracker.Await(Launch) // of more nodes
		tracker.Await(Join, "a", "b", "c", "d", "e", "f")
		tracker.Await(Prepare, "a")
		tracker.Done(Prepare, "a")
		cancel()
		synctest.Wait()
		want := []string{
			"launch: 0 of 5 nodes", "join: 0 of 5 nodes, waiting for a, b, c and 2 more",
			"join: 0 of 5 nodes, waiting for a, b, c and 2 more (1s)", "join: 1 of 5 nodes, waiting for a, c, d and 1 more (1s)",
			"size: what a node carries, by a few users on b",
			"launch: 0 of 5 nodes", "join: 0 of 5 nodes, waiting for a, b, c and 3 more",
			"prepare: 0 of 5 nodes", "prepare: 1 of 5 nodes",
		}
		if !slices.Equal(s.lines, want) {
			t.Errorf("shown:\n%s\nwant:\n%s", strings.Join(s.lines, "\n"), strings.Join(want, "\n"))
		}
	})
}

// A quietNode reports nothing.
type quietNode struct{ node.Node }

func (quietNode) Names() []string { return []string{"a"} }

func (n quietNode) Prepare(context.Context, []plan.Scenario, node.Shared) (node.Job, error) {
	return quietJob{}, nil
}

type quietJob struct{ node.Job }

func (quietJob) Run(_ context.Context, _ time.Time, drain <-chan struct{}, _ chan<- node.Event) error {
	<-drain
	time.Sleep(10 * time.Second)
	return &runner.AbortError{Cause: errors.New("its own")}
}

func (quietJob) Close(context.Context) error { return nil }

func TestWatch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &shown{}
		tracker := New(s.show)
		tracker.Expect(1)
		n := tracker.Watch(quietNode{})
		job, err := n.Prepare(t.Context(), []plan.Scenario{{Name: "buy"}}, nil)
		if err != nil {
			t.Fatal(err)
		}
		drain := make(chan struct{})
		time.AfterFunc(5*time.Second, func() { close(drain) })
		if err := job.Run(t.Context(), time.Now().Add(2*time.Second), drain, nil); err == nil || err.Error() != "its own" {
			t.Errorf("Run = %v", err)
		}
		if err := job.Close(t.Context()); err != nil {
			t.Error(err)
		}
		want := []string{
			"prepare: 0 of 1 node, waiting for a", "prepare: 1 of 1 node", "barrier: 1 node starts", "",
			"drain: 0 of 1 node, waiting for a", "drain: 1 of 1 node (10s)", "results: 0 of 1 node, waiting for a", "results: 1 of 1 node",
		}
		if !slices.Equal(s.lines, want) {
			t.Errorf("shown:\n%s\nwant:\n%s", strings.Join(s.lines, "\n"), strings.Join(want, "\n"))
		}
	})
}

// A busyNode runs as a test says.
type busyNode struct {
	node.Node
	name string
	run  func(ctx context.Context, drain <-chan struct{}, events chan<- node.Event) error
}

func (n busyNode) Names() []string { return []string{n.name} }

func (n busyNode) Prepare(context.Context, []plan.Scenario, node.Shared) (node.Job, error) {
	return busyJob{busyNode: n}, nil
}

type busyJob struct {
	node.Job
	busyNode
}

func (j busyJob) Run(ctx context.Context, _ time.Time, drain <-chan struct{}, events chan<- node.Event) error {
	return j.run(ctx, drain, events)
}

func (busyJob) Close(context.Context) error { return nil }

// TestALostNodeEndsNoPhase: the others still run when one is given up, and at last nobody counts it.
func TestALostNodeEndsNoPhase(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &shown{}
		tracker := New(s.show)
		tracker.Expect(2)
		reporting := busyNode{name: "a", run: func(_ context.Context, drain <-chan struct{}, events chan<- node.Event) error {
			for {
				select {
				case <-drain:
					time.Sleep(10 * time.Second)
					return nil
				case <-time.After(time.Second):
					events <- node.Event{Snapshot: &metrics.Snapshot{}}
				}
			}
		}}
		silent := busyNode{name: "b", run: func(ctx context.Context, drain <-chan struct{}, _ chan<- node.Event) error {
			<-ctx.Done()
			<-drain
			time.Sleep(time.Second)
			return context.Cause(ctx)
		}}
		both, err := fleet.New([]fleet.Member{{Node: tracker.Watch(reporting), Weight: 1}, {Node: tracker.Watch(silent), Weight: 1}}, nil)
		if err != nil {
			t.Fatal(err)
		}
		both.OnLoss, both.Silence = fleet.Continue, 20*time.Second
		job, err := both.Prepare(t.Context(), []plan.Scenario{{Name: "buy"}}, nil)
		if err != nil {
			t.Fatal(err)
		}
		drain, events := make(chan struct{}), make(chan node.Event)
		go func() {
			defer close(events)
			if err := job.Run(t.Context(), time.Now(), drain, events); err != nil {
				t.Error(err)
			}
		}()
		time.AfterFunc(30*time.Second, func() {
			synctest.Wait()
			if last := s.lines[len(s.lines)-1]; last != "" {
				t.Errorf("while a runs, %q is shown", last)
			}
			close(drain)
		})
		lost := 0
		for e := range events {
			if e.Lost != "" {
				lost++
			}
		}
		if err := job.Close(t.Context()); err != nil || lost != 1 {
			t.Errorf("%d nodes are lost, Close = %v", lost, err)
		}
		want := []string{"drain: 0 of 1 node, waiting for a (1s)", "drain: 1 of 1 node (10s)", "results: 0 of 1 node, waiting for a", "results: 1 of 1 node"}
		if n := len(s.lines) - len(want); n < 0 || !slices.Equal(s.lines[n:], want) {
			t.Errorf("shown:\n%s\nwant at last:\n%s", strings.Join(s.lines, "\n"), strings.Join(want, "\n"))
		}
	})
}

// TestWhoStillDrains: when the time of the load is over, those are waited for whose iterations have not ended.
func TestWhoStillDrains(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &shown{}
		tracker := New(s.show)
		tracker.Expect(2)
		lasts := func(name string, took time.Duration) fleet.Member {
			return fleet.Member{Weight: 1, Node: tracker.Watch(busyNode{name: name, run: func(_ context.Context, drain <-chan struct{}, events chan<- node.Event) error {
				time.Sleep(took)
				events <- node.Event{Ended: "buy"}
				<-drain
				return nil
			}})}
		}
		both, err := fleet.New([]fleet.Member{lasts("a", 8*time.Second), lasts("b", 15*time.Second)}, nil)
		if err != nil {
			t.Fatal(err)
		}
		job, err := both.Prepare(t.Context(), []plan.Scenario{{Name: "buy", Users: 2, Duration: plan.Duration(10 * time.Second)}}, nil)
		if err != nil {
			t.Fatal(err)
		}
		events := make(chan node.Event, 10)
		if err := errors.Join(job.Run(t.Context(), time.Now(), nil, events), job.Close(t.Context())); err != nil {
			t.Error(err)
		}
		lines := strings.Join(s.lines, "\n")
		if !strings.Contains(lines, "\ndrain: 1 of 2 nodes, waiting for b\n") || !strings.Contains(lines, "\ndrain: 2 of 2 nodes (5s)\n") {
			t.Errorf("shown:\n%s", lines)
		}
	})
}

// TestWhoLeavesEarlyEndsNoPhase, and nobody waits for it when the run drains.
func TestWhoLeavesEarlyEndsNoPhase(t *testing.T) {
	s := &shown{}
	tracker := New(s.show)
	tracker.Expect(2)
	tracker.Await(Run)
	tracker.Join("c")
	tracker.Leave("b")
	tracker.Leave("b")
	tracker.Lose("b")
	tracker.Await(Drain, "b")
	tracker.Done(Drain, "b")
	tracker.Await(Results, "b")
	tracker.Await(Drain, "a")
	tracker.Await(Drain, "c")
	tracker.Done(Drain, "a")
	if want := []string{"", "run: 3 nodes", "run: 2 nodes", "drain: 0 of 2 nodes", "drain: 0 of 2 nodes, waiting for a, c", "drain: 1 of 2 nodes, waiting for c"}; !slices.Equal(s.lines, want) {
		t.Errorf("shown %q, want %q", s.lines, want)
	}
}
