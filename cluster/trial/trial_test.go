package trial

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/node"
	"github.com/liveload/liveload/plan"
	"github.com/liveload/liveload/plan/shape"
)

// A fakeNode has users that cost what it says, and iterate once a second.
type fakeNode struct {
	node.Node
	cpu     time.Duration // of a user in a second
	session int64
	cores   float64
	failing bool
	slow    bool // the last iterations do not end
	stuck   bool // it never gets ready
	prepare error
	run     error

	batches [][]plan.Scenario
	taken   []int64 // rows, in turn unique and next ones
	closed  int
}

const ownMemory = 300 << 20 // of a fakeNode without users

func (n *fakeNode) Names() []string { return []string{"a"} }

func (n *fakeNode) Prepare(ctx context.Context, batch []plan.Scenario, state node.Shared) (node.Job, error) {
	n.batches = append(n.batches, batch)
	for range 2 {
		unique, err := state.Next(ctx, "unique rows")
		next, other := state.Next(ctx, "next rows")
		if err != nil || other != nil {
			return nil, errors.Join(err, other)
		}
		n.taken = append(n.taken, unique, next)
	}
	if n.stuck {
		<-ctx.Done()
		return nil, context.Cause(ctx)
	}
	return &fakeJob{fakeNode: n, users: users(batch)}, n.prepare
}

type fakeJob struct {
	node.Job
	*fakeNode
	users int
}

func (j *fakeJob) Close(context.Context) error { j.closed++; return nil }

// Run reports every second, like a node.
func (j *fakeJob) Run(ctx context.Context, start time.Time, drain <-chan struct{}, events chan<- node.Event) error {
	recorder := metrics.NewRecorder("a", start, metrics.NewRegistry())
	for second := 1; ; second++ {
		select {
		case <-time.After(time.Until(start.Add(time.Duration(second) * time.Second))):
			j.record(recorder)
			events <- node.Event{Snapshot: recorder.Snapshot(time.Now())}
		case <-drain:
			if j.slow {
				<-ctx.Done()
			}
			return j.run
		}
	}
}

func (j *fakeJob) record(recorder *metrics.Recorder) {
	own, scenario := recorder.Scope(metrics.NodeScope), recorder.Scope("shop")
	cpu := time.Duration(j.users) * j.cpu
	own.Add(metrics.GeneratorCPUTime, metrics.GeneratorCPUTime.With("a"), cpu.Microseconds())
	own.Observe(metrics.GeneratorPrivateBytes, metrics.GeneratorPrivateBytes.With("a"), float64(ownMemory+int64(j.users)*j.session))
	own.Observe(metrics.GeneratorCPUPercent, metrics.GeneratorCPUPercent.With("a"), min(100, 100*cpu.Seconds()/j.cores))
	outcome := "ok"
	if j.failing {
		outcome = "failed"
		scenario.Add(metrics.IterationFailures, metrics.IterationFailures.With("Error"), int64(j.users))
	}
	scenario.Add(metrics.Iterations, metrics.Iterations.With(outcome), int64(j.users))
}

func once(sequence string) bool { return strings.HasPrefix(sequence, "unique") }

// TestRowsThatTheApplicationHasSeen: what can be taken only once is not given again, neither to the larger load nor to the run.
func TestRowsThatTheApplicationHasSeen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := fakeNode{cpu: time.Millisecond, session: 20 << 20, cores: 2}
		tried, err := Run(t.Context(), &n, []plan.Scenario{{Name: "shop", Users: 50}}, Options{For: 9 * time.Second, Cores: 2, Once: once})
		if err != nil {
			t.Fatal(err)
		}
		unique, err := tried.After.Next(t.Context(), "unique rows")
		next, other := tried.After.Next(t.Context(), "next rows")
		if want := []int64{0, 0, 1, 1, 2, 0, 3, 1}; !slices.Equal(n.taken, want) || tried.Rows != 4 || unique != 4 || next != 0 || err != nil || other != nil {
			t.Errorf("taken %v, of which %d are unique, want %v; the run begins with %d and %d, %v %v", n.taken, tried.Rows, want, unique, next, err, other)
		}
	})
}

// closeTo says whether a measurement is as good as histograms are.
func closeTo(got, want int64) bool { return got > want-want/20 && got < want+want/20 }

