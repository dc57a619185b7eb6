package compare

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

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

// doubts finds them, the worst first.
func doubts(a, b *metrics.Result) []Doubt {
	all := []Doubt{}
	spoil := func(format string, args ...any) { all = append(all, Doubt{fmt.Sprintf(format, args...), true}) }
	switch {
	case a.RunID != "" && a.RunID == b.RunID:
		spoil("both files are of the same run")
	case b.GeneratedAt.Before(a.GeneratedAt):
		all = append(all, Doubt{Text: fmt.Sprintf("the new run was before the old one, at %s and %s: are the files swapped?", b.GeneratedAt.Format(time.DateTime), a.GeneratedAt.Format(time.DateTime))})
	}
	for _, side := range []struct {
		name string
		r    *metrics.Result
	}{{"old", a}, {"new", b}} {
		if h := side.r.Health; h.Saturated {
			spoil("the load generator of the %s run was saturated, so that its latencies are partly its own: %s", side.name, strings.Join(h.Reasons, "; "))
		}
		if why := dead(side.r); why != "" {
			spoil("the %s run: %s", side.name, why)
		}
		if side.r.Interrupted {
			all = append(all, Doubt{Text: fmt.Sprintf("the %s run was interrupted", side.name)})
		}
		if cut := side.r.CutShort; cut != nil {
			all = append(all, Doubt{Text: fmt.Sprintf("the %s run was cut short: liveload died %v after its start", side.name, cut.After())})
		}
		if side.r.PartOf > 0 {
			spoil("the %s file has the numbers of %d of %d nodes", side.name, len(side.r.Nodes), side.r.PartOf)
		}
		for _, n := range side.r.Nodes {
			if n.Status != metrics.NodeOK {
				spoil("node %s of the %s run: %s", n.Node, side.name, n.Status)
			}
		}
	}
	if predecessor.Wrote(a) != predecessor.Wrote(b) {
		for _, note := range predecessor.Notes {
			all = append(all, Doubt{Text: note})
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

// dead says why nothing in a run counts as a success. The predecessor did not count iterations.
func dead(r *metrics.Result) string {
	if predecessor.Wrote(r) {
		return ""
	}
	return r.Dead()
}

func rankOf(d Doubt) int {
	if d.Spoils {
		return 0
	}
	return 1
}

// loadDoubts compares the load that there was.
func loadDoubts(a, b *metrics.Result) (all []Doubt) {
	switch x, y := users(a), users(b); {
	case !differ(x, y):
	case a.OpenLoad() && b.OpenLoad():
		all = append(all, Doubt{Text: fmt.Sprintf("there were %.4g users on average, and %.4g: as many as iterations that come at their rate need", x, y)})
	default:
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

// users is how many there were on average, until the last ones ended: how late in its bucket that was says nothing.
func users(r *metrics.Result) float64 {
	sum, n := 0.0, 0
	for i, v := range r.Global.TimeSeries.ActiveUsers {
		sum += float64(v)
		if v > 0 {
			n = i + 1
		}
	}
	return over(sum, float64(n))
}

func differ(x, y float64) bool { return math.Abs(x-y) > muchLonger*max(x, y) }
