package shared

import (
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

	"github.com/liveload/liveload/throttle"
)

// A worker is a Remote with its Server, over wires that a test can break. It lives in a bubble of synctest.
type worker struct {
	*Remote
	server   *Server
	up, down *wire
}

func join(t *testing.T, seed uint64, faults bool, state State) *worker {
	t.Helper()
	w := &worker{Remote: newRemote(), server: newServer(state, slog.New(slog.DiscardHandler))}
	w.up, w.down = connect(t, seed, faults, &w.Remote.link, &w.server.link)
	return w
}

func (w *worker) cut(cut bool) { w.up.setCut(cut); w.down.setCut(cut) }

func (w *worker) leave() {
	w.Remote.end()
	w.server.end()
	w.up.flying.Wait()
	w.down.flying.Wait()
}

func (w *worker) throttles(t *testing.T, definitions ...throttle.Definition) throttle.Set {
	t.Helper()
	set, err := w.Throttles(t.Context(), "shop", definitions)
	if err != nil {
		t.Fatal(err)
	}
	return set
}

var oneSlot = throttle.Definition{Name: "pay", Kind: throttle.Parallelism, Limit: 1}

// TestOneQueueForAllNodes: users of four nodes pass in the order in which they came, at the pace of one throttle.
func TestOneQueueForAllNodes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const users = 100
		var l Local
		var sets []throttle.Set
		var workers []*worker
		for i := range 4 {
			w := join(t, uint64(i), false, &l)
			sets = append(sets, w.throttles(t, throttle.Definition{Name: "orders", Kind: throttle.Rate, Rate: 600, Interval: time.Minute}))
			workers = append(workers, w)
		}
		var mu sync.Mutex
		var order []int
		var times []time.Time
		var all sync.WaitGroup
		for i := range users {
			all.Go(func() {
				permit, err := throttle.Acquire(t.Context(), sets[i%4], "orders")
				mu.Lock()
				defer mu.Unlock()
				if err != nil || permit.Release != nil || (permit.Waited == 0) != (i == 0) {
					t.Errorf("user %d gets %+v, %v", i, permit, err)
				}
				order, times = append(order, i), append(times, time.Now())
			})
			time.Sleep(2 * time.Millisecond) // so that one comes after the other
		}
		all.Wait()
		if !slices.IsSorted(order) {
			t.Errorf("users passed in the order %v", order)
		}
		for i := 1; i < users; i++ {
			if gap := times[i].Sub(times[i-1]); gap < 95*time.Millisecond || gap > 105*time.Millisecond {
				t.Errorf("gap %d is %v, want 100ms", i, gap)
			}
		}
		for _, w := range workers {
			w.leave()
		}
	})
}

// TestSlotsThroughFaults: over a network that loses, repeats and cuts, no slot is lost or given to two users, also
// when users stop to wait.
func TestSlotsThroughFaults(t *testing.T) {
	for seed := range uint64(10) {
		synctest.Test(t, func(t *testing.T) {
			var l Local
			three := oneSlot
			three.Limit = 3
			var workers []*worker
			var mu sync.Mutex
			var inside, most, passed, left int
			var all sync.WaitGroup
			for i := range uint64(3) {
				w := join(t, seed*10+i, true, &l)
				workers = append(workers, w)
				set := w.throttles(t, three)
				for user := range 40 {
					all.Go(func() {
						ctx, cancel := t.Context(), func() {}
						if user%4 == 0 {
							ctx, cancel = context.WithTimeout(ctx, time.Duration(user)*300*time.Millisecond)
						}
						defer cancel()
						permit, err := throttle.Acquire(ctx, set, "pay")
						mu.Lock()
						if err != nil {
							left++
							mu.Unlock()
							return
						}
						inside, passed = inside+1, passed+1
						most = max(most, inside)
						mu.Unlock()
						time.Sleep(300 * time.Millisecond)
						mu.Lock()
						inside--
						mu.Unlock()
						permit.Release()
						permit.Release()
					})
				}
			}
			for i := range 3 {
				time.Sleep(2 * time.Second)
				workers[i].cut(true)
				time.Sleep(5 * time.Second)
				workers[i].cut(false)
			}
			all.Wait()
			if most > 3 || passed+left != 120 || passed < 90 {
				t.Errorf("seed %d: %d users passed, %d left, %d were inside at once; want 120 in all and 3 inside", seed, passed, left, most)
			}
			time.Sleep(time.Minute) // until everything is back
			set, _ := l.Throttles(t.Context(), "shop", []throttle.Definition{three})
			for range 3 {
				if _, err := throttle.Acquire(t.Context(), set, "pay"); err != nil {
					t.Fatal(err)
				}
			}
			for _, w := range workers {
				if n := w.server.outstanding(); n != 0 || len(w.waiting) != 0 || w.held != 0 {
					t.Errorf("seed %d: the server remembers %d requests, the worker %d and %d slots", seed, n, len(w.waiting), w.held)
				}
				w.leave()
			}
		})
	}
}

