package fleet

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/node"
	"github.com/liveload/liveload/plan"
	"github.com/liveload/liveload/plan/shape"
)

// A rental starts nodes that take their time, as clouds do, and remembers all of them.
type rental struct {
	lead    time.Duration
	boot    func(n int) time.Duration // of the nth machine, counted from 0
	broken  func(n int) bool          // says which do not come
	perNode int
	room    int // for users of lost nodes too

	mu    sync.Mutex
	asked int
	nodes []*rented
}

// A rented node runs until it is drained, and reports now and then.
type rented struct {
	fakeNode
	launched, left time.Time
	began, ended   time.Time     // of its run
	crash          chan struct{} // closed when it is gone
}

func (r *rental) Lead() time.Duration {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.lead
}

func (r *rental) Bring(ctx context.Context, n int, joined func(Member)) error {
	var booting sync.WaitGroup
	errs := make([]error, n)
	for i := range n {
		r.mu.Lock()
		number := r.asked
		r.asked++
		r.mu.Unlock()
		booting.Go(func() {
			launched := time.Now()
			if !wait(ctx, r.boot(number)) {
				errs[i] = context.Cause(ctx)
			} else if r.broken != nil && r.broken(number) {
				errs[i] = errors.New("no capacity")
			} else {
				joined(r.member(number, launched))
			}
		})
	}
	booting.Wait()
	return errors.Join(errs...)
}

func (r *rental) member(number int, launched time.Time) Member {
	n := &rented{launched: launched, crash: make(chan struct{})}
	n.name = fmt.Sprint("m", number)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.nodes = append(r.nodes, n)
	n.run = n.runs
	return Member{Node: n, Weight: 1, Room: r.room, Since: launched}
}

// runs reports less often than nodes do, since 1,000 of them would take the test long.
func (n *rented) runs(ctx context.Context, report func(node.Event)) error {
	n.began = time.Now()
	defer func() { n.ended = time.Now() }()
	for _, s := range n.batch {
		if s.Kind().Open() && s.OwnUsers(s.Users) == 0 { // there is nothing to do
			report(node.Event{Ended: s.Name})
		}
	}
	for {
		report(node.Event{Snapshot: &metrics.Snapshot{}})
		select {
		case <-n.crash:
			return errors.New("gone")
		case <-ctx.Done():
			return nil
		case <-n.drain:
			for _, s := range n.batch {
				report(node.Event{Ended: s.Name})
			}
			return nil
		case <-time.After(Silence * 2 / 3):
		}
	}
}

func (r *rental) Leave(m Member) {
	r.mu.Lock()
	defer r.mu.Unlock()
	m.Node.(*rented).left = time.Now()
}