func TestTrial(t *testing.T) {
	light := fakeNode{cpu: 20 * time.Millisecond, session: 30 << 20, cores: 2}
	greedy := fakeNode{cpu: 700 * time.Millisecond, session: 50 << 20, cores: 2}
	tests := []struct {
		name       string
		node       fakeNode
		planned    int
		users      []int // of the loads
		session    int64
		iterations int64
		own        float64 // per cent of the processors
	}{
		{"light users", light, 1000, []int{1, 10}, 30 << 20, 4 + 40, 1},
		{"few users", light, 4, []int{1, 4}, 30 << 20, 4 + 16, 1},
		{"one user", light, 1, []int{1}, 150 << 20, 4, 1},
		{"users without think time", greedy, 1000, []int{1}, 170 << 20, 4, 35},
		{"one user saturates", fakeNode{cpu: time.Second, session: 10 << 20, cores: 1}, 5, []int{1}, 130 << 20, 4, 100},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				n := test.node
				got, err := Run(t.Context(), &n, []plan.Scenario{{Name: "shop", Users: test.planned}}, Options{For: 9 * time.Second, Cores: n.cores, Once: once})
				if err != nil {
					t.Fatal(err)
				}
				if len(n.batches) != len(test.users) || n.closed != len(n.batches) {
					t.Fatalf("%d loads, %d closed, want %d", len(n.batches), n.closed, len(test.users))
				}
				for i, batch := range n.batches {
					if users(batch) != test.users[i] {
						t.Errorf("load %d has %d users, want %d", i, users(batch), test.users[i])
					}
				}
				f := got.Footprint
				if !closeTo(f.Session, test.session) || !closeTo(int64(1e9*f.CPU), int64(n.cpu)) || !closeTo(int64(f.IterationCPU), int64(n.cpu)) {
					t.Errorf("a session takes %d MB, a user %.3f cores, an iteration %v; want %d MB, %v and %v", f.Session>>20, f.CPU, f.IterationCPU, test.session>>20, n.cpu, n.cpu)
				}
				if got.Iterations != test.iterations || !closeTo(int64(1000*got.Own), int64(1000*test.own)) || !closeTo(int64(1000*got.Busy), int64(1000*test.own)) || got.Failed+int64(got.Interrupted) != 0 {
					t.Errorf("%+v, want %d iterations that take %v %% of the processors", got, test.iterations, test.own)
				}
			})
		})
	}
}

// TestLongIterations: what they cost at the beginning counts, though it is over when the load has settled.
func TestLongIterations(t *testing.T) {
	cost := func(users int, second time.Duration, cpu time.Duration, iterations int64) *metrics.Snapshot {
		start := time.Unix(1000, 0)
		return &metrics.Snapshot{Start: start, From: start.Add(second), To: start.Add(second + time.Second), Series: []metrics.Series{
			{Metric: metrics.GeneratorCPUTime.Name, Count: int64(users) * cpu.Microseconds()}, {Metric: metrics.Iterations.Name, Count: int64(users) * iterations},
		}}
	}
	r := reading{users: 2}
	for second := range 10 {
		r.add(cost(2, time.Duration(second)*time.Second, []time.Duration{91 * time.Millisecond, time.Millisecond}[min(second, 1)], int64(second/9)), 5*time.Second)
	}
	if got := r.userCPU(); !closeTo(int64(1e6*got), 10_000) || r.iterationCPU() != 100*time.Millisecond {
		t.Errorf("a user keeps %v cores busy, and an iteration takes %v; want 0.01 and 100 ms", got, r.iterationCPU())
	}
}

// TestTrialOfABatch: each scenario takes part, with users that iterate at their own pace, and nothing of the run happens.
func TestTrialOfABatch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		batch := []plan.Scenario{
			{Name: "browse", Users: 90, Thresholds: nil, StartTime: plan.Duration(time.Minute), IterationsPerUser: 1},
			{Name: "buy", Users: 10, Rate: &shape.Rate{Count: 5, Per: time.Second}, PreStartedUsers: 5},
			{Name: "control", Users: 0, Controlled: true},
		}
		n := fakeNode{cpu: time.Millisecond, session: 20 << 20, cores: 1}
		if _, err := Run(t.Context(), &n, batch, Options{For: 9 * time.Second, Cores: 1, Once: once}); err != nil {
			t.Fatal(err)
		}
		for i, want := range [][]int{{1, 1, 1}, {9, 1, 1}} {
			for k, s := range n.batches[i] {
				if s.Users != want[k] || !s.Trial || s.Kind() != plan.KindConstantUsers || s.StartTime != 0 {
					t.Errorf("load %d of %s: %d users, want %d: %+v", i, s.Name, s.Users, want[k], s)
				}
			}
		}
		if batch[1].Rate == nil || batch[0].Trial {
			t.Error("the plan itself was changed")
		}
	})
}

func TestTrialThatGoesWrong(t *testing.T) {
	try := func(t *testing.T, ctx context.Context, n *fakeNode) (Trial, error) {
		n.cpu, n.session, n.cores = time.Millisecond, 20<<20, 1
		return Run(ctx, n, []plan.Scenario{{Name: "shop", Users: 1}}, Options{For: 9 * time.Second, Cores: 1, Once: once})
	}
	synctest.Test(t, func(t *testing.T) {
		if _, err := try(t, t.Context(), &fakeNode{prepare: errors.New("no browser")}); err == nil || err.Error() != "try a few users on node a: no browser" {
			t.Errorf("a node that cannot: %v", err)
		}
		if _, err := try(t, t.Context(), &fakeNode{stuck: true}); err == nil || err.Error() != "try a few users on node a: it took longer than 5m0s to prepare" {
			t.Errorf("a node that never gets ready: %v", err)
		}
		if _, err := try(t, t.Context(), &fakeNode{run: errors.New("aborted")}); err == nil || !strings.Contains(err.Error(), "aborted") {
			t.Errorf("a script that aborts: %v", err)
		}
		if got, err := try(t, t.Context(), &fakeNode{failing: true}); err != nil || got.Failed != 4 || got.Iterations != 4 {
			t.Errorf("iterations that fail: %+v, %v", got, err)
		}
		if got, err := try(t, t.Context(), &fakeNode{slow: true}); err != nil || got.Interrupted != 1 {
			t.Errorf("iterations that do not end: %+v, %v", got, err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := try(t, ctx, &fakeNode{slow: true}); !errors.Is(err, context.Canceled) {
			t.Errorf("a run that is stopped: %v", err)
		}
	})
}
