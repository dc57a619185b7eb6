package shared

import (
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/liveload/liveload/throttle"
)

// TestSequences: whoever asks at the same time, each number comes once and none is left out.
func TestSequences(t *testing.T) {
	const nodes, each = 8, 1000
	var l Local
	taken := make([]bool, nodes*each)
	var mu sync.Mutex
	var all sync.WaitGroup
	for range nodes {
		all.Go(func() {
			for range each {
				n, err := l.Next(t.Context(), "rows")
				mu.Lock()
				if err != nil || n >= int64(len(taken)) || taken[n] {
					t.Errorf("number %d, error %v", n, err)
				} else {
					taken[n] = true
				}
				mu.Unlock()
			}
		})
	}
	all.Wait()
	if n, err := l.Next(t.Context(), "other rows"); n != 0 || err != nil {
		t.Errorf("another sequence begins with %d, %v", n, err)
	}
}

func TestThrottlesOfAllNodesAreTheSame(t *testing.T) {
	slow := []throttle.Definition{{Name: "orders", Kind: throttle.Rate, Rate: 1, Interval: time.Hour,
		Ramp: &throttle.Ramp{Rate: 2, Duration: time.Hour}}}
	var l Local
	first, err := l.Throttles(t.Context(), "shop", slow)
	if err != nil {
		t.Fatal(err)
	}
	ramp := *slow[0].Ramp
	copied := []throttle.Definition{slow[0]}
	copied[0].Ramp = &ramp
	if again, err := l.Throttles(t.Context(), "shop", copied); again != first || err != nil {
		t.Errorf("a second node gets %v, %v; want the throttles of the first one", again, err)
	}
	ramp.Rate = 3
	if _, err := l.Throttles(t.Context(), "shop", copied); err == nil || !strings.Contains(err.Error(), "return the same everywhere") {
		t.Errorf("other throttles on a second node: %v", err)
	}
	if other, err := l.Throttles(t.Context(), "blog", copied); other == first || err != nil {
		t.Errorf("another script gets %v, %v; want throttles of its own", other, err)
	}
	if _, err := l.Throttles(t.Context(), "wiki", []throttle.Definition{{Name: "x"}}); err == nil {
		t.Error("a throttle without a kind is none")
	}
}

// TestRefusedThrottlesDoNotCount: a node that defines nonsense, or too much, takes nothing from the others.
func TestRefusedThrottlesDoNotCount(t *testing.T) {
	var l Local
	for range maxThrottles {
		if _, err := l.Throttles(t.Context(), "wiki", []throttle.Definition{{Name: "x"}}); err == nil {
			t.Fatal("a throttle without a kind is none")
		}
	}
	if _, err := l.Throttles(t.Context(), "wiki", make([]throttle.Definition, maxThrottles+1)); err == nil {
		t.Error("too many throttles are taken")
	}
	good := []throttle.Definition{{Name: "orders", Kind: throttle.Rate, Rate: 1, Interval: time.Hour}}
	if _, err := l.Throttles(t.Context(), "shop", good); err != nil {
		t.Error(err)
	}
}

// BenchmarkNext is what taking a row costs besides the script's own work.
func BenchmarkNext(b *testing.B) {
	var l Local
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if _, err := l.Next(b.Context(), "next of csv data/accounts.csv ','"); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// TestAnew: the next load on the same application keeps the pace of throttles and goes on with what is given once. Slots, ramps
// and other sequences begin anew.
func TestAnew(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		definitions := []throttle.Definition{{Name: "minute", Kind: throttle.Interarrival, Interval: time.Minute}, {Name: "rare", Kind: throttle.Interarrival, Interval: 3 * time.Minute}, {Name: "one", Kind: throttle.Parallelism, Limit: 1}}
		state := &Local{}
		for load, wait := range []time.Duration{0, 40 * time.Second, 50 * time.Second} {
			set, err := state.Throttles(t.Context(), "shop", definitions)
			if err != nil {
				t.Fatal(err)
			}
			for name, want := range map[string]time.Duration{"minute": wait, "one": 0} {
				if permit, err := throttle.Acquire(t.Context(), set, name); err != nil || permit.Waited != want {
					t.Errorf("load %d waits %v for %s, %v; want %v", load, permit.Waited, name, err, want)
				}
			}
			if load != 1 { // what a load does not use keeps the pace all the same
				if permit, err := throttle.Acquire(t.Context(), set, "rare"); err != nil || permit.Waited != []time.Duration{0, 0, time.Minute}[load] {
					t.Errorf("load %d waits %v for rare, %v", load, permit.Waited, err)
				}
			}
			once, err := state.Next(t.Context(), "once")
			other, err2 := state.Next(t.Context(), "other")
			if once != int64(load) || other != 0 || err != nil || err2 != nil {
				t.Errorf("load %d takes %d and %d, %v %v", load, once, other, err, err2)
			}
			time.Sleep([]time.Duration{20, 10, 0}[load] * time.Second)
			state = state.Anew(func(sequence string) bool { return sequence == "once" })
			if n := state.Taken(func(sequence string) bool { return sequence == "once" }); n != int64(load)+1 {
				t.Errorf("after load %d, %d were taken", load, n)
			}
		}
	})
}