// elastically runs a batch on nodes that come and go, until the end of the plan, and returns what was told and when the batch
// started.
func elastically(t *testing.T, r *rental, batch []plan.Scenario, during func(node.Job)) (told []string, machines node.Machines, start time.Time) {
	t.Helper()
	first := make(chan Member, 1)
	if err := r.Bring(t.Context(), 1, func(m Member) { first <- m }); err != nil {
		t.Fatal(err)
	}
	f, err := New([]Member{<-first}, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	f.Elastic = &Elastic{PerNode: r.perNode, Supply: r}
	job, err := f.Prepare(t.Context(), batch, nil)
	if err != nil {
		t.Fatal(err)
	}
	start = time.Now().Add(time.Second)
	drain, events := make(chan struct{}), make(chan node.Event)
	ends := time.Duration(batch[0].StartTime + batch[0].RampUp + batch[0].Duration)
	time.AfterFunc(ends+time.Second, func() { close(drain) })
	go func() {
		defer close(events)
		if err := job.Run(t.Context(), start, drain, events); err != nil {
			t.Error(err)
		}
	}()
	if during != nil {
		go during(job)
	}
	for e := range events {
		at := time.Since(start).Round(time.Second)
		switch {
		case e.Lost != "":
			told = append(told, fmt.Sprintf("%v %s lost: %s", at, e.Node, e.Lost))
		case e.Moved != nil:
			told = append(told, fmt.Sprintf("%v %s: %d of %s to %v", at, e.Node, e.Moved.Users, e.Moved.Scenario, e.Moved.To))
		case e.Late > 0:
			told = append(told, fmt.Sprintf("%v %s is late by %v", at, e.Node, e.Late.Round(time.Second)))
		case e.Machines != nil:
			machines = *e.Machines
		}
	}
	if err := job.Close(t.Context()); err != nil {
		t.Error(err)
	}
	for _, n := range r.nodes {
		if n.closed != 1 && !n.began.IsZero() {
			t.Errorf("%s was closed %d times", n.name, n.closed)
		}
	}
	return told, machines, start
}

// usersAt are how many users of a scenario the nodes have at a moment, and those of the one that has most.
func (r *rental) usersAt(scenario int, start time.Time, at time.Duration) (all, most int) {
	for _, n := range r.nodes {
		if n.began.IsZero() || start.Add(at).Before(n.began) || !start.Add(at).Before(n.ended) {
			continue
		}
		s := &n.batch[scenario]
		users := s.OwnUsers(s.UsersAt(at - time.Duration(s.StartTime)))
		all, most = all+users, max(most, users)
	}
	return all, most
}

func ramp(minutes time.Duration, users ...int) plan.Scenario {
	s := plan.Scenario{Name: "browse"}
	o := plan.Options{}
	for _, n := range users {
		o.Stages = append(o.Stages, plan.Stage{Duration: plan.Duration(minutes * time.Minute), Target: &n})
	}
	o.Apply(&s)
	return s
}

// TestARampOfAThousandMachines: up and down within 40 minutes they cost little more than the area under the curve, and each
// user has its machine in time, though they boot for a minute, one longer than another.
func TestARampOfAThousandMachines(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const perNode, most = 50, 1000
		random := rand.New(rand.NewPCG(41, 42))
		boots := make([]time.Duration, 2*most)
		for i := range boots {
			boots[i] = 40*time.Second + time.Duration(random.IntN(25000))*time.Millisecond
		}
		r := &rental{lead: 75 * time.Second, boot: func(n int) time.Duration { return boots[n] }, perNode: perNode}
		scenario := ramp(20, most*perNode, 0)
		told, machines, start := elastically(t, r, []plan.Scenario{scenario}, nil)
		if len(told) > 0 {
			t.Errorf("told %q, want nothing", told)
		}
		var needed, used time.Duration
		const step = 6 * time.Second
		for at := step / 2; at < 40*time.Minute; at += step {
			want := scenario.UsersAt(at)
			if all, each := r.usersAt(0, start, at); all != want || each > perNode {
				t.Fatalf("at %v there are %d users, and %d on one machine; want %d, and %d at most", at, all, each, want, perNode)
			}
			needed += step * time.Duration((want+perNode-1)/perNode)
		}
		for _, n := range r.nodes {
			if n.left.IsZero() {
				n.left = start.Add(40*time.Minute + time.Second)
			}
			used += n.left.Sub(n.launched)
		}
		ratio := float64(used) / float64(needed)
		if ratio > 1.15 {
			t.Errorf("%.0f machine-minutes were used, %.3f times the %.0f that the load needs, want 1.15 times at most", used.Minutes(), ratio, needed.Minutes())
		}
		t.Logf("%d machines, %.0f machine-minutes, %.3f times the %.0f that the load needs", len(r.nodes), used.Minutes(), ratio, needed.Minutes())
		if machines.Most > most || machines.Most < most-1 || (machines.Used-used).Abs() > time.Minute || (machines.Needed-needed).Abs() > needed/200 {
			t.Errorf("the fleet says %d machines, %v used and %v needed, want %d, %v and %v", machines.Most, machines.Used, machines.Needed, most, used, needed)
		}
	})
}

