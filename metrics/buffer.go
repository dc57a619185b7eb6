package metrics

import "sync"

// A buffer collects samples between two snapshots. The goroutine that took it out of its slot owns it.
type buffer struct {
	series map[seriesKey]*bufferedSeries
}

type bufferedSeries struct {
	count  int64 // of a counter
	values *dist // of a histogram; nil until the first value
}

func newBuffer() *buffer { return &buffer{series: make(map[seriesKey]*bufferedSeries)} }

func (s *bufferedSeries) observe(v float64) {
	if s.values == nil {
		s.values = newDist()
	}
	// Its errors are values that refusal kept out.
	_ = s.values.Add(v)
}

func (s *bufferedSeries) empty() bool {
	return s.count == 0 && (s.values == nil || s.values.GetCount() == 0)
}

// clear forgets the samples and keeps the memory for the next ones.
func (s *bufferedSeries) clear() {
	s.count = 0
	if s.values != nil {
		s.values.Clear()
	}
}

// spareBuffers holds the buffers that found no free slot. It is used only when more records run at once
// than there are slots.
type spareBuffers struct {
	mu      sync.Mutex
	buffers []*buffer
}

func (s *spareBuffers) push(b *buffer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.buffers = append(s.buffers, b)
}

func (s *spareBuffers) pop() *buffer {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.buffers) == 0 {
		return nil
	}
	b := s.buffers[len(s.buffers)-1]
	s.buffers = s.buffers[:len(s.buffers)-1]
	return b
}

func (s *spareBuffers) takeAll() []*buffer {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := s.buffers
	s.buffers = nil
	return all
}
