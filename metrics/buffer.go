package metrics

import "sync"

// A buffer collects samples between two snapshots. Whoever took it out of its slot has it alone.
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

// labelLimits knows which sets of labels each metric keeps. It is asked only for sets that are new to a
// buffer, so its lock is off the common path.
type labelLimits struct {
	mu      sync.RWMutex
	known   map[*Metric]map[Labels]bool
	refused map[*Metric]int64 // samples that went to other since drainRefused
}

// admit returns the labels to record a sample with: its own, or otherLabels once the metric has too many sets.
func (l *labelLimits) admit(m *Metric, labels Labels) Labels {
	l.mu.RLock()
	known := l.known[m][labels]
	l.mu.RUnlock()
	if known || labels.IsZero() {
		return labels
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	sets := l.known[m]
	if sets == nil {
		if l.known == nil {
			l.known, l.refused = make(map[*Metric]map[Labels]bool), make(map[*Metric]int64)
		}
		sets = make(map[Labels]bool)
		l.known[m] = sets
	}
	if sets[labels] || len(sets) < maxLabelSets {
		sets[labels] = true
		return labels
	}
	l.refused[m]++
	return m.otherLabels(labels)
}

func (l *labelLimits) drainRefused() map[*Metric]int64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.refused) == 0 {
		return nil
	}
	refused := l.refused
	l.refused = make(map[*Metric]int64)
	return refused
}
