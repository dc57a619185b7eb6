// Package merge makes one Result of several: of the parts of a run that its nodes have kept, or of runs beside each other.
// Totals are merged by their sketches and buckets by theirs, so that nothing becomes less exact. What cannot be merged
// without saying something untrue is refused.
package merge

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/liveload/liveload/metrics"
)

// A File is what a Result file holds.
type File struct {
	Name    string // for messages
	Results []metrics.Result
}

// A part is one Result that goes into another.
type part struct {
	*metrics.Result
	from     *File
	reported time.Duration // of a piece of what a node has kept: what others have of the node goes up to there
}

// Files returns one Result for each scenario of the files, in the order in which they are met. Its error is an *Error.
func Files(files []File) ([]metrics.Result, error) {
	var names []string
	parts := make(map[string][]part)
	for f := range files {
		for i := range files[f].Results {
			r := &files[f].Results[i]
			if parts[r.Name] == nil {
				names = append(names, r.Name)
			}
			parts[r.Name] = append(parts[r.Name], part{Result: r, from: &files[f]})
		}
	}
	if err := newOnly(parts); err != nil {
		return nil, err
	}
	var results []metrics.Result
	for _, name := range names {
		r, err := merged(parts[name])
		if err != nil {
			return nil, err
		}
		results = append(results, r)
	}
	return results, nil
}

// newOnly leaves out of the parts of each scenario what others have. It refuses a file of which nothing is new.
func newOnly(parts map[string][]part) error {
	idle, news := make(map[*File]bool), make(map[*File]bool)
	for name, all := range parts {
		left, known := withoutKnown(all)
		for _, p := range left {
			news[p.from] = true
		}
		for _, f := range known {
			idle[f] = true
		}
		parts[name] = left
	}
	for f := range idle {
		if !news[f] {
			return &Error{Files: []string{f.Name}, Problem: "all that it has is in another of the files already; leave it out"}
		}
	}
	return nil
}

// merged makes one Result of the parts of a scenario.
func merged(all []part) (metrics.Result, error) {
	var parts []part // that could run
	var failed []string
	for _, p := range all {
		if p.Error == "" {
			parts = append(parts, p)
		} else {
			failed = append(failed, fmt.Sprintf("%s: could not run: %s", p.from.Name, p.Error))
		}
	}
	if len(parts) == 0 {
		return metrics.Result{Name: all[0].Name, Error: strings.Join(failed, "; ")}, nil
	}
	if err := check(parts); err != nil {
		return metrics.Result{}, err
	}
	t, err := align(parts)
	if err != nil {
		return metrics.Result{}, err
	}
	r := head(parts, t)
	r.Global = t.numbers(parts, r.Metric)
	r.Nodes = t.nodes(parts)
	r.Health = t.health(parts, slices.Concat(failed, t.remarks(parts, &r)))
	if r.Limit == nil {
		r.Thresholds = judge(&r, parts)
	}
	if r.PartOf == 0 { // otherwise more is to be merged
		r.Global.TimeSeries.DropSketches()
	}
	return r, nil
}
