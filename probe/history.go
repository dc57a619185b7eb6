package probe

import (
	"math"
	"time"

	"github.com/liveload/liveload/metrics"
)

const (
	// mostSeries is how many series are kept of one application.
	mostSeries = 1000
	// largest is the largest growth of a counter that is believed.
	largest = 1e15
)

// A history is what was read of one application so far. One goroutine uses it.
type history struct {
	target string
	names  *names
	series map[seriesKey]*state
	read   bool      // at least once
	partly bool      // some reading did not have all series: what is new may have been there before
	at     time.Time // of the newest reading
	number int       // of it: 1, 2, ...
}

type seriesKey struct {
	metric *metrics.Metric
	labels metrics.Labels
}

// A state is what is known of a series.
type state struct {
	number int     // of the newest reading that had it
	last   float64 // where the counter stood then
	rest   float64 // of its growth that is not counted yet: counters count whole numbers, and never fall
}

func newHistory(target string, known *names) *history {
	return &history{target: target, names: known, series: make(map[seriesKey]*state)}
}

// of returns the state of a series that the newest reading has, and whether it is fresh. There is none for a series
// that is one too many, or that the reading has already.
func (h *history) of(key seriesKey) (s *state, fresh bool) {
	s, known := h.series[key]
	switch {
	case known && s.number == h.number:
		return nil, false
	case !known && len(h.series) >= mostSeries:
		return nil, false
	case !known:
		s = &state{}
		h.series[key] = s
	}
	s.number = h.number
	return s, !known
}

// grow notes the value of a counter, and returns by how much it grew since the reading before, times scale; again says
// that it began again from 0.
func (s *state) grow(value, scale float64, again bool) float64 {
	growth := value - s.last
	if again {
		growth = value
	}
	s.last = value
	return growth * scale
}

// whole returns what is counted of a growth. A sum that fell, since values are negative, counts again when it is higher than
// ever.
func (s *state) whole(growth float64) int64 {
	s.rest += growth
	whole := max(math.Floor(s.rest+0.5), 0)
	s.rest -= whole
	return int64(whole)
}
