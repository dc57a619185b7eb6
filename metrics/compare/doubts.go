package compare

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/metrics/predecessor"
)

// muchLonger is from which relative difference on loads and durations are not the same.
const muchLonger = 0.1

// A Doubt is a reason other than the application for which numbers may differ.
type Doubt struct {
	Text   string `json:"text"`
	Spoils bool   `json:"spoils"` // the comparison means nothing
}

// loadOptions are the options that say how much load there is.
var loadOptions = []string{"load", "users", "rate", "stages", "rampUp", "iterations", "iterationsPerUser", "controlled", "startTime", "findLimit"}

// ownOptions differ between runs of the same kind.
var ownOptions = []string{"seed"}

// doubts finds them, the worst first.
func doubts(a, b *metrics.Result) []Doubt {
	all := []Doubt{}
	spoil := func(format string, args ...any) { all = append(all, Doubt{fmt.Sprintf(format, args...), true}) }
	for _, side := range []struct {
		name string
		r    *metrics.Result
	}{{"old", a}, {"new", b}} {
		if h := side.r.Health; h.Saturated {
			spoil("the load generator of the %s run was saturated, so that its latencies are partly its own: %s", side.name, strings.Join(h.Reasons, "; "))
		}
		if side.r.PartOf > 0 {
			spoil("the %s file has the numbers of %d of %d nodes", side.name, len(side.r.Nodes), side.r.PartOf)
		}
		for _, note := range side.r.Health.Notes {
			if slices.Contains(predecessor.Notes, note) {
				all = append(all, Doubt{Text: note})
			}
		}
		for _, n := range side.r.Nodes {
			if n.Status != metrics.NodeOK {
				spoil("node %s of the %s run: %s", n.Node, side.name, n.Status)
			}
		}
	}
	all = append(all, loadDoubts(a, b)...)
	all = append(all, optionDoubts(a, b)...)
	if a.LiveloadVersion != b.LiveloadVersion {
		all = append(all, Doubt{Text: fmt.Sprintf("liveload was %s, and is %s", a.LiveloadVersion, b.LiveloadVersion)})
	}
	if host := a.Labels["host"]; host != b.Labels["host"] {
		all = append(all, Doubt{Text: fmt.Sprintf("the load came from %s, and comes from %s", cmp.Or(host, "an unknown host"), cmp.Or(b.Labels["host"], "an unknown host"))})
	}
	slices.SortStableFunc(all, func(x, y Doubt) int { return rankOf(x) - rankOf(y) })
	return all
}

func rankOf(d Doubt) int {
	if d.Spoils {
		return 0
	}
	return 1
}

// loadDoubts compares the load that there was.
func loadDoubts(a, b *metrics.Result) (all []Doubt) {
	if x, y := users(a), users(b); differ(x, y) {
		all = append(all, Doubt{fmt.Sprintf("the load differs: %.4g users on average, and %.4g", x, y), true})
	}
	if len(a.Nodes) != len(b.Nodes) {
		all = append(all, Doubt{Text: fmt.Sprintf("there were %d nodes, and are %d", len(a.Nodes), len(b.Nodes))})
	}
	x, _ := seconds(a)
	y, _ := seconds(b)
	if differ(x, y) {
		all = append(all, Doubt{Text: fmt.Sprintf("the runs are not equally long: %.3g s, and %.3g s", x, y)})
	}
	return all
}

// users is how many there were on average.
func users(r *metrics.Result) float64 {
	sum, n := 0.0, 0
	for _, v := range r.Global.TimeSeries.ActiveUsers {
		sum += float64(v)
		n++
	}
	return over(sum, float64(n))
}

func differ(x, y float64) bool { return math.Abs(x-y) > muchLonger*max(x, y) }

// optionDoubts compares what was asked for.
func optionDoubts(a, b *metrics.Result) (all []Doubt) {
	old, new := optionsOf(a), optionsOf(b)
	if (len(old) == 0) != (len(new) == 0) {
		return []Doubt{{Text: "the options of one of the runs are not known"}}
	}
	names := maps.Clone(new)
	maps.Copy(names, old)
	for _, name := range slices.Sorted(maps.Keys(names)) {
		x, y := old[name], new[name]
		if x == y || slices.Contains(ownOptions, name) {
			continue
		}
		all = append(all, Doubt{fmt.Sprintf("option %s: %s, and %s", name, cmp.Or(x, "none"), cmp.Or(y, "none")), slices.Contains(loadOptions, name)})
	}
	return all
}

// optionsOf returns the options as JSON.
func optionsOf(r *metrics.Result) map[string]string {
	options, _ := r.Options.(map[string]any)
	texts := make(map[string]string, len(options))
	for name, v := range options {
		text, err := json.Marshal(v)
		if err != nil {
			text = fmt.Append(nil, v)
		}
		texts[name] = string(text)
	}
	return texts
}

// loadOf is the load in words.
func loadOf(r *metrics.Result) string {
	options, _ := r.Options.(map[string]any)
	var parts []string
	for _, name := range []string{"load", "users", "rate", "duration"} {
		if v, ok := options[name]; ok {
			parts = append(parts, fmt.Sprintf("%s %v", name, v))
		}
	}
	return strings.Join(parts, ", ")
}
