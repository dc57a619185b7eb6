package elastic

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/liveload/liveload/plan"
	"github.com/liveload/liveload/plan/shape"
)

// TestEveryArrivalHasAMachine: each is assigned to one place, which has a machine when it is due.
func TestEveryArrivalHasAMachine(t *testing.T) {
	r := rand.New(rand.NewPCG(23, 24))
	for n := range 20 {
		s := randomScenario(r, "buy")
		if !s.Kind().Open() {
			continue
		}
		p := New([]plan.Scenario{s}, Options{PerNode: 1 + r.IntN(20)})
		var together []time.Duration
		for k, place := range p.Places {
			own := p.Scenarios(k, 0)[0]
			for _, at := range due(own.OwnArrivals()) {
				together = append(together, at)
				since := at + time.Duration(s.StartTime)
				if !slices.ContainsFunc(place.Periods, func(period Period) bool { return period.From <= since && since < period.Until }) {
					t.Fatalf("%d: an arrival is due at %v at place %d, which has machines %v", n, since, k, place.Periods)
				}
			}
		}
		slices.Sort(together)
		if all := due(s.Arrivals()); !slices.Equal(together, all) {
			t.Fatalf("%d: %d arrivals are assigned, want the %d of the plan", n, len(together), len(all))
		}
	}
}

func due(a shape.Arrivals) (all []time.Duration) {
	for n := int64(0); ; n++ {
		at, ok := a.Due(n)
		if !ok {
			return all
		}
		all = append(all, at)
	}
}

func text(p *Plan) string { return fmt.Sprint(periods(p)) }

func periods(p *Plan) (all [][]Period) {
	for _, place := range p.Places {
		all = append(all, place.Periods)
	}
	return all
}

// TestCommandsChangeWhatIsNeeded from the moment on at which they come.
func TestCommandsChangeWhatIsNeeded(t *testing.T) {
	ramp := scenario("browse", 0, plan.Options{Stages: []plan.Stage{stage(1000*time.Second, 30), stage(1000*time.Second, 0)}})
	planned := func() *Plan {
		return New([]plan.Scenario{ramp}, Options{PerNode: 10, Lead: 20 * time.Second, Least: 10 * time.Second})
	}
	for name, test := range map[string]struct {
		change func(*Plan)
		want   string
	}{
		"as planned":     {func(*Plan) {}, "[[{0s 33m20s}] [{5m32s 27m48s}] [{11m6s 22m14s}]]"},
		"fewer users":    {func(p *Plan) { p.Command("browse", 15*time.Minute, 15) }, "[[{0s 33m20s}] [{5m32s 33m20s}] [{11m6s 15m0s}]]"},
		"more than ever": {func(p *Plan) { p.Command("browse", 6*time.Minute, 100) }, "[[{0s 33m20s}] [{5m32s 33m20s}] [{6m0s 33m20s}]]"},
		"another's":      {func(p *Plan) { p.Command("buy", 6*time.Minute, 100) }, "[[{0s 33m20s}] [{5m32s 27m48s}] [{11m6s 22m14s}]]"},
		"nobody":         {func(p *Plan) { p.Stop("browse", 6*time.Minute) }, "[[{0s 33m20s}] [{5m32s 6m0s}] []]"},
	} {
		t.Run(name, func(t *testing.T) {
			p := planned()
			test.change(p)
			if got := text(p); got != test.want {
				t.Errorf("machines %s, want %s", got, test.want)
			}
		})
	}
}

// TestAMachineStaysInAShortGap, in which another one could hardly boot.
func TestAMachineStaysInAShortGap(t *testing.T) {
	twice := []plan.Scenario{scenario("browse", 0, plan.Options{Stages: []plan.Stage{
		stage(100*time.Second, 20), stage(50*time.Second, 5), stage(50*time.Second, 20), stage(100*time.Second, 0),
	}})}
	for lead, want := range map[time.Duration]string{
		time.Minute: "[[{0s 5m0s}] [{49.8s 4m10.2s}]]",
		time.Second: "[[{0s 5m0s}] [{49.8s 2m13.5s} {2m46.5s 4m10.2s}]]",
	} {
		if got := text(New(twice, Options{PerNode: 10, Lead: lead})); got != want {
			t.Errorf("with a lead of %v: machines %s, want %s", lead, got, want)
		}
	}
}

// TestSlotsThatHaveAMachine are those before the first one without.
func TestSlotsThatHaveAMachine(t *testing.T) {
	p := New([]plan.Scenario{scenario("buy", 0, plan.Options{MaxUsers: new(25), Rate: &shape.Rate{Count: 5, Per: time.Second}})}, Options{PerNode: 10})
	for missing, want := range []int{0, 10, 20, 25} {
		if got := p.Slots("buy", func(place int) bool { return place != missing }); got != want {
			t.Errorf("without place %d: %d slots, want %d", missing, got, want)
		}
	}
	if got := p.Slots("browse", func(int) bool { return true }); got != 0 {
		t.Errorf("a scenario that is not there has %d slots", got)
	}
}

// TestSomebodyHasUsersThatNobodyPlans: who are commanded belong to one place too.
func TestSomebodyHasUsersThatNobodyPlans(t *testing.T) {
	cut := scenario("browse", 0, plan.Options{Stages: []plan.Stage{stage(100*time.Second, 40)}, Duration: new(50 * time.Second)})
	nobody := scenario("wait", 0, plan.Options{Stages: []plan.Stage{stage(100*time.Second, 0)}})
	p := New([]plan.Scenario{cut, nobody}, Options{PerNode: 10})
	for i := range 2 {
		total := 0
		for k := range p.Places {
			total += p.Scenarios(k, 0)[i].OwnUsers(100)
		}
		if total != 100 {
			t.Errorf("%d of 100 commanded users of %s are somewhere", total, p.Scenarios(0, 0)[i].Name)
		}
	}
}
