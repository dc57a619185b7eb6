package memory

import (
	"errors"
	"math"
	"runtime"
	"runtime/debug"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// TestWhoGrows has users that run a little now and then beside one that grows: it alone is ended.
func TestWhoGrows(t *testing.T) {
	t.Cleanup(func() { debug.SetMemoryLimit(math.MaxInt64) })
	w := NewWatch(200 * MB)
	var turn atomic.Int64 // of a harmless user; others wait
	var ended atomic.Bool
	const harmless = 8
	for i := range harmless {
		a := w.Account(func() bool { return turn.Load() == int64(i) })
		a.Begin(nil, func(error) { t.Errorf("harmless user %d was ended", i) })
		defer a.Done(false)
	}
	grower := w.Account(func() bool { return true })
	var cause error
	grower.Begin(nil, func(err error) { cause = err; ended.Store(true) })
	var all [][]byte
	for i := range 1000 {
		all = append(all, make([]byte, MB))
		turn.Store(int64(i % harmless))
		if w.sample(); ended.Load() {
			break
		}
	}
	grower.Done(true)
	if e, ok := cause.(*Error); !ok || e.Limit != 200*MB || len(all) > 400 {
		t.Errorf("with %d MB it was ended with %v", len(all), cause)
	}
}

// TestAfterTheEnd has what a call held stay in memory for a while after its end: whoever runs then is left alone.
func TestAfterTheEnd(t *testing.T) {
	t.Cleanup(func() { debug.SetMemoryLimit(math.MaxInt64) })
	synctest.Test(t, func(t *testing.T) {
		w := NewWatch(200 * MB)
		grower, next := w.Account(func() bool { return true }), w.Account(func() bool { return true })
		var first, second atomic.Bool
		grower.Begin(nil, func(error) { first.Store(true) })
		held := make([]byte, 300*MB)
		w.sample()
		grower.Done(true)
		next.Begin(nil, func(error) { second.Store(true) })
		w.sample()
		if !first.Load() || second.Load() {
			t.Errorf("ended are the one that grew: %v, and the next: %v", first.Load(), second.Load())
		}
		time.Sleep(2 * settling)
		if !second.Load() {
			t.Error("nobody is ended for what stays")
		}
		runtime.KeepAlive(held)
		runtime.KeepAlive(grower)
		next.Done(false)
		time.Sleep(longest) // the watch stops looking
	})
}

// TestAfterARefusal: also what a call held that asked for too much is nothing that the next call answers for.
func TestAfterARefusal(t *testing.T) {
	t.Cleanup(func() { debug.SetMemoryLimit(math.MaxInt64) })
	w := NewWatch(200 * MB)
	grower, next := w.Account(func() bool { return false }), w.Account(func() bool { return false })
	grower.Begin(nil, func(error) {})
	held := make([]byte, 150*MB)
	if err := grower.Reserve(100 * MB); err == nil {
		t.Error("100 MB beside 150 MB are allowed")
	}
	grower.Done(true)
	next.Begin(nil, func(err error) { t.Errorf("the next is ended: %v", err) })
	defer next.Done(false)
	go func(held []byte, grower *Account) { // Reserve waits until what the first one held is gone
		time.Sleep(20 * time.Millisecond)
		runtime.KeepAlive(held)
		runtime.KeepAlive(grower)
	}(held, grower)
	held, grower = nil, nil
	if err := next.Reserve(100 * MB); err != nil {
		t.Errorf("100 MB of the next are not allowed: %v", err)
	}
	second := make([]byte, 150*MB)
	if err := next.Reserve(100 * MB); err == nil {
		t.Error("100 MB beside 150 MB of its own are allowed")
	}
	runtime.KeepAlive(second)
}

// TestWhoAnswersForAll: a text that does not fit ends who grew most, not who made it, who goes on when that is gone.
func TestWhoAnswersForAll(t *testing.T) {
	t.Cleanup(func() { debug.SetMemoryLimit(math.MaxInt64) })
	w := NewWatch(200 * MB)
	var held atomic.Pointer[[]byte]
	all := make([]byte, 250*MB)
	held.Store(&all)
	over := make(chan struct{})
	grower, next := w.Account(func() bool { return true }), w.Account(func() bool { return false })
	grower.grown = 250 * MB
	next.Begin(nil, func(err error) { t.Errorf("the next is ended: %v", err) })
	defer next.Done(false)
	grower.Begin(over, func(error) { close(over) })
	go func() {
		<-over
		held.Store(nil)
		grower.Done(true)
	}()
	if err := next.Took(2 * MB); err != nil {
		t.Errorf("the next is refused: %v", err)
	}
	if held.Load() != nil {
		t.Error("the one that grew is not ended")
	}
}

// TestGivenUp: a call that does not end keeps nobody else that grows from being ended.
func TestGivenUp(t *testing.T) {
	t.Cleanup(func() { debug.SetMemoryLimit(math.MaxInt64) })
	w := NewWatch(200 * MB)
	stuck, grower := w.Account(func() bool { return true }), w.Account(func() bool { return true })
	stuck.Begin(nil, func(error) {})
	t.Cleanup(func() { stuck.Done(false) }) // after mu is free again
	stuck.grown = 1000 * MB
	w.accuse(func(a *Account) uint64 { return a.grown })
	stuck.GaveUp(false)
	ended := false
	grower.Begin(nil, func(error) { ended = true })
	t.Cleanup(func() { grower.Done(true) })
	w.accuse(func(a *Account) uint64 { return a.grown })
	w.mu.Lock()
	defer w.mu.Unlock()
	if !ended {
		t.Error("the one that grows is not ended")
	}
}

// TestTopLevelAgain: a VM that takes the place of one that grew makes its top level while the other is still there.
func TestTopLevelAgain(t *testing.T) {
	t.Cleanup(func() { debug.SetMemoryLimit(math.MaxInt64) })
	w := NewWatch(200 * MB)
	old, next := w.Account(func() bool { return false }), w.Account(func() bool { return false })
	old.Begin(nil, func(error) {})
	held := make([]byte, 250*MB)
	old.Done(true)
	next.Trust(true)
	next.Begin(nil, func(err error) { t.Errorf("it is ended: %v", err) })
	defer next.Done(false)
	began := time.Now()
	if err := errors.Join(asError(next.Reserve(10*MB)), asError(next.Took(10*MB))); err != nil || time.Since(began) > settling/2 {
		t.Errorf("after %v: %v", time.Since(began), err)
	}
	if next.Reserve(300*MB) == nil {
		t.Error("it may take more than the limit")
	}
	runtime.KeepAlive(held)
	runtime.KeepAlive(old)
}

func asError(e *Error) error {
	if e == nil {
		return nil
	}
	return e
}

// TestTextsThatWereMade: whoever has made a long text goes on as long as all is less than the limit.
func TestTextsThatWereMade(t *testing.T) {
	t.Cleanup(func() { debug.SetMemoryLimit(math.MaxInt64) })
	w := NewWatch(200 * MB)
	a := w.Account(func() bool { return true })
	a.Begin(nil, func(error) {})
	defer a.Done(false)
	var all [][]byte
	for _, refused := range []bool{false, false, true} {
		all = append(all, make([]byte, 90*MB))
		if err := a.Took(90 * MB); (err != nil) != refused {
			t.Errorf("after %d MB it is refused: %v, not %v", 90*len(all), err, refused)
		}
	}
	runtime.KeepAlive(all)
}

// TestGarbageIsNoGrowth makes much garbage, which ends nobody.
func TestGarbageIsNoGrowth(t *testing.T) {
	t.Cleanup(func() { debug.SetMemoryLimit(math.MaxInt64) })
	w := NewWatch(200 * MB)
	a := w.Account(func() bool { return true })
	a.Begin(nil, func(err error) { t.Errorf("ended: %v", err) })
	defer a.Done(false)
	for range 1000 {
		_ = make([]byte, 2*MB)
		w.sample()
	}
}

// BenchmarkCall is what the watch adds to a call.
func BenchmarkCall(b *testing.B) {
	w := NewWatch(2000 * MB)
	a := w.Account(func() bool { return true })
	for b.Loop() {
		a.Begin(nil, func(error) {})
		a.Done(false)
	}
	debug.SetMemoryLimit(math.MaxInt64)
}