// TestSlotsOfADeadNodeReturn also withdraws what its users wait for.
func TestSlotsOfADeadNodeReturn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var l Local
		dead, alive := join(t, 1, false, &l), join(t, 2, false, &l)
		mine, other := dead.throttles(t, oneSlot), alive.throttles(t, oneSlot)
		if _, err := throttle.Acquire(t.Context(), mine, "pay"); err != nil {
			t.Fatal(err)
		}
		waiting := make(chan error, 1)
		go func() { _, err := throttle.Acquire(t.Context(), mine, "pay"); waiting <- err }()
		time.Sleep(time.Second)
		passed := make(chan throttle.Permit)
		go func() {
			permit, err := throttle.Acquire(t.Context(), other, "pay")
			if err != nil {
				t.Error(err)
			}
			passed <- permit
		}()
		time.Sleep(time.Second)
		dead.server.end()
		if permit := <-passed; permit.Waited < 900*time.Millisecond || permit.Waited > 1100*time.Millisecond {
			t.Errorf("the other node's user has waited %v, want a second", permit.Waited)
		}
		dead.Remote.end()
		if err := <-waiting; !errors.Is(err, errClosed) {
			t.Errorf("a user of the dead node gets %v", err)
		}
		if _, err := throttle.Acquire(t.Context(), mine, "pay"); !errors.Is(err, errClosed) {
			t.Errorf("a user who asks afterwards gets %v", err)
		}
		dead.up.flying.Wait()
		dead.down.flying.Wait()
		alive.leave()
	})
}

// TestANodeLeavesWhileItsUsersPass: permits that come at the same moment do no harm.
func TestANodeLeavesWhileItsUsersPass(t *testing.T) {
	fast := throttle.Definition{Name: "orders", Kind: throttle.Rate, Rate: 600_000, Interval: time.Minute}
	for range 10 {
		var l Local
		s := newServer(&l, slog.New(slog.DiscardHandler))
		silent(&s.link)
		s.serve(&request{ID: 1, Op: opDefine, Key: "shop", Definitions: []throttle.Definition{fast}})
		for id := range uint64(2000) {
			s.serve(&request{ID: 2 + id, Op: opPermit, Key: "shop", Name: "orders"})
		}
		s.end()
		if len(s.asks) != 0 {
			t.Errorf("%d users still wait", len(s.asks))
		}
	}
}

// TestRowsThroughFaults: each number comes once and none is left out, also when users leave while theirs is on its way.
func TestRowsThroughFaults(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var l Local
		var mu sync.Mutex
		var numbers []int64
		var all sync.WaitGroup
		var workers []*worker
		for i := range uint64(4) {
			w := join(t, i, true, &l)
			workers = append(workers, w)
			for user := range 50 {
				all.Go(func() {
					for turn := range 20 {
						ctx, cancel := context.WithTimeout(t.Context(), time.Duration(1+(user+turn)%7)*20*time.Millisecond)
						n, err := w.Next(ctx, "rows")
						cancel()
						if err == nil {
							mu.Lock()
							numbers = append(numbers, n)
							mu.Unlock()
						}
					}
				})
			}
		}
		all.Wait()
		time.Sleep(time.Minute) // until the last numbers have come
		for _, w := range workers {
			w.mu.Lock()
			numbers = append(numbers, w.spare["rows"]...)
			w.mu.Unlock()
			w.leave()
		}
		slices.Sort(numbers)
		for i, n := range numbers {
			if n != int64(i) {
				t.Fatalf("number %d comes at place %d of %d", n, i, len(numbers))
			}
		}
		if len(numbers) < 500 {
			t.Errorf("only %d numbers were taken", len(numbers))
		}
	})
}

