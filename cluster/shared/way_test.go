package shared

import (
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/liveload/liveload/throttle"
)

// TestWay: a message that was held up is told from clocks that differ and drift apart.
func TestWay(t *testing.T) {
	began := time.Now()
	w := way{began: began}
	const behind, usual = -3 * time.Hour, 2 * time.Millisecond
	for second := range 24 * 3600 {
		at := time.Duration(second) * time.Second
		drift := at / 10_000 // of a bad clock: 8 s a day
		took := usual + time.Duration(second%7)*time.Millisecond
		cut := second%1000 >= 980
		if cut {
			took = time.Duration(1000-second%1000) * time.Second
		}
		more := w.more(began.Add(at), behind+at-took-drift)
		if took > 2*time.Second && more < lateAfter {
			t.Fatalf("at %v: a way of %v counts as %v more than usual", at, took, more)
		}
		if !cut && more > 50*time.Millisecond {
			t.Fatalf("at %v: a usual way counts as %v more", at, more)
		}
	}
}

// TestNoBurstAfterACut: users whose turn came while their node was cut off queue up again, so that the pace holds for the
// application.
func TestNoBurstAfterACut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var l Local
		var mu sync.Mutex
		var times []time.Time
		var all sync.WaitGroup
		var workers []*worker
		over := time.Now().Add(time.Minute)
		for i := range uint64(4) {
			w := join(t, i, false, &l)
			workers = append(workers, w)
			set := w.throttles(t, throttle.Definition{Name: "orders", Kind: throttle.Rate, Rate: 600, Interval: time.Minute})
			for user := range 50 {
				all.Go(func() {
					time.Sleep(time.Duration(user) * 20 * time.Millisecond) // so that the nodes take turns
					for time.Now().Before(over) {
						permit, err := throttle.Acquire(t.Context(), set, "orders")
						if err != nil || permit.Waited > 45*time.Second {
							t.Errorf("%+v, %v", permit, err)
						}
						mu.Lock()
						times = append(times, time.Now())
						mu.Unlock()
					}
				})
			}
		}
		time.Sleep(10 * time.Second)
		workers[1].cut(true)
		time.Sleep(15 * time.Second)
		workers[1].cut(false)
		all.Wait()
		slices.SortFunc(times, time.Time.Compare)
		most := 0
		for i := range times {
			n := 0
			for n < len(times)-i && times[i+n].Sub(times[i]) < time.Second {
				n++
			}
			most = max(most, n)
		}
		// Ten a second, and what was given to the node in the second before it was back.
		if most > 14 {
			t.Errorf("%d users passed in one second", most)
		}
		for _, w := range workers {
			w.leave()
		}
	})
}
