package elastic

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/liveload/liveload/plan"
	"github.com/liveload/liveload/plan/shape"
)

func scenario(name string, start time.Duration, o plan.Options) plan.Scenario {
	s := plan.Scenario{Name: name, StartTime: plan.Duration(start)}
	o.Apply(&s)
	return s
}

func stage(d time.Duration, users int) plan.Stage {
	return plan.Stage{Duration: plan.Duration(d), Target: new(users)}
}

// usersAt counts the users that a scenario plans for a moment, one by one.
func usersAt(s *plan.Scenario, at time.Duration) int {
	elapsed, lasts := at-time.Duration(s.StartTime), time.Duration(s.RampUp+s.Duration)
	switch {
	case elapsed < 0 || elapsed >= lasts:
		return 0
	case s.Kind().Open():
		return int(math.Ceil(float64(s.Users)*s.RateAt(elapsed)/s.PeakRate() - 1e-6))
	case s.Kind() == plan.KindConstantUsers:
		return s.UsersAt(elapsed) - s.UsersAt(elapsed-time.Duration(s.Duration))
	}
	return s.UsersAt(elapsed)
}

// needed is how many machines the users of a moment need, if each could be anywhere.
func needed(batch []plan.Scenario, at time.Duration, perNode int) int {
	users := 0
	for i := range batch {
		users += usersAt(&batch[i], at)
	}
	return (users + perNode - 1) / perNode
}

// integral is how long the machines that are needed are needed together.
func integral(batch []plan.Scenario, lasts time.Duration, perNode int) (total time.Duration) {
	const steps = 2000
	for i := range steps {
		total += lasts / steps * time.Duration(needed(batch, lasts*time.Duration(2*i+1)/(2*steps), perNode))
	}
	return total
}

// TestARampCostsItsArea is what the elastic cluster promises: 0 -> 1,000 machines -> 0 over 40 minutes.
func TestARampCostsItsArea(t *testing.T) {
	const perNode, machines = 50, 1000
	ramp := []plan.Stage{stage(20*time.Minute, machines*perNode), stage(20*time.Minute, 0)}
	rate := shape.Rate{Count: 5000, Per: time.Second}
	zero := shape.Rate{Per: time.Second}
	for name, batch := range map[string][]plan.Scenario{
		"users": {scenario("browse", 0, plan.Options{Stages: ramp})},
		"a rate": {scenario("buy", 0, plan.Options{MaxUsers: new(machines * perNode), Rate: &zero, Stages: []plan.Stage{
			{Duration: plan.Duration(20 * time.Minute), Rate: &rate}, {Duration: plan.Duration(20 * time.Minute), Rate: &zero},
		}})},
	} {
		p := New(batch, Options{PerNode: perNode, Lead: 75 * time.Second, Least: 2 * time.Minute})
		held(t, name, p, batch, perNode)
		want := integral(batch, 40*time.Minute, perNode)
		if ratio := float64(p.Used()) / float64(want); ratio > 1.15 || ratio < 1 {
			t.Errorf("%s: %.0f machine-minutes are used, %.3f times the %.0f that are needed; want 1.15 times at most", name, p.Used().Minutes(), ratio, want.Minutes())
		} else {
			t.Logf("%s: %.0f machine-minutes with boot times, %.0f needed, %.3f times; all the time %.0f", name, p.Used().Minutes(), want.Minutes(), ratio, (40 * time.Minute * machines).Minutes())
		}
		if len(p.Places) != machines {
			t.Errorf("%s: %d machines at most, want %d", name, len(p.Places), machines)
		}
		if got := float64(p.Needed(p.Lasts())) / float64(want); got < 0.995 || got > 1.005 {
			t.Errorf("%s: the plan says that %.0f machine-minutes are needed, want %.0f", name, p.Needed(p.Lasts()).Minutes(), want.Minutes())
		}
	}
}

