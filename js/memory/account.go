package memory

import (
	"math"
	"time"
)

// An Account is what is known of one VM. Begin and Done are called by the goroutine that runs calls, Trust by who makes the VM, the others by any.
type Account struct {
	watch *Watch
	busy  func() bool

	// Guarded by the watch.
	end     func(error)     // of the running call
	over    <-chan struct{} // closed when it must end
	grown   uint64          // bytes that were taken while it was busy, recent ones above all
	fades   int             // how often what all had grown had faded when its last call ended
	spell   int             // how many samples found it busy, one after the other
	waiting int             // for room
	gaveUp  bool            // the call does not end
	trusted bool            // see Trust
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
	a.end, a.over, a.spell, a.gaveUp = end, over, 0, false
	a.grown >>= min(w.fades-a.fades, 63)
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
	a.fades = w.fades
	w.leave(a, grown)
}

// GaveUp says that nobody waits any more for the call, which goes on, to end: nobody else answers for it, nor waits for its end. Done
// may follow any time later.
func (a *Account) GaveUp(grown bool) {
	w := a.watch
	if w == nil {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	a.gaveUp = true
	w.leave(a, grown)
}

// Trust has the account take what it asks for, up to the limit, or ask again. A VM that takes the place of one that grew makes again
// what it had at its top level, while the other is still there.
func (a *Account) Trust(trusted bool) {
	w := a.watch
	if w == nil {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	a.trusted = trusted
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

// find waits until so many bytes more are within most. What was asked for, or has just been made, counts as growth of this account.
func (a *Account) find(more, asked, most uint64) *Error {
	refused := &Error{Limit: a.watch.Limit(), Asked: int64(min(asked, math.MaxInt64))}
	if more > most {
		return refused
	}
	over, trusted := a.waits(1)
	defer a.waits(-1)
	begun := time.Now()
	for collected := false; !trusted && a.watch.taken() > most-more; collected = true {
		if collected && (!a.watch.settles() && !a.watch.endAnother(a, asked) || time.Since(begun) > longestWait) {
			return refused
		}
		if !a.watch.collect(over, shortest) {
			return refused
		}
	}
	return nil
}

// longestWait is for somebody who ends late, and for what he leaves then.
const longestWait = 2*settling + time.Second

// waits notes that one more, or one less, waits for room, and returns when it must not any longer, and whether it need not at all.
func (a *Account) waits(more int) (over <-chan struct{}, trusted bool) {
	a.watch.mu.Lock()
	defer a.watch.mu.Unlock()
	a.waiting += more
	return a.over, a.trusted
}

// charge notes what is about to be taken, perhaps while the script only waits.
func (a *Account) charge(bytes uint64) {
	a.watch.mu.Lock()
	defer a.watch.mu.Unlock()
	a.grown += bytes
}
