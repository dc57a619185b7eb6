package standout

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/sinks/plaintext"
	"github.com/liveload/liveload/sinks/readable"
)

// mostAlong is how many numbers of the application are named.
const mostAlong = 3

var applicationRule = rule{
	name: "what-gave-out-in-the-application", find: application,
	advice: "What grows together need not be cause and effect: see how probe.md reads these numbers.",
}

// saturates matches names of numbers that say that something is used up, and not merely that there is more to do.
var saturates = regexp.MustCompile(`run_queue|queue_time|queue_length|cpu_percent|utili[sz]ation|waiting|pending|checkout|lag`)

// application finds what the application said of itself while something became slower: what was used up then, or that it
// stopped answering.
func application(v *run) []Finding {
	if f := v.silent(); f != nil {
		return []Finding{*f}
	}
	slow := slices.IndexFunc(v.found, func(f Finding) bool { return f.Rule == growsName || f.Rule == driftsName })
	if slow < 0 {
		return nil
	}
	f := v.found[slow]
	points := v.points(v.r.Global.TimeSeries.Histograms[f.Metric].By[f.Label])
	var found []Finding
	for name, gauge := range v.r.Global.TimeSeries.Gauges {
		m := v.r.Metric(name)
		if !m.OfServer() || !saturates.MatchString(name) {
			continue
		}
		along := make([]point, 0, len(points))
		for _, p := range points {
			if g := at(gauge.Aggregate, p.bucket); g != nil {
				along = append(along, point{p.y, g.Max, p.bucket})
			}
		}
		if len(along) < fewestPoints {
			continue
		}
		correlation := rankCorrelation(along)
		low, high := thirds(along)
		if !certain(correlation, len(along)) || high < muchSlower*low || high == 0 {
			continue
		}
		found = append(found, Finding{
			Metric: name, size: correlation,
			Sentence: fmt.Sprintf("While %s became slower, %s of the application rose from %s to %s.", quoted(f.Label), plaintext.Line(name), readable.Value(m, low), readable.Value(m, high)),
			How:      fmt.Sprintf("Rank correlation of its largest value with that latency in %d buckets of %s: %.2f. Only numbers that say that something is used up are looked at.", len(along), readable.Length(v.width), correlation),
			Numbers:  []Measured{{"when it was fast", low, m.Unit}, {"when it was slow", high, m.Unit}, {"rank correlation", correlation, ""}},
		})
	}
	slices.SortFunc(found, func(a, b Finding) int { return cmp.Or(cmp.Compare(b.size, a.size), cmp.Compare(a.Metric, b.Metric)) })
	return found[:min(len(found), mostAlong)]
}

// silent says that the application did not answer its probe any more.
func (v *run) silent() *Finding {
	failures := v.over(metrics.ServerProbeFailures)
	for i := range failures {
		seconds, left := int64(0), int64(0)
		for _, n := range failures[i:] {
			seconds += n
			left += int64(v.width.Seconds())
		}
		if failures[i] == 0 || seconds < fewestSamples || 2*seconds < left {
			continue
		}
		return &Finding{
			Metric: metrics.ServerProbeFailures.Name, AtMS: v.beginsMS(i), Numbers: []Measured{{"failed readings", float64(seconds), ""}, {"users", at(v.users, i), ""}},
			Sentence: fmt.Sprintf("The application did not answer its probe from %s on, with %s: %s failed.", v.begins(i), plaintext.Plural(int64(at(v.users, i)), "user"), plaintext.Plural(seconds, "reading")),
			How:      "The metrics of the application are read once a second; from that time on at least half of the readings failed.",
		}
	}
	return nil
}
