package memory

import (
	"math"
	"time"
	"weak"
)

// An Account is what is known of one VM. Begin and Done are called by the goroutine that runs calls, busy, Reserve and Took by any.
type Account struct {
	watch *Watch
	busy  func() bool

	// Guarded by the watch.
	end   func(error) // of the running call
	grown uint64      // bytes that were taken while it was busy, recent ones above all
	spell int         // how many samples found it busy, one after the other
	fails bool        // the call ends for its memory
}

// Account makes an account; busy says, on any goroutine, whether a script runs just now, which it does not while it waits.
func (w *Watch) Account(busy func() bool) *Account { return &Account{watch: w, busy: busy} }

// Begin begins a call, which end ends with a cause. Done must follow.
func (a *Account) Begin(end func(cause error)) {
	w := a.watch
	if w == nil {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	a.end, a.spell, a.fails = end, 0, false
	w.calls[a] = struct{}{}
	if !w.looking {
		w.looking = true
		w.meter.sample()
		go w.look()
	}
}

// Done says that the call has ended.
func (a *Account) Done() {
	w := a.watch
	if w == nil {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.calls, a)
	if w.accused == a {
		w.accused = nil
	}
	if a.fails {
		w.ended, w.endedAt, w.left = weak.Make(a), time.Now(), min(w.meter.sample().taken, w.limit)
	}
}

// headroom is which part of the limit nobody may ask for: who takes just what is left would be ended soon after, in the middle of
// something else.
const headroom = 16

// large is from how many bytes on it is asked before they are taken.
const large = MB

// Reserve says whether a script may take so many bytes at once. The error is the cause with which its call must end.
func (a *Account) Reserve(bytes uint64) *Error {
	w := a.watch
	if w == nil || bytes < large {
		return nil
	}
	if !w.hasRoom(bytes, w.limit-w.limit/headroom) {
		return a.refuse(bytes)
	}
	a.charge(bytes)
	return nil
}

// Took says whether a script may go on that has taken so many bytes at once, for which nobody could ask before. It looks at once: one
// that doubles what it has may be several times over the limit when the watch looks next. The error is as that of Reserve.
func (a *Account) Took(bytes uint64) *Error {
	w := a.watch
	if w == nil || bytes < large {
		return nil
	}
	if !w.hasRoom(0, w.limit) {
		return a.refuse(bytes)
	}
	return nil
}

// charge notes what is about to be taken, perhaps while the script only waits.
func (a *Account) charge(bytes uint64) {
	a.watch.mu.Lock()
	defer a.watch.mu.Unlock()
	a.grown += bytes
}

func (a *Account) refuse(bytes uint64) *Error {
	a.watch.mu.Lock()
	defer a.watch.mu.Unlock()
	a.fails = true
	return &Error{Limit: a.watch.Limit(), Asked: int64(min(bytes, math.MaxInt64))}
}