// constant boots take as long for all machines.
func constant(d time.Duration) func(int) time.Duration { return func(int) time.Duration { return d } }

// TestMachinesThatAreNotThereInTime are told; one that does not come at all is replaced once, then its users go elsewhere.
func TestMachinesThatAreNotThereInTime(t *testing.T) {
	for name, test := range map[string]struct {
		boot   func(int) time.Duration
		broken []int
		told   []string
	}{
		"all in time":      {constant(50 * time.Second), nil, nil},
		"one boots slowly": {func(n int) time.Duration { return time.Minute * time.Duration(1+n%2*2) }, nil, []string{"17m0s m1 is late by 2m0s"}},
		"one does not come": {constant(50 * time.Second), []int{1},
			[]string{"15m40s m2 is late by 40s"}},
		"nor does the one in its place": {constant(50 * time.Second), []int{1, 2}, []string{
			"15m40s missing-2 lost: it did not come, nor did the one in its place: no capacity",
			"15m40s missing-2: 2 of browse to [{m0 2}]"}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := &rental{lead: time.Minute, boot: test.boot, broken: func(n int) bool { return slices.Contains(test.broken, n) }, perNode: 30, room: 40}
				scenario := ramp(20, 40)
				told, _, _ := elastically(t, r, []plan.Scenario{scenario}, nil)
				if !slices.Equal(told, test.told) {
					t.Errorf("told %q, want %q", told, test.told)
				}
			})
		})
	}
}

// TestNodesThatJoinObeyWhatWasCommandedBefore, and a command has those come that it needs.
func TestNodesThatJoinObeyWhatWasCommandedBefore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := &rental{lead: time.Minute, boot: constant(50 * time.Second), perNode: 10}
		_, machines, start := elastically(t, r, []plan.Scenario{ramp(20, 40)}, func(job node.Job) {
			wait(t.Context(), 2*time.Minute)
			for _, cmd := range []plan.Command{{Paused: new(true)}, {Users: new(25)}} {
				if err := job.Steer(t.Context(), "browse", cmd); err != nil {
					t.Error(err)
				}
			}
		})
		var came []string
		for _, n := range r.nodes {
			came = append(came, fmt.Sprint(max(0, n.began.Sub(start)).Round(time.Second), " ", len(n.commands), " commands, ", n.batch[0].OwnUsers(25), " users"))
		}
		slices.Sort(came)
		want := []string{"0s 2 commands, 10 users", "2m49s 1 commands, 10 users", "2m49s 1 commands, 5 users"}
		if !slices.Equal(came, want) || machines.Most != 3 {
			t.Errorf("came %q, %d at most; want %q", came, machines.Most, want)
		}
	})
}

// TestACommandedRateIsOfThoseThatAreThere, who then stay.
func TestACommandedRateIsOfThoseThatAreThere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := &rental{lead: time.Minute, boot: constant(50 * time.Second), perNode: 10}
		rate := func(n int64) *shape.Rate { return &shape.Rate{Count: n, Per: time.Second} }
		s := plan.Scenario{Name: "browse"}
		plan.Options{Rate: rate(1), MaxUsers: new(40), Stages: []plan.Stage{{Duration: plan.Duration(20 * time.Minute), Rate: rate(20)}}}.Apply(&s)
		_, machines, _ := elastically(t, r, []plan.Scenario{s}, func(job node.Job) {
			wait(t.Context(), 8*time.Minute)
			if err := job.Steer(t.Context(), "browse", plan.Command{Rate: rate(5)}); err != nil {
				t.Error(err)
			}
		})
		var slots []string
		for _, n := range r.nodes {
			slots = append(slots, fmt.Sprint(n.name, " ", n.slots))
		}
		if want := []string{"m0 [20]", "m1 [20]"}; !slices.Equal(slots, want) || machines.Most != 2 {
			t.Errorf("the rate was divided %q among %d machines, want %q", slots, machines.Most, want)
		}
	})
}