// machinesAt is how many machines a plan has at a moment, without those that boot.
func machinesAt(p *Plan, at time.Duration) (n int) {
	for _, place := range p.Places {
		for _, s := range place.Periods {
			if s.From <= at && at < s.Until {
				n++
			}
		}
	}
	return n
}

// held says what a plan must hold at every moment: each user that is there has a place, that place a machine, and no machine
// has more users than it carries.
func held(t *testing.T, name string, p *Plan, batch []plan.Scenario, perNode int) {
	t.Helper()
	own := make([][]plan.Scenario, len(p.Places))
	for k := range p.Places {
		own[k] = p.Scenarios(k, 0)
	}
	for step := range 101 {
		at := min(p.Lasts()-1, p.Lasts()*time.Duration(step)/100)
		total := 0
		for k := range p.Places {
			users := 0
			for i := range batch {
				s := &own[k][i]
				first, last := usersAt(s, at), 0
				if s.Kind() == plan.KindConstantUsers && first > 0 {
					last = s.UsersAt(at - time.Duration(s.StartTime+s.Duration))
					first += last
				}
				users += s.OwnUsers(first) - s.OwnUsers(last)
			}
			there := false
			for _, period := range p.Places[k].Periods {
				there = there || period.From <= at && at < period.Until
			}
			if users > perNode || users > 0 && !there {
				t.Fatalf("%s: at %v place %d has %d users, and a machine: %v", name, at, k, users, there)
			}
			total += users
		}
		if all := needed(batch, at, 1); total != all || machinesAt(p, at) < needed(batch, at, perNode) {
			t.Fatalf("%s: at %v there are %d users at %d places, want %d at %d", name, at, total, machinesAt(p, at), all, needed(batch, at, perNode))
		}
	}
}

func randomScenario(r *rand.Rand, name string) plan.Scenario {
	minutes := func(most int) time.Duration { return time.Duration(r.IntN(most*60)+1) * time.Second }
	start, users := time.Duration(0), func() int { return r.IntN(400) }
	if r.IntN(2) == 0 {
		start = minutes(10)
	}
	switch r.IntN(4) {
	case 0:
		return scenario(name, start, plan.Options{Users: new(1 + users()), RampUp: new(minutes(5)), Duration: new(minutes(20))})
	case 1:
		return scenario(name, start, plan.Options{Users: new(1 + users()), Iterations: new(1000), Duration: new(minutes(20))})
	case 2:
		var stages []plan.Stage
		for range 1 + r.IntN(6) {
			stages = append(stages, stage(minutes(8), users()))
		}
		return scenario(name, start, plan.Options{Stages: stages})
	}
	o := plan.Options{MaxUsers: new(1 + users()), Rate: &shape.Rate{Count: int64(r.IntN(50)), Per: time.Second}}
	for range 1 + r.IntN(6) {
		o.Stages = append(o.Stages, plan.Stage{Duration: plan.Duration(minutes(8)), Rate: &shape.Rate{Count: int64(r.IntN(50)), Per: time.Second}})
	}
	return scenario(name, start, o)
}

// TestNoShapeLacksAMachine tries many shapes, several scenarios side by side too.
func TestNoShapeLacksAMachine(t *testing.T) {
	r := rand.New(rand.NewPCG(21, 22))
	used, least := time.Duration(0), time.Duration(0)
	for n := range 25 {
		var batch []plan.Scenario
		for i := range 1 + r.IntN(3) {
			batch = append(batch, randomScenario(r, fmt.Sprint(i)))
		}
		perNode := 1 + r.IntN(40)
		p := New(batch, Options{PerNode: perNode})
		held(t, fmt.Sprintf("%d: %+v", n, batch), p, batch, perNode)
		used, least = used+p.Used(), least+integral(batch, p.Lasts(), perNode)
	}
	if ratio := float64(used) / float64(least); ratio > 1.15 {
		t.Errorf("all shapes together use %.3f times what they need", ratio)
	} else {
		t.Logf("all shapes together use %.3f times what they need", ratio)
	}
}
