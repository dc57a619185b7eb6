package telemetry

import "sync"

// arrivals knows which batches are still on their way: a driver may deliver them out of order.
type arrivals struct {
	mu        sync.Mutex
	documents map[string]*arrival
	pending   int // documents with a gap
	waiters   []chan struct{}
}

type arrival struct{ got, highest int }

// mostDocuments bounds what is remembered; documents without a gap need no memory beyond their numbers.
const mostDocuments = 256

func (a *arrivals) note(document string, number int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.documents == nil || len(a.documents) > mostDocuments && a.pending == 0 {
		a.documents = make(map[string]*arrival)
	}
	d := a.documents[document]
	if d == nil {
		// The first batch seen may follow others that are on their way.
		d = &arrival{}
		a.documents[document] = d
	}
	before := d.got < d.highest
	d.got++
	d.highest = max(d.highest, number)
	after := d.got < d.highest
	switch {
	case after && !before:
		a.pending++
	case before && !after:
		a.pending--
	}
	if a.pending == 0 {
		a.wake()
	}
}

func (a *arrivals) wake() {
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
