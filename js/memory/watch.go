// Package memory watches how much memory the scripts of a process take together, and ends the calls of those that grow, before
// the machine does. It knows nothing of JavaScript.
package memory

import (
	"fmt"
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
	case e.Asked > e.Limit-e.Limit/headroom && e.Asked <= e.Limit:
		return fmt.Sprintf("the script asked for %s of memory at once, nearly all of the %s that all scripts of a machine may take (--script-memory)", Size(e.Asked), Size(e.Limit))
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
	accused *Account   // whose call was told to end, until it has
	ended   []leftover // of calls that ended for their memory
	after   uint64     // bytes that were taken when the last of them had ended
	fades   int        // how often what calls had grown counted for half
	forced  uint64     // collections of garbage since the last sample that the watch asked for
}

// A leftover is what a call held that has ended for its memory: until it is collected, nobody else answers for it.
type leftover struct {
	account weak.Pointer[Account]
	since   time.Time
	gone    uint64 // when its account was seen to be collected: how many collections there had been; 0 before
}

// cyclesAfter is how many collections later what an account's VM held is gone as well.
const cyclesAfter = 2

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
	switch {
	case now.deeper > deepening:
		w.accuse(func(a *Account) uint64 { return uint64(a.spell) })
	case now.taken > w.limit:
		if now.grown < w.limit/8 || suspect == nil || w.settles() { // there is time to see what is garbage
			w.collect(nil, 0)
			if now, _ = w.charge(); now.taken <= w.limit || w.settles() && now.taken <= w.allowed() {
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
	fade := now.collections > w.forced
	w.forced = 0
	if fade {
		w.fades++
	}
	for a := range w.calls {
		if fade {
			a.grown /= 2
		}
		if a.busy() && a.waiting == 0 {
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

// taken is how many bytes are taken now.
func (w *Watch) taken() uint64 {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.meter.taken()
}

// collect collects garbage and then pauses, so that others go on: false when over is closed before.
func (w *Watch) collect(over <-chan struct{}, pause time.Duration) bool {
	done := make(chan struct{})
	go func() {
		defer close(done)
		runtime.GC()
		w.mu.Lock()
		w.forced++
		w.mu.Unlock()
		time.Sleep(pause)
	}()
	select {
	case <-done:
		return true
	case <-over:
		return false
	}
}

// leave notes what a call leaves that has ended, or never does. Callers hold mu.
func (w *Watch) leave(a *Account, grown bool) {
	if w.accused == a {
		w.accused = nil
	}
	w.forget()
	if grown {
		w.ended = append(w.ended, leftover{account: weak.Make(a), since: time.Now()})
		w.after = w.meter.taken()
	}
}

// forget drops what is collected, or was there for too long. Callers hold mu.
func (w *Watch) forget() {
	cycles := w.meter.collections()
	for i := range w.ended {
		if one := &w.ended[i]; one.gone == 0 && one.account.Value() == nil {
			one.gone = max(cycles, 1)
		}
	}
	w.ended = slices.DeleteFunc(w.ended, func(l leftover) bool {
		return l.gone > 0 && cycles >= l.gone+cyclesAfter || time.Since(l.since) > settling
	})
}

// settles says whether what a call held that has ended for its memory may still be there.
func (w *Watch) settles() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.forget()
	return len(w.ended) > 0
}

// allowed is how many bytes may be taken while leftovers are.
func (w *Watch) allowed() uint64 {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.after + w.limit/4
}

// accuse ends the call of whom guilt is greatest, one after the other: whether that was enough shows when it has ended.
func (w *Watch) accuse(guilt func(*Account) uint64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if worst := w.worst(guilt); w.accused == nil && worst != nil {
		w.endCall(worst)
	}
}

// endAnother ends the call of whom grew most, one after the other, unless that is who asks for more.
func (w *Watch) endAnother(a *Account, asked uint64) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if _, runs := w.calls[a]; !runs {
		return false
	}
	if w.accused != nil {
		return w.accused != a
	}
	worst := w.worst(func(one *Account) uint64 {
		if one == a {
			return one.grown + asked
		}
		return one.grown
	})
	if worst == nil || worst == a {
		return false
	}
	w.endCall(worst)
	return true
}

// worst is whose guilt is greatest of those whose call can end; nil when there is none. Callers hold mu.
func (w *Watch) worst(guilt func(*Account) uint64) (worst *Account) {
	for a := range w.calls {
		if !a.gaveUp && (worst == nil || guilt(a) > guilt(worst)) {
			worst = a
		}
	}
	return worst
}

// endCall is called with mu held.
func (w *Watch) endCall(of *Account) {
	w.accused = of
	of.grown, of.spell = 0, 0
	of.end(&Error{Limit: w.Limit()})
}
