package shared

import "time"

const (
	// lateAfter is how much longer than usual the turn of a paced throttle may be on its way. Users whose turn came while
	// nobody could tell them would otherwise all pass at once after a cut.
	lateAfter = time.Second
	// wayAge is how long the quickest way counts, twice at most: clocks of two machines drift apart.
	wayAge = time.Minute
)

// A way measures how long messages take from another machine, whose clock has another beginning.
type way struct {
	began            time.Time
	since            time.Duration // when current began
	current, earlier time.Duration // the quickest ways, with the difference of the clocks in them
	known            bool
}

// more returns how much longer than the quickest ones a message was on its way that was sent at a time of the other clock.
func (w *way) more(now time.Time, sent time.Duration) time.Duration {
	at := now.Sub(w.began)
	took := at - sent
	switch {
	case !w.known:
		w.known, w.since, w.current, w.earlier = true, at, took, took
	case at-w.since >= wayAge:
		w.since, w.earlier, w.current = at, w.current, took
	default:
		w.current = min(w.current, took)
	}
	return took - min(w.current, w.earlier)
}