// TestAScenarioWhoseNodesAreStillToCome obeys all the same: they are told when they join, which is when they are needed.
func TestAScenarioWhoseNodesAreStillToCome(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		rate := &shape.Rate{Count: 5, Per: time.Second}
		buy := plan.Scenario{Name: "buy", StartTime: plan.Duration(10 * time.Minute)}
		plan.Options{Rate: rate, MaxUsers: new(10), Duration: new(5 * time.Minute)}.Apply(&buy)
		browse := plan.Scenario{Name: "browse"}
		plan.Options{Users: new(10), Duration: new(20 * time.Minute)}.Apply(&browse)
		r := &rental{lead: time.Minute, boot: constant(50 * time.Second), perNode: 10}
		told, _, start := elastically(t, r, []plan.Scenario{browse, buy}, func(job node.Job) {
			wait(t.Context(), 2*time.Minute)
			if err := job.Steer(t.Context(), "buy", plan.Command{Rate: rate}); err != nil {
				t.Error(err)
			}
		})
		if len(r.nodes) != 2 || len(told) > 0 {
			t.Fatalf("%d nodes came, and %q was told; want 2 in time", len(r.nodes), told)
		}
		came := r.nodes[1].began.Sub(start)
		if !slices.Equal(r.nodes[1].commands, []string{"buy"}) || came < 9*time.Minute || came > 10*time.Minute {
			t.Errorf("the second node came after %v, and was told of %q", came, r.nodes[1].commands)
		}
	})
}

// TestALostNodeOfAnElasticFleet: its load goes on elsewhere, and who has taken it over stays until it is over.
func TestALostNodeOfAnElasticFleet(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := &rental{lead: time.Minute, boot: constant(50 * time.Second), perNode: 10}
		told, _, start := elastically(t, r, []plan.Scenario{ramp(20, 30, 0)}, func(node.Job) {
			wait(t.Context(), 12*time.Minute)
			r.mu.Lock()
			defer r.mu.Unlock()
			close(r.nodes[0].crash)
		})
		if len(told) != 2 || !strings.Contains(told[0], "m0 lost: gone") || !strings.Contains(told[1], "m0: 10 of browse to [{m1 ") {
			t.Errorf("told %q", told)
		}
		var left []string
		for _, n := range r.nodes {
			left = append(left, fmt.Sprint(n.name, " ", n.left.IsZero(), " ", n.ended.Sub(start) >= 40*time.Minute))
		}
		if !slices.Contains(left, "m1 true true") {
			t.Errorf("who left, and ran to the end: %q; want m1 to stay, which has taken something over", left)
		}
	})
}

// TestANodeThatComesTooEarly stays for what it came for, also when nodes need less time than was thought.
func TestANodeThatComesTooEarly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := &rental{lead: 2 * time.Minute, boot: constant(5 * time.Second), perNode: 30}
		told, machines, _ := elastically(t, r, []plan.Scenario{ramp(20, 60, 0)}, func(node.Job) {
			wait(t.Context(), 8*time.Minute+3*time.Second) // when it has been asked for
			r.mu.Lock()
			defer r.mu.Unlock()
			r.lead = 10 * time.Second
		})
		if r.asked != 2 || len(told) > 0 || machines.Most != 2 {
			t.Errorf("%d nodes were asked for, and %q was told; want two nodes", r.asked, told)
		}
	})
}

