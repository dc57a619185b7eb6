package compare

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/redact"
)

// loadOptions are the options that say how much load there is.
var loadOptions = []string{"load", "users", "rate", "stages", "rampUp", "iterations", "iterationsPerUser", "controlled", "startTime", "findLimit"}

// ownOptions differ between runs of the same kind.
var ownOptions = []string{"seed"}

// longest is how much of an option is shown, in bytes.
const longest = 200

// optionDoubts compares what was asked for. Of what may be a secret it says only that it differs.
func optionDoubts(a, b *metrics.Result) (all []Doubt) {
	old, new := optionsOf(a), optionsOf(b)
	if (len(old) == 0) != (len(new) == 0) {
		return []Doubt{{Text: "the options of one of the runs are not known"}}
	}
	names := maps.Clone(new)
	maps.Copy(names, old)
	for _, name := range slices.Sorted(maps.Keys(names)) {
		x, hadOld := old[name]
		y, hasNew := new[name]
		top, _, _ := strings.Cut(name, ".")
		if hadOld == hasNew && reflect.DeepEqual(x, y) || slices.Contains(ownOptions, top) {
			continue
		}
		before, after := shown(name, x, hadOld), shown(name, y, hasNew)
		text := fmt.Sprintf("option %s: %s, and %s", name, before, after)
		if before == after || before == redact.Hidden || after == redact.Hidden {
			text = fmt.Sprintf("option %s differs; it may be a secret, so that its values are not shown", name)
		}
		all = append(all, Doubt{text, slices.Contains(loadOptions, top)})
	}
	return all
}

// optionsOf returns the options by their names; what is in an object has the name of that before its own.
func optionsOf(r *metrics.Result) map[string]any {
	options, _ := r.Options.(map[string]any)
	flat := make(map[string]any, len(options))
	var flatten func(prefix string, of map[string]any)
	flatten = func(prefix string, of map[string]any) {
		for name, v := range of {
			if inner, ok := v.(map[string]any); ok && len(inner) > 0 && !redact.IsSecret(name) {
				flatten(prefix+name+".", inner)
			} else {
				flat[prefix+name] = v
			}
		}
	}
	flatten("", options)
	return flat
}

// shown is an option as JSON, unless it may be a secret.
func shown(name string, v any, given bool) string {
	if !given {
		return "none"
	}
	if redact.IsSecret(name) {
		return redact.Hidden
	}
	text, err := json.Marshal(redact.Value(v))
	if err != nil {
		text = fmt.Append(nil, redact.Value(v))
	}
	return cmp.Or(metrics.Shorten(string(text), longest), "none")
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
