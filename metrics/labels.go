package metrics

import (
	"encoding/json"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"
)

const (
	// mostLabels is how many labels a set may have: those of a metric, and maxTags tags.
	mostLabels = 16
	// maxLabelName is the longest name of a label, in bytes.
	maxLabelName = 40
)

// Labels is an immutable set of label names and values. Two sets with the same labels are equal (==), so a set can be
// a map key. The zero value is the empty set.
type Labels struct {
	// packed has, for each label in the order of the names, a byte with the length of its name, one with that of its
	// value, the name and the value.
	packed string
}

// LabelsOf builds a set from alternating names and values. A label with an empty value is left out. Values are cut to
// 200 bytes of valid UTF-8.
func LabelsOf(pairs ...string) Labels {
	var set labelSet
	for i := 0; i < len(pairs); i += 2 {
		set.put(pairs[i], pairs[i+1])
	}
	return set.labels()
}

// A labelSet is labels while they are put together, sorted by name.
type labelSet struct {
	all [mostLabels]label
	n   int
}

type label struct{ name, value string }

// put adds or changes a label. One that does not fit is left out.
func (s *labelSet) put(name, value string) {
	at, known := slices.BinarySearchFunc(s.all[:s.n], name, func(l label, name string) int { return strings.Compare(l.name, name) })
	if !known {
		if value == "" || s.n == mostLabels || len(name) > maxLabelName {
			return
		}
		copy(s.all[at+1:s.n+1], s.all[at:s.n])
		s.n++
	}
	s.all[at] = label{name, shorten(value)}
}

// labels leaves out labels whose value has become empty.
func (s *labelSet) labels() Labels {
	var packed [512]byte
	b := packed[:0]
	for _, l := range s.all[:s.n] {
		if l.value != "" {
			b = append(append(append(b, byte(len(l.name)), byte(len(l.value))), l.name...), l.value...)
		}
	}
	return Labels{string(b)}
}

// With returns the set with one label added or changed. An empty value removes the label.
func (l Labels) With(name, value string) Labels {
	var set labelSet
	for known, v := range l.All() {
		set.all[set.n] = label{known, v}
		set.n++
	}
	set.put(name, value)
	return set.labels()
}

// Join returns the labels of both sets. Where both have a label, o wins.
func (l Labels) Join(o Labels) Labels {
	for name, value := range o.All() {
		l = l.With(name, value)
	}
	return l
}

// All returns the labels in the order of their names.
func (l Labels) All() iter.Seq2[string, string] {
	return func(yield func(name, value string) bool) {
		for rest := l.packed; rest != ""; {
			name, value := 2+int(rest[0]), 2+int(rest[0])+int(rest[1])
			if !yield(rest[2:name], rest[name:value]) {
				return
			}
			rest = rest[value:]
		}
	}
}

// Get returns the value of a label, or "" when the set does not have it.
func (l Labels) Get(name string) string {
	for known, value := range l.All() {
		if known == name {
			return value
		}
	}
	return ""
}

// Compare orders sets of labels as Results and snapshots do.
func (l Labels) Compare(o Labels) int { return strings.Compare(l.packed, o.packed) }

// IsZero says whether the set is empty.
func (l Labels) IsZero() bool { return l.packed == "" }

// escaped escapes what separates labels in String.
var escaped = strings.NewReplacer(`\`, `\\`, `,`, `\,`, `=`, `\=`, `{`, `\{`, `}`, `\}`)

// String formats the set for people: name=value, separated by commas. In values , = { } and \ are escaped with \.
func (l Labels) String() string {
	var out strings.Builder
	for name, value := range l.All() {
		if out.Len() > 0 {
			out.WriteByte(',')
		}
		out.WriteString(name + "=" + escaped.Replace(value))
	}
	return out.String()
}

// MarshalJSON writes an object of names and values.
func (l Labels) MarshalJSON() ([]byte, error) { return json.Marshal(maps.Collect(l.All())) }

// UnmarshalJSON reads what MarshalJSON wrote. Too many labels and invalid names are errors.
func (l *Labels) UnmarshalJSON(b []byte) error {
	var byName map[string]string
	if err := json.Unmarshal(b, &byName); err != nil {
		return fmt.Errorf("read labels: %w", err)
	}
	if len(byName) > mostLabels {
		return fmt.Errorf("read labels: there are %d, but a set has at most %d", len(byName), mostLabels)
	}
	var set labelSet
	for name, value := range byName {
		if !labelName.MatchString(name) {
			return fmt.Errorf("read labels: %q cannot be the name of one: %s", shorten(name), labelNameRule)
		}
		set.put(name, value)
	}
	*l = set.labels()
	return nil
}
