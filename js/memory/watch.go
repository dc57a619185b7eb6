// Package memory watches how much memory the scripts of a process take together, and ends the calls of those that grow, before
// the machine does. It knows nothing of JavaScript.
package memory

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"os"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
	"sync"
	"time"
	"weak"
)

const (
	// MB is a million bytes.
	MB = 1_000_000
	// Least is the smallest limit: less than the program itself takes ends every script.
	Least = 64 * MB
)

// An Error says that a script was ended since scripts took too much memory.
type Error struct {
	Limit int64 // of all scripts together
	Asked int64 // at once; 0 when it grew
}

func (e *Error) Error() string {
	switch {
	case e.Asked > e.Limit:
		return fmt.Sprintf("the script asked for %s of memory at once, but all scripts of a machine may take %s (--script-memory)", Size(e.Asked), Size(e.Limit))
	case e.Asked > 0:
		return fmt.Sprintf("the scripts of this machine took nearly %s of memory, which is the most (--script-memory), and this one asked for %s more", Size(e.Limit), Size(e.Asked))
	}
	return fmt.Sprintf("the scripts of this machine took more than %s of memory (--script-memory), and this one grew most", Size(e.Limit))
}

// FailureClass names the class.
func (e *Error) FailureClass() string { return "script memory" }

// Size writes a number of bytes for people.
func Size(bytes int64) string {
	if bytes >= 10_000*MB {
		return strconv.FormatInt(bytes/(1000*MB), 10) + " GB"
	}
	return strconv.FormatInt(bytes/MB, 10) + " MB"
}

// A Watch looks at the memory of the process while calls run. All methods are safe for concurrent use, also on nil, which
// limits nothing.
type Watch struct {
	limit uint64

	mu      sync.Mutex
	calls   map[*Account]struct{}
	looking bool // a goroutine does, until it finds no call
	meter   meter
	accused *Account              // whose call was told to end, until it has
	ended   weak.Pointer[Account] // of the last call that was told so, and has
	endedAt time.Time
}

// NewWatch makes a watch over a limit in bytes. It also has Go collect garbage before the limit is reached, unless GOMEMLIMIT says when.
func NewWatch(limit int64) *Watch {
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(limit)
	}
	debug.SetMaxStack(2_000_000_000) // Go doubles stacks, and the one after 512 MiB is longer than its default
	return &Watch{limit: uint64(limit), calls: map[*Account]struct{}{}}
}

// Limit is what all scripts may take together.
func (w *Watch) Limit() int64 { return int64(w.limit) }

// An Account is what is known of one VM. Begin and Done are called by the goroutine that runs calls, busy and Reserve by any.
type Account struct {
	watch *Watch
	busy  func() bool

	// Guarded by the watch.
	end   func(error) // of the running call
	grown uint64      // bytes that were taken while it was busy, recent ones above all
	spell int         // how many samples found it busy, one after the other
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
	a.end, a.spell = end, 0
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
		w.accused, w.ended, w.endedAt = nil, weak.Make(a), time.Now()
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
	for collected := false; ; collected = true {
		now, _ := w.charge()
		switch {
		case now.taken+bytes <= w.limit-w.limit/headroom:
			a.charge(bytes)
			return nil
		case collected || bytes > w.limit:
			return &Error{Limit: int64(w.limit), Asked: int64(min(bytes, math.MaxInt64))}
		}
		runtime.GC()
	}
}

// charge notes what is about to be taken, perhaps while the script only waits.
func (a *Account) charge(bytes uint64) {
	a.watch.mu.Lock()
	defer a.watch.mu.Unlock()
	a.grown += bytes
}

// look samples while there are calls: seldom while there is room, and often near the limit. It outlives the last call by one look,
// since the next call mostly follows at once.
func (w *Watch) look() {
	for next := shortest; !w.idle(); next = w.sample() {
		time.Sleep(next)
	}
}

// idle says whether there is no call to look at, which ends looking.
func (w *Watch) idle() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.looking = len(w.calls) > 0
	return !w.looking
}

const (
	shortest = 5 * time.Millisecond
	longest  = 100 * time.Millisecond
	// fastest is how many bytes a script may take in a nanosecond.
	fastest = 4
	// deepening is by how much the stacks of all goroutines grow between two samples when one of them has no end.
	deepening = 100 * MB
	// settling is how long what a call has held may be in memory after its end, until its VM is replaced, and collected together
	// with its Account.
	settling = 5 * time.Second
)

// sample looks once, and says when to look again.
func (w *Watch) sample() time.Duration {
	now, suspect := w.charge()
	if now.deeper > deepening {
		w.accuse(func(a *Account) uint64 { return uint64(a.spell) })
	} else if now.taken > w.limit {
		slowly := now.grown < w.limit/8
		if slowly || suspect == nil { // there is time to see what is garbage
			runtime.GC()
			if now, _ = w.charge(); now.taken <= w.limit || slowly && w.settles() {
				return shortest
			}
		}
		w.accuse(func(a *Account) uint64 { return a.grown })
	}
	if now.taken >= w.limit {
		return shortest
	}
	return min(max(time.Duration((w.limit-now.taken)/fastest), shortest), longest)
}

// charge measures, and charges what was taken since the last time to those that are busy now. suspect is the only one of them.
func (w *Watch) charge() (now reading, suspect *Account) {
	w.mu.Lock()
	defer w.mu.Unlock()
	now = w.meter.sample()
	var busy []*Account
	for a := range w.calls {
		if now.collections > 0 {
			a.grown /= 2
		}
		if a.busy() {
			a.spell++
			busy = append(busy, a)
		} else {
			a.spell = 0
		}
	}
	for _, a := range busy {
		a.grown += now.allocated / uint64(len(busy))
	}
	if len(busy) == 1 {
		suspect = busy[0]
	}
	return now, suspect
}

// settles says whether what a call held that was ended is still there after a collection: others must not answer for it.
func (w *Watch) settles() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.ended.Value() != nil && time.Since(w.endedAt) < settling
}

// accuse ends the call of whom guilt is greatest, one after the other: whether that was enough shows when it has ended.
func (w *Watch) accuse(guilt func(*Account) uint64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.accused != nil || len(w.calls) == 0 {
		return
	}
	worst := slices.MaxFunc(slices.Collect(maps.Keys(w.calls)), func(a, b *Account) int { return cmp.Compare(guilt(a), guilt(b)) })
	w.accused = worst
	worst.grown, worst.spell = 0, 0
	worst.end(&Error{Limit: int64(w.limit)})
}
