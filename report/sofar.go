package report

import (
	"fmt"
	"slices"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/sinks/plaintext"
)

// SoFar returns what a dashboard shows of a run that goes on. Nothing is judged yet but what was promised, as it stands.
func SoFar(results []metrics.Result) Data {
	d := FromResults(results)
	d.Kind, d.Verdict = Dashboard, standing(results)
	for i := range d.Scenarios {
		d.Scenarios[i].Verdict = standing(results[i : i+1])
		if results[i].MeasuredNothing() && !results[i].LostAllNodes() { // yet
			d.Scenarios[i].Dead = ""
		}
	}
	return d
}

func lostAllNodes(results []metrics.Result) bool {
	return slices.ContainsFunc(results, func(r metrics.Result) bool { return r.LostAllNodes() })
}

// standing says how thresholds stand, and what has failed. Thresholds without a value are neither met nor failed yet.
func standing(results []metrics.Result) Verdict {
	known, thresholds, unmet := make([]metrics.Result, len(results)), 0, 0
	for i, r := range results {
		r.Thresholds = slices.DeleteFunc(slices.Clone(r.Thresholds), func(o metrics.ThresholdOutcome) bool { return o.Value == nil })
		for _, o := range r.Thresholds {
			if thresholds++; !o.OK {
				unmet++
			}
		}
		known[i] = r
	}
	all := judge(known...)
	v := Verdict{State: Running, Title: "So far, so good", Why: "Nothing has failed.", More: all.More, Doubts: all.Doubts}
	switch {
	case len(results) == 0:
		v.Title, v.Why = "Getting ready", "Nothing has been measured yet."
	case results[0].Limit != nil:
		v.Title, v.Why = "Searching for the limit", results[0].Limit.Statement
	case unmet > 0:
		v.Title, v.Why = "Not as promised so far", fmt.Sprintf("%d of %s not met.", unmet, plaintext.Plural(int64(thresholds), "threshold"))
	case len(v.More) > 0:
		v.Title, v.Why = "Something fails", "The run goes on."
	case len(results) > 0 && lostAllNodes(results):
		v.Title, v.Why = "Nobody is left", "Every node was lost."
	case thresholds > 0:
		v.Why = "Nothing has failed, and all thresholds are met."
	}
	return v
}
