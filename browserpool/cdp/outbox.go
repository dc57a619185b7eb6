package cdp

import (
	"os"
	"slices"
	"sync"
	"syscall"
	"time"
)

const (
	mostWaiting = 8 << 20     // bytes that wait for the other client until the browser has to wait too
	muchWaiting = 256 << 10   // bytes that a client which is not behind works off within a fraction of a second
	takeLimit   = time.Minute // for the other client to take some of what waits
	writeSize   = 64 << 10
)

// An outbox has what the browser says to the other client. A client that is slow holds nobody up until much waits.
// Several goroutines add and flush, another one runs.
type outbox struct {
	to  *os.File
	raw syscall.RawConn

	mu      sync.Mutex
	changed sync.Cond
	waiting []chunk
	size    int    // of what waits
	spare   []byte // empty, of a chunk that was written; may be nil
	behind  bool   // run writes, alone: the client took less than there was, or end was called
	ended   bool   // nothing is added any more
	failed  bool   // the client takes nothing any more
}

// A chunk has some of what waits, and is never moved, however much that is.
type chunk struct {
	data []byte
	sent int // of data
}

func (c chunk) rest() []byte { return c.data[c.sent:] }

func newOutbox(to *os.File) (*outbox, error) {
	raw, err := to.SyscallConn()
	if err != nil {
		return nil, err
	}
	o := &outbox{to: to, raw: raw}
	o.changed.L = &o.mu
	return o, nil
}

// add takes a copy of a message and its zero byte. It waits while too much waits, and reports whether the client is
// still there.
func (o *outbox) add(message []byte) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	for o.size > mostWaiting && !o.failed {
		o.behind = true
		o.changed.Broadcast()
		o.changed.Wait()
	}
	o.put(message[:len(message)+1])
	return !o.failed
}

// much says whether the client is behind with what it was told.
func (o *outbox) much() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.size > muchWaiting
}

// put appends to the last chunk if there is room.
func (o *outbox) put(data []byte) {
	o.size += len(data)
	if last := len(o.waiting) - 1; last >= 0 && len(o.waiting[last].data)+len(data) <= cap(o.waiting[last].data) {
		o.waiting[last].data = append(o.waiting[last].data, data...)
		return
	}
	into := o.spare
	o.spare = nil
	if cap(into) < len(data) {
		into = make([]byte, 0, max(writeSize, len(data)))
	}
	o.waiting = append(o.waiting, chunk{data: append(into, data...)})
}

// flush writes what waits, as far as the client takes it at once: mostly all of it, without waking another goroutine.
func (o *outbox) flush() {
	o.mu.Lock()
	defer o.mu.Unlock()
	for o.size > 0 && !o.behind && !o.failed {
		first, n := o.waiting[0].rest(), 0
		_ = o.raw.Write(func(fd uintptr) bool { // an error comes again where run writes
			n, _ = syscall.Write(int(fd), first)
			return true
		})
		o.drop(max(n, 0))
		if n < len(first) {
			o.behind = true
			o.changed.Broadcast()
		}
	}
}

// drop forgets the first n bytes, all of one chunk, which were written.
func (o *outbox) drop(n int) {
	o.size -= n
	first := &o.waiting[0]
	if first.sent += n; first.sent < len(first.data) {
		return
	}
	if cap(first.data) == writeSize {
		o.spare = first.data[:0]
	}
	o.waiting = slices.Delete(o.waiting, 0, 1)
}

// run writes what flush has left, until end was called and all is written, or the client takes nothing.
func (o *outbox) run() {
	o.mu.Lock()
	defer o.mu.Unlock()
	for !o.failed {
		for !o.behind {
			o.changed.Wait()
		}
		if o.size == 0 {
			if o.ended {
				return
			}
			o.behind = false
			o.changed.Broadcast()
			continue
		}
		o.writeSome()
	}
}

// writeSome writes the first of what waits, and lets others add meanwhile.
func (o *outbox) writeSome() {
	some := o.waiting[0].rest()
	some = some[:min(len(some), writeSize)]
	o.mu.Unlock()
	err := o.to.SetWriteDeadline(time.Now().Add(takeLimit))
	if err == nil {
		_, err = o.to.Write(some)
	}
	_ = o.to.SetWriteDeadline(time.Time{}) // flush has none
	o.mu.Lock()
	o.drop(len(some))
	o.failed = err != nil
	o.changed.Broadcast()
}

// end has run return when all is written.
func (o *outbox) end() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.ended, o.behind = true, true
	o.changed.Broadcast()
}