// TestRampsCountOnOneClock: the first user of any node begins the ramp for all.
func TestRampsCountOnOneClock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var l Local
		ramp := throttle.Definition{Name: "x", Kind: throttle.Interarrival, Interval: time.Hour,
			Ramp: &throttle.Ramp{Interval: time.Second, Duration: time.Minute}}
		a, b := join(t, 1, false, &l), join(t, 2, false, &l)
		first, second := a.throttles(t, ramp), b.throttles(t, ramp)
		first.Begin()
		time.Sleep(time.Minute)
		second.Begin()
		began := time.Now()
		for range 4 {
			if _, err := throttle.Acquire(t.Context(), second, "x"); err != nil {
				t.Fatal(err)
			}
		}
		if took := time.Since(began); took < 3*time.Second || took > 3100*time.Millisecond {
			t.Errorf("4 permits took %v, want 3 s, as after the ramp", took)
		}
		a.leave()
		b.leave()
	})
}

// TestErrorsReachTheScript: what is wrong is said by the node that asks.
func TestErrorsReachTheScript(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var l Local
		a, b := join(t, 1, false, &l), join(t, 2, false, &l)
		defer a.leave()
		defer b.leave()
		set := a.throttles(t, oneSlot)
		two := oneSlot
		two.Limit = 2
		_, different := b.Throttles(t.Context(), "shop", []throttle.Definition{two})
		_, unknown := throttle.Acquire(t.Context(), set, "ship")
		_, long := a.Next(t.Context(), strings.Repeat("x", maxName+1))
		_, many := a.Throttles(t.Context(), "many", slices.Repeat([]throttle.Definition{oneSlot}, maxFrame/20))
		for _, test := range []struct {
			err  error
			want string
		}{
			{different, "return the same everywhere"}, {unknown, `no throttle "ship"`},
			{long, "longer than 4096 bytes"}, {many, "bytes are too many"},
		} {
			if test.err == nil || !strings.Contains(test.err.Error(), test.want) {
				t.Errorf("%v, want: %s", test.err, test.want)
			}
		}
		b.cut(true)
		gone := errors.New("the iteration is over")
		ctx, cancel := context.WithTimeoutCause(t.Context(), time.Second, gone)
		defer cancel()
		if _, err := b.Next(ctx, "rows"); err != gone {
			t.Errorf("who does not want to wait for the controller gets %v", err)
		}
		if n, err := a.Next(t.Context(), "rows"); n != 0 || err != nil {
			t.Errorf("another node gets %d, %v", n, err)
		}
	})
}

// TestTooManyWait: a node that asks without end is told so, and costs the controller no more than its bound.
func TestTooManyWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var l Local
		w := join(t, 1, false, &l)
		set := w.throttles(t, oneSlot)
		var refused error
		for range maxWaiting + 1 {
			set.Ask("pay", func(_ throttle.Permit, err error) {
				if err != nil && refused == nil {
					refused = err
				}
			})
		}
		if want := fmt.Sprintf("%d users of this node wait", maxWaiting); refused == nil || !strings.Contains(refused.Error(), want) {
			t.Errorf("%v, want: %s", refused, want)
		}
		w.leave()
	})
}

// TestUsersThatGiveUpInALongCut: what waits for the controller is bounded, and all goes on when that has it.
func TestUsersThatGiveUpInALongCut(t *testing.T) {
	r := newRemote()
	ask := func() error {
		p, err := r.queue(request{Op: opNext, Name: "rows"}, func(answer, error) {})
		if err == nil && !r.withdraw(p) {
			t.Fatal("a request was answered that nobody has heard")
		}
		return err
	}
	asked := 0
	for ; ask() == nil; asked++ {
		if asked > maxUnacknowledged {
			t.Fatalf("%d requests wait for the controller", asked)
		}
	}
	if err := ask(); err == nil || !strings.Contains(err.Error(), "the controller cannot be reached") || r.link.unacknowledged() > maxUnacknowledged+1 {
		t.Errorf("%v; %d messages wait", err, r.link.unacknowledged())
	}
	r.link.acknowledged(uint64(r.link.unacknowledged()))
	if err := ask(); err != nil {
		t.Errorf("when the controller has all of them: %v", err)
	}
}
