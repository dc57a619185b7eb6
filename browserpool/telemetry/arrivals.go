package telemetry

import "sync"

// arrivals knows which batches are still on their way: a driver may deliver them out of order.
type arrivals struct {
	mu        sync.Mutex
	documents map[string]*arrival
	clock     int
	waiters   []chan struct{}
	gaps      bool // some were not read: nobody waits for them
}

// An arrival is what came of one document. Every batch up to the highest number is expected.
type arrival struct {
	got, highest int
	seen         int // the clock when its last batch came
}

// mostDocuments bounds what is remembered. Few documents of a session live at the same time, and the
// others have sent all they had.
const mostDocuments = 64

// note counts a batch. When there are too many documents, the one that was silent longest is forgotten.
func (a *arrivals) note(document string, number int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	d := a.documents[document]
	if d == nil {
		if a.documents == nil {
			a.documents = make(map[string]*arrival)
		}
		if len(a.documents) >= mostDocuments {
			a.forgetOldest()
		}
		d = &arrival{}
		a.documents[document] = d
	}
	a.clock++
	d.seen = a.clock
	d.got++
	d.highest = max(d.highest, number)
	a.wake()
}

func (a *arrivals) forgetOldest() {
	oldest, seen := "", a.clock+1
	for name, d := range a.documents {
		if d.seen < seen {
			oldest, seen = name, d.seen
		}
	}
	delete(a.documents, oldest)
}

// wake answers the waiters when no document has a gap. a.mu is held.
func (a *arrivals) wake() {
	if len(a.waiters) == 0 {
		return
	}
	for _, d := range a.documents {
		if d.got < d.highest && !a.gaps {
			return
		}
	}
	for _, w := range a.waiters {
		close(w)
	}
	a.waiters = nil
}

// giveUp is for a batch that came and was not read.
func (a *arrivals) giveUp() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.gaps = true
	a.wake()
}

func (a *arrivals) complete() <-chan struct{} {
	a.mu.Lock()
	defer a.mu.Unlock()
	w := make(chan struct{})
	a.waiters = append(a.waiters, w)
	a.wake()
	return w
}
