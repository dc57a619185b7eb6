package throttle

import (
	"context"
	"errors"
	"math/rand/v2"
	"sort"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

func newLocal(t *testing.T, definitions ...Definition) *Local {
	t.Helper()
	l, err := NewLocal(definitions)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// passes lets users go through a throttle again and again for some time, and returns when they passed.
func passes(t *testing.T, l *Local, name string, users int, d time.Duration) []time.Duration {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), d)
	defer cancel()
	began := time.Now()
	var mu sync.Mutex
	var times []time.Duration
	var all sync.WaitGroup
	for range users {
		all.Go(func() {
			for {
				if _, err := Acquire(ctx, l, name); err != nil {
					return
				}
				mu.Lock()
				times = append(times, time.Since(began))
				mu.Unlock()
			}
		})
	}
	all.Wait()
	sort.Slice(times, func(i, j int) bool { return times[i] < times[j] })
	return times
}

func smallestGap(times []time.Duration) time.Duration {
	least := time.Hour
	for i := 1; i < len(times); i++ {
		least = min(least, times[i]-times[i-1])
	}
	return least
}

func TestRateIsSmooth(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLocal(t, Definition{Name: "orders", Kind: Rate, Rate: 600, Interval: time.Minute})
		times := passes(t, l, "orders", 50, 30*time.Second+50*time.Millisecond)
		if len(times) != 301 || times[0] != 0 {
			t.Errorf("%d permits in 30 s, the first at %v; want 301, the first at once", len(times), times[0])
		}
		for i, at := range times {
			if at != time.Duration(i)*100*time.Millisecond {
				t.Fatalf("permit %d comes at %v, want every 100 ms", i, at)
			}
		}
	})
}

func TestRateIsSmoothWhileRamping(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLocal(t, Definition{Name: "orders", Kind: Rate, Rate: 60, Interval: time.Minute,
			Ramp: &Ramp{Rate: 600, Duration: 20 * time.Second}})
		times := passes(t, l, "orders", 50, 30*time.Second)
		if gap := smallestGap(times); gap < 90*time.Millisecond {
			t.Errorf("the smallest gap is %v, want none under 90 ms", gap)
		}
		// 1/s to 10/s over 20 s are 110, then 10 s of 10/s.
		if n := len(times); n < 208 || n > 212 {
			t.Errorf("%d permits in 30 s, want about 210", n)
		}
		for i := 2; i < len(times); i++ {
			if times[i]-times[i-1] > times[i-1]-times[i-2]+time.Millisecond {
				t.Errorf("gap %d is longer than the one before, though the pace grows", i)
			}
		}
	})
}

// TestRandomRamps: whatever the ramp and the users, no burst, and as many permits as the pace comes to.
func TestRandomRamps(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 60 {
		d := random(r)
		fastest := speed(d, 0)
		if d.Ramp != nil {
			fastest = max(fastest, speed(d, d.Ramp.Duration))
		}
		synctest.Test(t, func(t *testing.T) {
			took := time.Duration(1+r.IntN(12)) * time.Second
			times := passes(t, newLocal(t, d), "x", 1+r.IntN(20), took)
			if gap, least := smallestGap(times), time.Duration(0.9/fastest*1e9); gap < least && gap < time.Duration(1/fastest*1e9)-minSlack {
				t.Errorf("%+v %+v: the smallest gap is %v", d, d.Ramp, gap)
			}
			sum := 0.0
			for i := range 10000 {
				sum += speed(d, time.Duration((float64(i)+0.5)/10000*float64(took))) * took.Seconds() / 10000
			}
			if n := float64(len(times)); n < sum*0.999-1 || n > sum*1.001+2 {
				t.Errorf("%+v %+v: %v permits in %v, the pace comes to %v", d, d.Ramp, n, took, sum)
			}
		})
	}
}

// TestIdleSavesNothing: users who come after a quiet time find one permit, not all those of that time.
func TestIdleSavesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLocal(t, Definition{Name: "x", Kind: Interarrival, Interval: time.Second})
		passes(t, l, "x", 1, 500*time.Millisecond)
		time.Sleep(time.Minute)
		if times := passes(t, l, "x", 5, 3500*time.Millisecond); len(times) != 4 || smallestGap(times) < 950*time.Millisecond {
			t.Errorf("users pass at %v, want one a second", times)
		}
	})
}

// TestFirstComeFirstServed also has users in the middle of the queue give up.
func TestFirstComeFirstServed(t *testing.T) {
	for _, d := range []Definition{
		{Name: "x", Kind: Interarrival, Interval: time.Second},
		{Name: "x", Kind: Parallelism, Limit: 1},
	} {
		synctest.Test(t, func(t *testing.T) {
			l := newLocal(t, d)
			patient, impatient := t.Context(), make(chan error, 20)
			hasty, cancel := context.WithCancelCause(patient)
			var mu sync.Mutex
			var order []int
			var all sync.WaitGroup
			for i := range 20 {
				ctx := patient
				if i%3 == 1 {
					ctx = hasty
				}
				all.Go(func() {
					permit, err := Acquire(ctx, l, "x")
					if err != nil {
						impatient <- err
						return
					}
					mu.Lock()
					order = append(order, i)
					mu.Unlock()
					if permit.Release != nil {
						time.Sleep(time.Second)
						permit.Release()
						permit.Release()
					}
				})
				synctest.Wait()
			}
			left := errors.New("no time")
			cancel(left)
			all.Wait()
			if !sort.IntsAreSorted(order) || len(order) != 13 {
				t.Errorf("%s: users pass in the order %v", d.Kind, order)
			}
			for range 20 - len(order) {
				if err := <-impatient; err != left {
					t.Errorf("who gives up gets %v, want the cause", err)
				}
			}
		})
	}
}

