package memory

import (
	"math"
	"runtime"
	"time"
	"weak"
)

// An Account is what is known of one VM. Begin and Done are called by the goroutine that runs calls, busy, Reserve and Took by any.
type Account struct {
	watch *Watch
	busy  func() bool

	// Guarded by the watch.
	end   func(error)     // of the running call
	over  <-chan struct{} // closed when it must end
	grown uint64          // bytes that were taken while it was busy, recent ones above all
	spell int             // how many samples found it busy, one after the other
}

// Account makes an account; busy says, on any goroutine, whether a script runs just now, which it does not while it waits.
func (w *Watch) Account(busy func() bool) *Account { return &Account{watch: w, busy: busy} }

// Begin begins a call, which end ends with a cause, and which must end when over is closed. Done must follow.
func (a *Account) Begin(over <-chan struct{}, end func(cause error)) {
	w := a.watch
	if w == nil {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	a.end, a.over, a.spell = end, over, 0
	w.calls[a] = struct{}{}
	if !w.looking {
		w.looking = true
		w.meter.sample()
		go w.look()
	}
}

// Done says that the call has ended, and whether it had to for its memory.
func (a *Account) Done(grown bool) {
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
	if grown {
		w.ended = append(w.ended, leftover{weak.Make(a), time.Now()})
		w.after = w.meter.taken()
	}
}

// headroom is which part of the limit nobody may ask for: who takes just what is left would be ended soon after, in the middle of
// something else.
const headroom = 16

// large is from how many bytes on it is asked before they are taken.
const large = MB

// Reserve says whether a script may take so many bytes at once. The error is the cause with which its call must end. When there is no
// room, another script may have to end for it, and what such a one left be collected, which Reserve waits for.
func (a *Account) Reserve(bytes uint64) *Error {
	w := a.watch
	if w == nil || bytes < large {
		return nil
	}
	if err := a.find(bytes, bytes, w.limit-w.limit/headroom); err != nil {
		return err
	}
	a.charge(bytes)
	return nil
}

// Took says whether a script may go on that has taken so many bytes at once, for which nobody could ask before. It looks at once: one
// that doubles what it has may be several times over the limit when the watch looks next. It is as Reserve otherwise.
func (a *Account) Took(bytes uint64) *Error {
	w := a.watch
	if w == nil || bytes < large {
		return nil
	}
	return a.find(0, bytes, w.limit)
}

// find waits until there is room for so many bytes more within most, on behalf of what is as large as asked.
func (a *Account) find(more, asked, most uint64) *Error {
	refused := &Error{Limit: a.watch.Limit(), Asked: int64(min(asked, math.MaxInt64))}
	if more > most {
		return refused
	}
	begun := time.Now()
	for collected := false; a.watch.taken() > most-more; collected = true {
		if collected && (!a.mayWait(asked) || time.Since(begun) > settling) {
			return refused
		}
		runtime.GC()
	}
	return nil
}

// charge notes what is about to be taken, perhaps while the script only waits.
func (a *Account) charge(bytes uint64) {
	a.watch.mu.Lock()
	defer a.watch.mu.Unlock()
	a.grown += bytes
}

// mayWait waits a moment for another to end, or for what one left to be collected: false when this one grew most with what it asks for,
// or must end anyway.
func (a *Account) mayWait(asked uint64) bool {
	w := a.watch
	if !w.settles() && !w.endAnother(a, asked) {
		return false
	}
	w.mu.Lock()
	over := a.over
	w.mu.Unlock()
	select {
	case <-time.After(shortest):
		return true
	case <-over:
		return false
	}
}
