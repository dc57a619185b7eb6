package metrics

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	// maxCustom is how many metrics scripts may define in a run. Each costs memory on every node and
	// in every bucket.
	maxCustom = 200
	// ByNodeSuffix ends the name of a metric that outputs have for each node.
	ByNodeSuffix = "_by_node"
	// maxTags is how many tags a sample may have.
	maxTags = 8

	labelNameRule = "use letters, digits and _, at most 40, with no digit at the beginning"
)

var (
	customName = regexp.MustCompile(`^[a-zA-Z_][a-zA-Z0-9_]{0,99}$`)
	labelName  = regexp.MustCompile(`^[a-zA-Z_][a-zA-Z0-9_]{0,39}$`)
)

// isUnit says whether a text can be a unit: at most 20 characters, without blanks and such as nobody sees. As a regular
// expression this took a tenth of the time in which liveload starts.
func isUnit(text string) bool {
	n := utf8.RuneCountInString(text)
	return n > 0 && n <= 20 && !strings.ContainsFunc(text, func(r rune) bool { return r == ' ' || unicode.Is(unicode.C, r) })
}

// Custom registers a metric of a script and returns it; the same one for the same definition. A name that
// cannot be used, or that is another metric's, is an error. Without a unit, the end of the name says it.
func (r *Registry) Custom(m Metric) (*Metric, error) {
	if err := checkCustomName(m.Name); err != nil {
		return nil, err
	}
	if m.Unit == "" {
		m.Unit = unitOf(m)
	} else if !isUnit(m.Unit) {
		return nil, fmt.Errorf("%q cannot be the unit of %s: use at most 20 characters without blanks", shorten(m.Unit), m.Name)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	known, ok := r.byName[m.Name]
	switch {
	case ok && !slices.Contains(r.defined, known):
		return nil, fmt.Errorf("%q is a metric of liveload itself: choose another name", m.Name)
	case ok && (known.Kind != m.Kind || !sameLabels(known.Labels, m.Labels)):
		return nil, fmt.Errorf("%q is a %s already: choose another name", m.Name, kindOf(known))
	case ok && known.Unit != m.Unit:
		return nil, fmt.Errorf("%q has the unit %s already, not %s: choose one", m.Name, known.Unit, m.Unit)
	case ok:
		return known, nil
	case r.custom() >= maxCustom:
		return nil, fmt.Errorf("%q is one metric too many: scripts may define %d; tell samples apart by a tag, add(value, { key: 'value' }), not by names", m.Name, maxCustom)
	}
	return r.define(m), nil
}

// custom counts the metrics of scripts. The caller holds r.mu.
func (r *Registry) custom() (n int) {
	for _, m := range r.defined {
		if !m.OfServer() {
			n++
		}
	}
	return n
}

func checkCustomName(name string) error {
	if !customName.MatchString(name) {
		return fmt.Errorf("%q cannot be the name of a metric: use letters, digits and _, at most 100, with no digit at the beginning", name)
	}
	for prefix, owner := range map[string]string{
		"liveload_": "liveload measures of itself", "generator_": "liveload measures of itself", ServerPrefix: "--probe reads of the tested application",
	} {
		if strings.HasPrefix(name, prefix) {
			return fmt.Errorf("%q cannot be the name of a metric: %s... is what %s", name, prefix, owner)
		}
	}
	if strings.HasSuffix(name, ByNodeSuffix) {
		return fmt.Errorf("%q cannot be the name of a metric: ...%s is what each node has measured of another", name, ByNodeSuffix)
	}
	return nil
}

func unitOf(m Metric) string {
	for suffix, unit := range map[string]string{"_us": Microseconds, "_bytes": Bytes, "_percent": Percent} {
		if strings.HasSuffix(m.Name, suffix) {
			return unit
		}
	}
	if m.Kind == Counter {
		return Events
	}
	return Ratio
}

func sameLabels(a, b []Label) bool {
	return slices.EqualFunc(a, b, func(a, b Label) bool { return a.Name == b.Name })
}

// CustomCounter is a script's Counter.
func CustomCounter(name string) Metric {
	return Metric{Name: name, Kind: Counter, Tagged: true, Help: "A script added to it."}
}

// CustomGauge is a script's Gauge.
func CustomGauge(name string) Metric {
	return Metric{Name: name, Kind: Gauge, Tagged: true, Help: "A script set it."}
}

// CustomTrend is a script's Trend.
func CustomTrend(name string) Metric {
	return Metric{Name: name, Kind: Histogram, Tagged: true, Help: "A script added a value to it."}
}

// CustomRate is a script's RateMetric: a counter of what passed and what failed, as Checks is one.
func CustomRate(name string) Metric {
	return Metric{Name: name, Kind: Counter, Labels: []Label{passOrFail}, Tagged: true, Help: "A script added to it whether something held."}
}

// kindOf names the kind of a script's metric as the script does.
func kindOf(m *Metric) string {
	switch {
	case m.PassesOrFails():
		return "RateMetric"
	case m.Kind == Histogram:
		return "Trend"
	case m.Kind == Gauge:
		return "Gauge"
	}
	return "Counter"
}

// PassOrFail returns the outcome of a condition.
func PassOrFail(held bool) string {
	if held {
		return OutcomePass
	}
	return OutcomeFail
}

// Tags checks the tags of a script's sample and returns them as labels.
func (m *Metric) Tags(tags map[string]string) (Labels, error) {
	if len(tags) > maxTags {
		return Labels{}, fmt.Errorf("%d tags are too many: a sample may have %d", len(tags), maxTags)
	}
	var set Labels
	for _, key := range slices.Sorted(maps.Keys(tags)) {
		_, declared := m.Label(key)
		switch {
		case declared:
			return Labels{}, fmt.Errorf("the tag %s cannot be told from the %s of %s: give it another name", key, key, m.Name)
		case !labelName.MatchString(key):
			return Labels{}, fmt.Errorf("%q cannot be the key of a tag: %s", key, labelNameRule)
		case tags[key] == "":
			return Labels{}, fmt.Errorf("the tag %s is empty: leave it out", key)
		}
		set = set.With(key, tags[key])
	}
	return set, nil
}
