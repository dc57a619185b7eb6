package metrics

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

const (
	// maxCustom is how many metrics scripts may define in a run. Each costs memory on every node and
	// in every bucket.
	maxCustom = 200
	// maxTags is how many tags a sample may have.
	maxTags = 8
)

var (
	customName = regexp.MustCompile(`^[a-zA-Z_][a-zA-Z0-9_]{0,99}$`)
	tagName    = regexp.MustCompile(`^[a-zA-Z_][a-zA-Z0-9_]{0,39}$`)
	// tagValue keeps label and tags apart where a value has their signs.
	tagValue = strings.NewReplacer(`\`, `\\`, `,`, `\,`, `=`, `\=`, `{`, `\{`, `}`, `\}`)
)

// Custom registers a metric of a script and returns it; the same one for the same definition. A name that
// cannot be used, or that is another metric's, is an error. Its unit follows from the end of the name.
func (r *Registry) Custom(m Metric) (*Metric, error) {
	if err := checkCustomName(m.Name); err != nil {
		return nil, err
	}
	m.Unit = unitOf(m)
	r.mu.Lock()
	defer r.mu.Unlock()
	known, ok := r.byName[m.Name]
	switch {
	case ok && r.custom[m.Name] == nil:
		return nil, fmt.Errorf("%q is a metric of liveload itself: choose another name", m.Name)
	case ok && (known.Kind != m.Kind || known.By != m.By):
		return nil, fmt.Errorf("%q is a %s already: choose another name", m.Name, kindOf(*known))
	case ok:
		return known, nil
	case len(r.custom) >= maxCustom:
		return nil, fmt.Errorf("%q is one metric too many: scripts may define %d; tell samples apart by a tag, add(value, { key: 'value' }), not by names", m.Name, maxCustom)
	}
	if r.custom == nil {
		r.custom = make(map[string]*Metric)
	}
	r.byName[m.Name], r.custom[m.Name] = &m, &m
	return &m, nil
}

func checkCustomName(name string) error {
	if !customName.MatchString(name) {
		return fmt.Errorf("%q cannot be the name of a metric: use letters, digits and _, at most 100, with no digit at the beginning", name)
	}
	for _, prefix := range []string{"liveload_", "generator_"} {
		if strings.HasPrefix(name, prefix) {
			return fmt.Errorf("%q cannot be the name of a metric: %s... is what liveload measures of itself", name, prefix)
		}
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

// The four kinds of metrics of scripts, in the terms of this package.
const (
	byTags    = "tags"
	byOutcome = "tags and outcome"
)

// CustomCounter is a script's Counter.
func CustomCounter(name string) Metric {
	return Metric{Name: name, Kind: Counter, By: byTags, Help: "A script added to it."}
}

// CustomGauge is a script's Gauge.
func CustomGauge(name string) Metric {
	return Metric{Name: name, Kind: Gauge, By: byTags, Help: "A script set it."}
}

// CustomTrend is a script's Trend.
func CustomTrend(name string) Metric {
	return Metric{Name: name, Kind: Histogram, By: byTags, Help: "A script added a value to it."}
}

// CustomRate is a script's RateMetric: a counter of what passed and what failed, as Checks is one.
func CustomRate(name string) Metric {
	return Metric{Name: name, Kind: Counter, By: byOutcome, Help: "A script added to it whether something held."}
}

// kindOf names the kind of a script's metric as the script does.
func kindOf(m Metric) string {
	switch {
	case m.By == byOutcome:
		return "RateMetric"
	case m.Kind == Histogram:
		return "Trend"
	case m.Kind == Gauge:
		return "Gauge"
	}
	return "Counter"
}

// TagLabel makes the label of a sample out of its tags: key=value, in the order of the keys, with commas
// between them. In values , = { } and \ have a \ before them.
func TagLabel(tags map[string]string) (string, error) {
	if len(tags) > maxTags {
		return "", fmt.Errorf("%d tags are too many: a sample may have %d", len(tags), maxTags)
	}
	parts := make([]string, 0, len(tags))
	for _, key := range slices.Sorted(maps.Keys(tags)) {
		if !tagName.MatchString(key) {
			return "", fmt.Errorf("%q cannot be the key of a tag: use letters, digits and _, at most 40, with no digit at the beginning", key)
		}
		if tags[key] == "" {
			return "", errors.New("the tag " + key + " is empty: leave it out")
		}
		parts = append(parts, key+"="+tagValue.Replace(tags[key]))
	}
	return shorten(strings.Join(parts, ",")), nil
}

// OutcomeLabel is the label of something that passed or failed: what it is, its tags as TagLabel gives
// them, and the outcome, as in "cart pass", "cart{plan=pro} fail", "{plan=pro} pass" and "pass".
func OutcomeLabel(name, tags string, passed bool) string {
	if tags != "" {
		name += "{" + tags + "}"
	}
	outcome := "fail"
	if passed {
		outcome = "pass"
	}
	if name == "" {
		return outcome
	}
	return name + " " + outcome
}
