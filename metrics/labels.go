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
	var set [mostLabels]label
	n := 0
	for i := 0; i < len(pairs); i += 2 {
		n = put(&set, n, label{pairs[i], shorten(pairs[i+1])})
	}
	return pack(set[:n])
}

type label struct{ name, value string }

// put inserts a label into the first n entries of set, which are sorted by name, and returns their new number. A label
// that does not fit is left out.
func put(set *[mostLabels]label, n int, one label) int {
	at, known := slices.BinarySearchFunc(set[:n], one.name, func(l label, name string) int { return strings.Compare(l.name, name) })
	switch {
	case known:
		set[at] = one
		return n
	case one.value == "" || n == mostLabels || len(one.name) > maxLabelName:
		return n
	}
	copy(set[at+1:n+1], set[at:n])
	set[at] = one
	return n + 1
}

func pack(set []label) Labels {
	var packed [512]byte
	b := packed[:0]
	for _, l := range set {
		if l.value != "" {
			b = append(append(append(b, byte(len(l.name)), byte(len(l.value))), l.name...), l.value...)
		}
	}
	return Labels{string(b)}
}

// With returns the set with one label added or changed. An empty value removes the label.
func (l Labels) With(name, value string) Labels {
	var set [mostLabels]label
	n := 0
	for known, v := range l.All() {
		set[n] = label{known, v}
		n++
	}
	n = put(&set, n, label{name, shorten(value)})
	return pack(set[:n])
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

func compareLabels(a, b Labels) int { return strings.Compare(a.packed, b.packed) }

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
	var set [mostLabels]label
	n := 0
	for name, value := range byName {
		if !labelName.MatchString(name) {
			return fmt.Errorf("read labels: %q cannot be the name of one: %s", shorten(name), labelNameRule)
		}
		n = put(&set, n, label{name, shorten(value)})
	}
	*l = pack(set[:n])
	return nil
}