func TestParallelism(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLocal(t, Definition{Name: "pay", Kind: Parallelism, Limit: 3})
		var mu sync.Mutex
		var inside, most, through, waited int
		var all sync.WaitGroup
		began := time.Now()
		for range 30 {
			all.Go(func() {
				permit, err := Acquire(t.Context(), l, "pay")
				if err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				inside++
				if permit.Waited > 0 {
					waited++
				}
				most, through = max(most, inside), through+1
				mu.Unlock()
				time.Sleep(time.Second)
				mu.Lock()
				inside--
				mu.Unlock()
				permit.Release()
			})
		}
		all.Wait()
		if took := time.Since(began); most != 3 || through != 30 || waited != 27 || took != 10*time.Second {
			t.Errorf("%d users went through in %v, %d waited, at most %d at once; want 30 in 10 s, 27 that wait, 3 at once", through, took, waited, most)
		}
	})
}

// TestCancelledAtTheSameMoment: a slot that was given to somebody who gave up is never lost.
func TestCancelledAtTheSameMoment(t *testing.T) {
	l := newLocal(t, Definition{Name: "x", Kind: Parallelism, Limit: 1})
	for range 2000 {
		holder, err := Acquire(t.Context(), l, "x")
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		var both sync.WaitGroup
		both.Go(func() {
			if permit, err := Acquire(ctx, l, "x"); err == nil {
				permit.Release()
			}
		})
		both.Go(cancel)
		holder.Release()
		both.Wait()
	}
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	if _, err := Acquire(ctx, l, "x"); err != nil {
		t.Errorf("the slot is lost: %v", err)
	}
}

func TestRampsCountFromBegin(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLocal(t, Definition{Name: "x", Kind: Interarrival, Interval: time.Hour, Ramp: &Ramp{Interval: time.Second, Duration: time.Minute}})
		l.Begin()
		time.Sleep(time.Minute)
		l.Begin()
		if times := passes(t, l, "x", 2, 3500*time.Millisecond); len(times) != 4 {
			t.Errorf("users pass at %v, want one a second, as after the ramp", times)
		}
	})
}

func TestWrongDefinitions(t *testing.T) {
	rate := Definition{Name: "a", Kind: Rate, Rate: 1, Interval: time.Minute}
	with := func(change func(*Definition)) []Definition { d := rate; change(&d); return []Definition{d} }
	tests := []struct {
		definitions []Definition
		want        string
	}{
		{[]Definition{rate}, ""},
		{with(func(d *Definition) { d.Name = "" }), "needs a name"},
		{with(func(d *Definition) { d.Kind = "jam" }), `Kind("jam")("a"): there is no such kind`},
		{with(func(d *Definition) { d.Rate = 0 }), `Rate("a"): the rate must be a number above 0, not 0`},
		{with(func(d *Definition) { d.Rate = -3 }), "not -3"},
		{with(func(d *Definition) { d.Interval = 0 }), "the interval must be longer than 0, not 0s"},
		{with(func(d *Definition) { d.Kind, d.Interval = Interarrival, -1 }), `Interarrival("a"): the interval must be longer than 0`},
		{with(func(d *Definition) { d.Kind = Parallelism }), `Parallelism("a"): the limit must be a whole number from 1 on, not 0`},
		{with(func(d *Definition) { d.Kind, d.Limit, d.Ramp = Parallelism, 1, &Ramp{} }), "a limit cannot ramp"},
		{with(func(d *Definition) { d.Ramp = &Ramp{Duration: 1} }), "the target of the ramp must be a number above 0, not 0"},
		{with(func(d *Definition) { d.Kind, d.Ramp = Interarrival, &Ramp{Duration: 1} }), "the target of the ramp must be longer than 0"},
		{with(func(d *Definition) { d.Ramp = &Ramp{Rate: 1} }), "the ramp must take longer than 0"},
		{with(func(d *Definition) { d.Ramp = &Ramp{Rate: 1, Duration: 1, Steps: -1} }), "steps of the ramp"},
		{[]Definition{rate, {Name: "b", Kind: Parallelism, Limit: 1}, {Name: "a", Kind: Parallelism, Limit: 1}}, `throttle "a" is defined twice`},
	}
	for _, test := range tests {
		_, err := NewLocal(test.definitions)
		if (err == nil) != (test.want == "") || err != nil && !strings.Contains(err.Error(), test.want) {
			t.Errorf("NewLocal(%+v) = %v, want %q", test.definitions, err, test.want)
		}
	}
	if _, err := Acquire(t.Context(), newLocal(t, rate), "b"); err == nil || !strings.Contains(err.Error(), `no throttle "b"`) {
		t.Errorf("an unknown name gives %v", err)
	}
}