// prepared prepares a batch on an elastic fleet whose one member is the rental's first node, if it comes.
func prepared(t *testing.T, r *rental, s plan.Scenario) (*Fleet, node.Job) {
	t.Helper()
	first := make(chan Member, 1)
	if err := r.Bring(t.Context(), 1, func(m Member) { first <- m }); err != nil {
		t.Fatal(err)
	}
	f, err := New([]Member{<-first}, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	f.Elastic = &Elastic{PerNode: r.perNode, Supply: r}
	job, err := f.Prepare(t.Context(), []plan.Scenario{s}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return f, job
}

func steady(users int) plan.Scenario {
	s := plan.Scenario{Name: "browse"}
	plan.Options{Users: &users, Duration: new(time.Minute)}.Apply(&s)
	return s
}

// TestANodeThatDoesNotComeBeforeTheStart is replaced, too.
func TestANodeThatDoesNotComeBeforeTheStart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := &rental{lead: time.Minute, boot: constant(50 * time.Second), perNode: 10, broken: func(n int) bool { return n == 1 }}
		f, job := prepared(t, r, steady(30))
		if got := fmt.Sprint(f.Names()); got != "[m0 m2 m3]" {
			t.Errorf("the batch begins on %s", got)
		}
		if err := job.Close(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

// TestTheFirstNodeStaysForTheNextBatch, also when the last iterations take long.
func TestTheFirstNodeStaysForTheNextBatch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := &rental{lead: time.Minute, boot: constant(50 * time.Second), perNode: 10}
		f, job := prepared(t, r, ramp(1, 10, 0))
		drain := make(chan struct{})
		time.AfterFunc(2*time.Minute+20*time.Second, func() { close(drain) })
		if err := job.Run(t.Context(), time.Now(), drain, make(chan node.Event, 1000)); err != nil {
			t.Error(err)
		}
		if got := fmt.Sprint(f.Names()); got != "[m0]" || !r.nodes[0].left.IsZero() {
			t.Errorf("after the batch there are %s, and the first node has left at %v", got, r.nodes[0].left)
		}
		if err := job.Close(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

// TestNobodyIsLeft when those are lost that have not left before.
func TestNobodyIsLeft(t *testing.T) {
	left := &carrier{left: time.Now()}
	lost := &carrier{member: Member{Node: &fakeNode{name: "a"}}, err: errors.New("gone")}
	if err := (&job{carriers: []*carrier{left, lost}}).verdict(); !errors.Is(err, ErrNoneLeft) {
		t.Errorf("verdict = %v", err)
	}
	if err := (&job{carriers: []*carrier{left, lost, {}}}).verdict(); err != nil {
		t.Errorf("with another node verdict = %v", err)
	}
}

// TestMembersOfTheNextBatch are those that the last one had at its end, and as many more as it needs.
func TestMembersOfTheNextBatch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := &rental{lead: time.Minute, boot: constant(50 * time.Second), perNode: 10}
		first := make(chan Member, 1)
		if err := r.Bring(t.Context(), 1, func(m Member) { first <- m }); err != nil {
			t.Fatal(err)
		}
		f, err := New([]Member{<-first}, slog.New(slog.DiscardHandler))
		if err != nil {
			t.Fatal(err)
		}
		f.Elastic = &Elastic{PerNode: r.perNode, Supply: r}
		for _, test := range []struct {
			scenario plan.Scenario
			want     string
		}{
			{ramp(1, 20, 0), "[m0 m1]"},
			{steady(30), "[m0 m1 m2]"},
			{ramp(20, 20, 0), "[m0]"},
		} {
			job, err := f.Prepare(t.Context(), []plan.Scenario{test.scenario}, nil)
			if err != nil {
				t.Fatal(err)
			}
			if got := fmt.Sprint(f.Names()); got != test.want {
				t.Errorf("%d users are begun by %s, want %s", test.scenario.Users, got, test.want)
			}
			drain := make(chan struct{})
			time.AfterFunc(10*time.Second, func() { close(drain) })
			if err := job.Run(t.Context(), time.Now(), drain, make(chan node.Event, 1000)); err != nil {
				t.Error(err)
			}
			if err := job.Close(t.Context()); err != nil {
				t.Error(err)
			}
		}
	})
}
