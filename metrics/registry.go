package metrics

import (
	"cmp"
	"fmt"
	"slices"
	"sync"
)

// A Registry knows metrics by name. It is safe for concurrent use.
type Registry struct {
	mu      sync.RWMutex
	byName  map[string]*Metric
	defined []*Metric // not in the catalogue, in the order of their registration
	values  map[labelOf][]string
	server  bool // the run reads the tested application
}

type labelOf struct{ metric, label string }

// NewRegistry returns a registry that holds the catalogue.
func NewRegistry() *Registry {
	r := &Registry{byName: make(map[string]*Metric), values: make(map[labelOf][]string)}
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

// find returns the metric of that name, or a metric without labels when the name is not known.
func (r *Registry) find(name string) *Metric {
	if m, ok := r.Lookup(name); ok {
		return m
	}
	return &Metric{Name: name}
}

// Register adds m and returns it. A name that is taken gives the metric that has it when the kind is the
// same, and an error otherwise.
func (r *Registry) Register(m Metric) (*Metric, error) {
	if m.Name == "" {
		return nil, fmt.Errorf("register a %s: it has no name", m.Kind)
	}
	if !m.Kind.exists() {
		return nil, fmt.Errorf("register metric %q: unknown kind %q", m.Name, m.Kind)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if known, ok := r.byName[m.Name]; ok {
		if known.Kind != m.Kind {
			return nil, fmt.Errorf("register metric %q as a %s: it is a %s already; choose another name", m.Name, m.Kind, known.Kind)
		}
		return known, nil
	}
	return r.define(m), nil
}

// adopt adds a metric that a node has defined, as far as scripts may define any. The first definition of a name counts.
func (r *Registry) adopt(m Metric) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if _, known := r.byName[m.Name]; !known && r.custom() < maxCustom {
		r.define(m)
	}
}

// define adds a metric that is not in the catalogue. The caller holds r.mu.
func (r *Registry) define(m Metric) *Metric {
	r.byName[m.Name] = &m
	r.defined = append(r.defined, &m)
	return &m
}

// definedSince returns the metrics that are not in the catalogue, without the first n.
func (r *Registry) definedSince(n int) []*Metric {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return slices.Clone(r.defined[n:])
}

// ExpectServer says that the run reads the tested application. Some of its metrics are known only once it shows them.
func (r *Registry) ExpectServer() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.server = true
}

// ExpectsServer says whether the run reads the tested application.
func (r *Registry) ExpectsServer() bool {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.server
}

// SetValues lists the values of a label whose values are known before the run, but only to another package.
func (r *Registry) SetValues(m *Metric, label string, values []string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.values[labelOf{m.Name, label}] = slices.Clone(values)
}

// Values returns all values that a label of a metric can have, nil when it can have any. The caller must not change
// the slice.
func (r *Registry) Values(m *Metric, label string) []string {
	if l, ok := m.Label(label); ok && l.Values != nil {
		return l.Values
	}
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.values[labelOf{m.Name, label}]
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
