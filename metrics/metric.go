// Package metrics is the one vocabulary of numbers: the catalogue of metrics, how they are recorded on a
// node (Recorder), how they travel (Snapshot), how they are brought together (Aggregator) and what is
// kept at the end (Result). It knows nothing of browsers, scripts, networks or files: whoever measures
// calls a Scope, and whoever shows or stores reads a Snapshot, a LiveStatus or a Result.
package metrics

import (
	"cmp"
	"fmt"
	"slices"
	"sync"
)

// A Kind says how the samples of a metric add up.
type Kind int

const (
	// Histogram metrics keep the distribution of their values.
	Histogram Kind = iota + 1
	// Counter metrics only grow.
	Counter
	// Gauge metrics keep the last value, and the smallest and largest one.
	Gauge
)

func (k Kind) String() string {
	switch k {
	case Histogram:
		return "histogram"
	case Counter:
		return "counter"
	case Gauge:
		return "gauge"
	}
	return fmt.Sprintf("Kind(%d)", int(k))
}

// Units of values. A unit is for people and displays; no code converts by it.
const (
	Microseconds = "us"
	Bytes        = "bytes"
	Percent      = "percent"
	Ratio        = "ratio" // a plain number without a unit, such as a layout shift score
	Events       = "events"
)

// A Metric is one thing that is measured. It never changes once it is registered, so that pointers to it
// may be shared and compared.
type Metric struct {
	Name string // as in the Result; a unit is its suffix
	Unit string // one of the units above
	By   string // what its label means; empty for a metric that has none
	Help string // one sentence: when a sample is taken
	Kind Kind
}

// A Registry knows metrics by name. It is safe for concurrent use.
type Registry struct {
	mu     sync.RWMutex
	byName map[string]*Metric
	custom map[string]*Metric // those of scripts
	labels map[string][]string
}

// NewRegistry returns a registry that holds the catalogue.
func NewRegistry() *Registry {
	r := &Registry{byName: make(map[string]*Metric)}
	for _, m := range Catalogue() {
		r.byName[m.Name] = m
	}
	return r
}

// Lookup returns the metric of that name.
func (r *Registry) Lookup(name string) (*Metric, bool) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	m, ok := r.byName[name]
	return m, ok
}

// Register adds m and returns it. A name that is taken gives the metric that has it when the kind is the
// same, and an error otherwise.
func (r *Registry) Register(m Metric) (*Metric, error) {
	if m.Name == "" {
		return nil, fmt.Errorf("register a %s: it has no name", m.Kind)
	}
	if m.Kind < Histogram || m.Kind > Gauge {
		return nil, fmt.Errorf("register metric %q: unknown kind %d", m.Name, int(m.Kind))
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if known, ok := r.byName[m.Name]; ok {
		if known.Kind != m.Kind {
			return nil, fmt.Errorf("register metric %q as a %s: it is a %s already; choose another name", m.Name, m.Kind, known.Kind)
		}
		return known, nil
	}
	r.byName[m.Name] = &m
	return &m, nil
}

// CloseLabels says which labels a metric has, for one whose labels are known beforehand, but not here.
func (r *Registry) CloseLabels(m *Metric, labels []string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.labels == nil {
		r.labels = make(map[string][]string)
	}
	r.labels[m.Name] = slices.Clone(labels)
}

// Labels returns what CloseLabels said of a metric, nil when it can have any label. The caller must not change it.
func (r *Registry) Labels(metric string) []string {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.labels[metric]
}

// All returns the metrics sorted by name.
func (r *Registry) All() []*Metric {
	r.mu.RLock()
	defer r.mu.RUnlock()
	all := make([]*Metric, 0, len(r.byName))
	for _, m := range r.byName {
		all = append(all, m)
	}
	slices.SortFunc(all, func(a, b *Metric) int { return cmp.Compare(a.Name, b.Name) })
	return all
}
