package threshold

import (
	"slices"
	"strings"

	"github.com/liveload/liveload/metrics"
)

// wholes name what a counter is a part of: its rate is then a share of their samples. It is a constant.
var wholes = map[string][]string{
	metrics.IterationFailures.Name: {metrics.Iterations.Name},
	metrics.ScenarioFailures.Name:  {metrics.ScenarioDuration.Name}, // one sample for each user that ended
	metrics.DroppedIterations.Name: {metrics.Iterations.Name, metrics.DroppedIterations.Name},
}

// labels are all labels that a metric can have, where they are known here. Known may know more. It is a constant.
var labels = map[string][]string{
	metrics.Iterations.Name:          {"ok", "failed", "timeout"},
	metrics.IterationDuration.Name:   {"ok", "failed", "timeout"},
	metrics.IterationResponse.Name:   {"ok", "failed", "timeout"},
	metrics.DroppedIterations.Name:   {"no free user", "no session", "not begun in time"},
	metrics.LateIterations.Name:      {"user was starting", "load generator was late"},
	metrics.LiveViewNavigations.Name: {"patch", "redirect"},
	metrics.LiveViewErrors.Name:      {"join crash", "channel error"},
	metrics.LiveViewLoadingClassDuration.Name: {
		"phx-click-loading", "phx-submit-loading", "phx-change-loading", "phx-focus-loading", "phx-blur-loading", "phx-keydown-loading", "phx-keyup-loading", "phx-hook-loading",
	},
	metrics.HTTPRequests.Name: {"1xx", "2xx", "3xx", "4xx", "5xx", "failed", "opaque", "unknown"},
}

// Keys of labels that mean something here. A script's samples have any number of tags.
const (
	scenarioKey = "scenario" // on every metric
	outcomeKey  = "outcome"  // of what passes or fails, at the end of the label
	nameKey     = "name"     // before the tags
	tagsKey     = "tags"
	passed      = "pass"
	failed      = "fail"
)

// passesOrFails says whether a counter counts what passed and what failed: checks, and a script's
// RateMetric.
func passesOrFails(m *metrics.Metric) bool {
	return m.Kind == metrics.Counter && strings.HasSuffix(m.By, " and "+outcomeKey)
}

// tagged says whether samples of a metric can have tags.
func tagged(m *metrics.Metric) bool {
	return passesOrFails(m) || m.By == tagsKey
}

// keysOf returns the names of the labels that a metric is broken down by, each with the names that it may
// also be called: "failure class" can be written class. Tags are not among them.
func keysOf(m *metrics.Metric) [][]string {
	var keys [][]string
	for key := range strings.SplitSeq(m.By, " and ") {
		if key = strings.TrimSpace(key); key == "" || key == tagsKey {
			continue
		}
		words := strings.Fields(key)
		names := []string{key, strings.Join(words, "_")}
		if len(words) > 1 {
			names = append(names, words...)
		}
		keys = append(keys, names)
	}
	return keys
}

// isKey says whether a metric is broken down by a label of that name.
func isKey(m *metrics.Metric, key string) bool {
	return slices.ContainsFunc(keysOf(m), func(names []string) bool { return slices.Contains(names, key) })
}

// valuesOf lists what a label can be, when that is known.
func valuesOf(m *metrics.Metric, key string, known Known) []string {
	if passesOrFails(m) {
		if key == outcomeKey {
			return []string{passed, failed}
		}
		return nil
	}
	if all, ok := labels[m.Name]; ok {
		return all
	}
	return known.Labels(m.Name)
}

// partOf returns the part of a recorded label that a key names: all of it, unless the metric has tags or
// passes and fails. Such labels look like "cart pass", "cart{plan=pro} fail", "pass" and "plan=pro,n=2".
func partOf(m *metrics.Metric, label, key string) string {
	if !tagged(m) {
		return label
	}
	if passesOrFails(m) {
		end := strings.LastIndexByte(label, ' ')
		if key == outcomeKey {
			return label[end+1:]
		}
		name, tags := splitTags(label[:max(end, 0)])
		if key == nameKey && isKey(m, nameKey) {
			return name
		}
		return tags[key]
	}
	_, tags := splitTags("{" + label + "}")
	return tags[key]
}

// splitTags takes "cart{plan=pro}" apart. Braces that hold no tags belong to the name.
func splitTags(label string) (name string, tags map[string]string) {
	inside, closed := strings.CutSuffix(label, "}")
	open := lastPlain(inside, '{')
	if !closed || open < 0 {
		return label, nil
	}
	tags = map[string]string{}
	for _, tag := range splitPlain(inside[open+1:], ',') {
		equals := strings.IndexByte(tag, '=')
		if equals < 1 {
			return label, nil
		}
		tags[tag[:equals]] = unescape(tag[equals+1:])
	}
	return label[:open], tags
}

// lastPlain finds the last sign that has no backslash before it.
func lastPlain(text string, sign byte) int {
	last := -1
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case sign:
			last = i
		}
	}
	return last
}

// splitPlain splits at signs that have no backslash before them.
func splitPlain(text string, sign byte) []string {
	var parts []string
	from := 0
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case sign:
			parts = append(parts, text[from:i])
			from = i + 1
		}
	}
	return append(parts, text[from:])
}

func unescape(text string) string {
	var out strings.Builder
	for i := 0; i < len(text); i++ {
		if text[i] == '\\' && i+1 < len(text) {
			i++
		}
		out.WriteByte(text[i])
	}
	return out.String()
}
