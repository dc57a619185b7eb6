package shared

import (
	"strings"
	"sync"
	"testing"
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
