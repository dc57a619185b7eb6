package standout

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/sinks/plaintext"
	"github.com/liveload/liveload/sinks/readable"
)

const (
	// fewestFailures and fewestTries are needed on the two sides of a moment to say that failures begin there.
	fewestFailures, fewestTries = 5, 10
	// leastFailing is the share that fails from then on; before, it is a fifth of that at most.
	leastFailing, beforeIt = 0.05, 0.2
	// leastLikely is the smallest log-likelihood ratio that counts: one in thousands is as large by chance, however many
	// moments are tried.
	leastLikely = 20.0
)

var errorsRule = rule{
	name: "errors-that-begin-at-a-load", find: errors,
	advice: "Look at what the application has a fixed number of: database connections, processes, file descriptors, memory, a limit of requests.",
}

// tries is how many of how many have failed in a bucket.
type tries struct {
	bucket      int
	users       float64
	all, failed float64
}

// errors finds a load, or a moment, from which on something fails. What fails first in this order explains the rest.
func errors(v *run) []Finding {
	for _, kind := range []struct {
		begins         string // to fail, in words
		failed, all    *metrics.Metric
		failing, label string // of all, what has failed; "" when failed counts that
		apart          bool   // all does not count what has failed
	}{
		{"Iterations begin to fail", metrics.IterationFailures, metrics.Iterations, "", "", false},
		{"Requests begin to be answered with errors (5xx)", metrics.HTTPRequests, metrics.HTTPRequests, "5xx", "5xx", false},
		{"WebSockets begin to be refused", metrics.WebSocketConnectionFailures, metrics.WebSocketConnectionsOpened, "", "", true},
		{"LiveViews begin to crash (crashes for each event)", metrics.LiveViewErrors, metrics.LiveViewEvents, "", "", false},
	} {
		failed, all := v.over(kind.failed), v.over(kind.all)
		if kind.failing != "" {
			failed = v.r.Global.TimeSeries.Counters[kind.failed.Name].By[kind.failing]
		}
		if kind.apart {
			all = together(all, failed)
		}
		f, ok := v.begin(kind.begins, v.tries(failed, all))
		if !ok {
			continue
		}
		f.Metric, f.Label = kind.failed.Name, kind.label
		if class, n := v.largest(kind.failed); f.Label == "" && class != "" {
			f.Label = class
			f.Sentence += fmt.Sprintf(" Most are %s (%s).", quoted(class), plaintext.Count(n))
		}
		return []Finding{f}
	}
	return nil
}

// together adds up two columns.
func together(a, b []int64) []int64 {
	sum := make([]int64, max(len(a), len(b)))
	for i := range sum {
		sum[i] = at(a, i) + at(b, i)
	}
	return sum
}

// largest returns the label of a counter with the most.
func (v *run) largest(m *metrics.Metric) (label string, most int64) {
	by := v.counter(m).By
	for _, l := range labelsOf(by) {
		if by[l] > most {
			label, most = l, by[l]
		}
	}
	return label, most
}

func (v *run) tries(failed, all []int64) (buckets []tries) {
	for i, users := range v.users {
		n, f := float64(at(all, i)), float64(at(failed, i))
		if n = max(n, f); n > 0 && f >= 0 {
			buckets = append(buckets, tries{i, users, n, f})
		}
	}
	return buckets
}

// begin finds the number of users, or the time, that best separates buckets in which it fails from those before.
func (v *run) begin(begins string, buckets []tries) (Finding, bool) {
	byTime := separate(buckets, func(tries, tries) bool { return true })
	byUsers := separation{}
	if v.vary() {
		sorted := slices.SortedStableFunc(slices.Values(buckets), func(a, b tries) int { return cmp.Compare(a.users, b.users) })
		byUsers = separate(sorted, func(a, b tries) bool { return a.users < b.users })
	}
	s, users := byUsers, true
	if byTime.ratio > 1.1*byUsers.ratio { // in a ramp, both are the same
		s, users = byTime, false
	}
	if s.ratio < leastLikely {
		return Finding{}, false
	}
	f := Finding{AtMS: v.beginsMS(s.first.bucket), size: s.ratio, Numbers: []Measured{
		{"share before", 100 * s.before.share(), metrics.Percent}, {"share from then on", 100 * s.after.share(), metrics.Percent}, {"log-likelihood ratio", s.ratio, ""},
	}}
	onset, by := fmt.Sprintf("from %s on", v.begins(s.first.bucket)), "time"
	if users {
		onset, by = fmt.Sprintf("from about %s users on (first at %s)", number(s.first.users), v.begins(s.first.bucket)), "number of users"
		f.Numbers = append(f.Numbers, Measured{"users when it begins", s.first.users, ""})
	}
	f.Sentence = fmt.Sprintf("%s %s: %s %% before, %s %% from then on.", begins, onset, readable.Number(100*s.before.share()), readable.Number(100*s.after.share()))
	f.How = fmt.Sprintf("Of all ways to divide the buckets of %s by %s, this one separates failures best: %.0f of %.0f before, %.0f of %.0f from then on (log-likelihood ratio %.0f; below %.0f nothing is said).",
		readable.Length(v.width), by, s.before.failed, s.before.all, s.after.failed, s.after.all, s.ratio, leastLikely)
	return f, true
}

func (t tries) share() float64 { return t.failed / max(t.all, 1) }

// A separation divides buckets into those before a moment and those from it on.
type separation struct {
	before, after tries
	first         tries // the earliest bucket after it
	ratio         float64
}

// separate finds the most likely one, between neighbours that may be parted; its ratio is 0 when there is none.
func separate(buckets []tries, parted func(a, b tries) bool) (best separation) {
	var all tries
	for _, b := range buckets {
		all.all, all.failed = all.all+b.all, all.failed+b.failed
	}
	var before tries
	for i := 1; i < len(buckets); i++ {
		before.all, before.failed = before.all+buckets[i-1].all, before.failed+buckets[i-1].failed
		after := tries{all: all.all - before.all, failed: all.failed - before.failed}
		if !parted(buckets[i-1], buckets[i]) || before.all < fewestTries || after.failed < fewestFailures || after.share() < leastFailing || before.share() > beforeIt*after.share() {
			continue
		}
		ratio := 2 * (before.likelihood() + after.likelihood() - all.likelihood())
		if ratio > best.ratio {
			first := slices.MinFunc(buckets[i:], func(a, b tries) int { return cmp.Compare(a.bucket, b.bucket) })
			first.users = buckets[i].users
			best = separation{before, after, first, ratio}
		}
	}
	return best
}

// likelihood is the logarithm of that of such failures when each try fails with the same probability.
func (t tries) likelihood() float64 {
	p := t.share()
	if p <= 0 || p >= 1 {
		return 0
	}
	return t.failed*math.Log(p) + (t.all-t.failed)*math.Log(1-p)
}
