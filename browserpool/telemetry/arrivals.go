package telemetry

import "sync"

// arrivals knows which batches are still on their way: a driver may deliver them out of order.
type arrivals struct {
	mu        sync.Mutex
	documents map[string]*arrival
	clock     int
	pending   int // documents with a gap
	waiters   []chan struct{}
}

// An arrival is what came of one document. Every batch up to the highest number is expected.
type arrival struct {
	got, highest int
	seen         int // the clock when its last batch came
}

func (a *arrival) gap() bool { return a.got < a.highest }

// mostDocuments bounds what is remembered. Few documents of a session live at the same time, and the
// others have sent all they had.
const mostDocuments = 64

func (a *arrivals) note(document string, number int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	d := a.document(document)
	before := d.gap()
	a.clock++
	d.seen = a.clock
	d.got++
	d.highest = max(d.highest, number)
	a.count(before, d.gap())
}

// document returns what is known of a document, and forgets the one that was silent longest when
// there are too many. a.mu is held.
func (a *arrivals) document(name string) *arrival {
	if d := a.documents[name]; d != nil {
		return d
	}
	if a.documents == nil {
		a.documents = make(map[string]*arrival)
	}
	if len(a.documents) >= mostDocuments {
		a.forgetOldest()
	}
	d := &arrival{}
	a.documents[name] = d
	return d
}

func (a *arrivals) forgetOldest() {
	oldest, seen := "", a.clock+1
	for name, d := range a.documents {
		if d.seen < seen {
			oldest, seen = name, d.seen
		}
	}
	a.count(a.documents[oldest].gap(), false)
	delete(a.documents, oldest)
}

// count updates pending and wakes the waiters when it reaches zero. a.mu is held.
func (a *arrivals) count(before, after bool) {
	switch {
	case after && !before:
		a.pending++
	case before && !after:
		a.pending--
	}
	if a.pending > 0 {
		return
	}
	for _, w := range a.waiters {
		close(w)
	}
	a.waiters = nil
}

func (a *arrivals) complete() <-chan struct{} {
	a.mu.Lock()
	defer a.mu.Unlock()
	w := make(chan struct{})
	if a.pending == 0 {
		close(w)
		return w
	}
	a.waiters = append(a.waiters, w)
	return w
}
