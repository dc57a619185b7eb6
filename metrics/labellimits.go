package metrics

import "sync"

// labelLimits knows which sets of labels each metric of a scenario keeps. A Scope asks it only for sets that are new to
// a shard, so its lock is off the common path.
type labelLimits struct {
	mu      sync.RWMutex
	known   map[string]map[Labels]bool // by metric
	refused map[string]int64           // samples that went to other, by metric
}

func newLabelLimits() *labelLimits {
	return &labelLimits{known: make(map[string]map[Labels]bool), refused: make(map[string]int64)}
}

// keeps says whether samples with these labels keep them for sure.
func (l *labelLimits) keeps(metric string, labels Labels) bool {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return labels.IsZero() || l.known[metric][labels]
}

// admit returns the labels to record samples with: their own, or OtherLabels once the metric has too many sets.
func (l *labelLimits) admit(m *Metric, labels Labels, samples int64) Labels {
	if l.keeps(m.Name, labels) {
		return labels
	}
	rest := m.OtherLabels(labels)
	if labels == rest {
		return rest
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	sets := l.known[m.Name]
	if sets == nil {
		sets = make(map[Labels]bool)
		l.known[m.Name] = sets
	}
	if sets[labels] || len(sets) < MaxLabelSets {
		sets[labels] = true
		return labels
	}
	l.refused[m.Name] = plus(l.refused[m.Name], samples)
	return rest
}

// takeRefused returns the refused samples since it was last called.
func (l *labelLimits) takeRefused() map[string]int64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	refused := l.refused
	l.refused = make(map[string]int64)
	return refused
}
