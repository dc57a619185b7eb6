// Package metrics is the one vocabulary of numbers: the catalogue of metrics, how they are recorded on a
// node (Recorder), how they travel (Snapshot), how they are brought together (Aggregator) and what is
// kept at the end (Result). It knows nothing of browsers, scripts, networks or files: code that measures
// calls a Scope; code that shows or stores reads an Interval or a Result.
package metrics

import (
	"fmt"
	"slices"
	"strings"
)

// A Kind says how the samples of a metric add up.
type Kind string

const (
	// Histogram metrics keep the distribution of their values.
	Histogram Kind = "histogram"
	// Counter metrics only grow.
	Counter Kind = "counter"
	// Gauge metrics keep the last value, and the smallest and largest one.
	Gauge Kind = "gauge"
)

// UnmarshalText refuses kinds that do not exist.
func (k *Kind) UnmarshalText(text []byte) error {
	*k = Kind(text)
	if !k.exists() {
		return fmt.Errorf("%q is no kind of metric: there are histogram, counter and gauge", shorten(string(text)))
	}
	return nil
}

func (k Kind) exists() bool { return k == Histogram || k == Counter || k == Gauge }

// Units of liveload's own metrics. A unit is for people and displays; no code converts by it.
const (
	Microseconds = "us"
	Bytes        = "bytes"
	Percent      = "percent"
	Ratio        = "ratio" // a plain number without a unit
	Events       = "events"
)

// A Metric is one thing that is measured. It declares the labels of its samples. It never changes once it is
// registered, so pointers to it may be shared and compared.
type Metric struct {
	Name   string  `json:"name"` // as in the Result; a unit is its suffix
	Kind   Kind    `json:"kind"`
	Unit   string  `json:"unit"`             // one of the units above, or a script's own
	Help   string  `json:"help"`             // one sentence: when a sample is taken
	Labels []Label `json:"labels,omitempty"` // the Result's `by` is by the first one
	Tagged bool    `json:"tagged,omitempty"` // samples may also have a script's tags, which are labels without a declaration
	// Wholes are the metrics of whose samples a counter is a part: its rate is then a share. Without any, its rate is
	// per second.
	Wholes []*Metric `json:"-"`
}

// A Label is the declaration of a label.
type Label struct {
	Name   string   `json:"name"`             // one word
	Values []string `json:"values,omitempty"` // all possible ones; nil when it can have any
}

// With builds the labels of a sample from values in the order of the declaration. An empty value is left out.
func (m *Metric) With(values ...string) Labels {
	var set labelSet
	for i, value := range values {
		set.put(m.Labels[i].Name, value)
	}
	return set.labels()
}

// By returns the key of these labels in the Result's `by`: the value of the metric's first label. Without a declared
// label it is all tags.
func (m *Metric) By(labels Labels) string {
	if len(m.Labels) == 0 {
		if labels == m.OtherLabels(labels) {
			return OtherLabel
		}
		return labels.String()
	}
	return labels.Get(m.Labels[0].Name)
}

// Text formats labels for people: values in the order of the declaration, with tags in braces after the first one, as
// in "cart {plan=pro} pass".
func (m *Metric) Text(labels Labels) string {
	tags := labels
	var values []string
	for _, l := range m.Labels {
		if value := labels.Get(l.Name); value != "" {
			values = append(values, value)
			tags = tags.With(l.Name, "")
		}
	}
	if !tags.IsZero() {
		values = slices.Insert(values, min(len(values), 1), "{"+tags.String()+"}")
	}
	return strings.Join(values, " ")
}

// Label returns the declaration of a label.
func (m *Metric) Label(name string) (Label, bool) {
	i := slices.IndexFunc(m.Labels, func(l Label) bool { return l.Name == name })
	if i < 0 {
		return Label{}, false
	}
	return m.Labels[i], true
}

// PassesOrFails says whether a counter counts what passed and what failed: its rate is the share that passed.
func (m *Metric) PassesOrFails() bool {
	l, ok := m.Label(OutcomeLabel)
	return ok && m.Kind == Counter && slices.Equal(l.Values, passOrFail.Values)
}

// OtherLabels replaces labels when a metric has too many sets of them: tags go, and all values that are not on a closed
// list become other.
func (m *Metric) OtherLabels(labels Labels) Labels {
	if len(m.Labels) == 0 {
		return LabelsOf(OtherLabel, OtherLabel)
	}
	var rest Labels
	for _, l := range m.Labels {
		value := labels.Get(l.Name)
		if value != "" && !slices.Contains(l.Values, value) {
			value = OtherLabel
		}
		rest = rest.With(l.Name, value)
	}
	return rest
}
