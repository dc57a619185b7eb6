package report

import (
	"cmp"
	"io"
	"math"
	"strings"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/metrics/compare"
	"github.com/liveload/liveload/metrics/words"
	"github.com/liveload/liveload/sinks/plaintext"
	"github.com/liveload/liveload/sinks/readable"
	"github.com/liveload/liveload/web"
)

// WriteComparison writes the page of a comparison: one HTML file that needs nothing else. Its error is web.ErrMissing when
// this program was built without pages.
func WriteComparison(w io.Writer, c compare.Comparison) error {
	page := FromComparison(c)
	return web.WriteComparison(w, page.Verdict.Title+" · liveload comparison", []web.Part{{Name: "data", Write: packed(page)}})
}

// FromComparison returns what the page of a comparison shows.
func FromComparison(c compare.Comparison) Comparison {
	out := Comparison{Verdict: judged(c), Scenarios: []Compared{}, Missing: []string{}, Limits: []Limit{}}
	for _, m := range c.Missing {
		text := m.Name + " is not compared: " + m.In + " has no numbers of it"
		if m.Why != "" {
			text += ": " + m.Why
		}
		out.Missing = append(out.Missing, text)
	}
	for _, l := range c.Limits {
		text := l.Limit
		if l.Scenario != "" {
			text += " in " + l.Scenario
		}
		out.Limits = append(out.Limits, Limit{Text: text, OK: l.OK, Why: l.Why})
	}
	for _, s := range c.Scenarios {
		out.Version = cmp.Or(out.Version, s.New.Version)
		out.Scenarios = append(out.Scenarios, compared(s))
	}
	return out
}

// judged is what a comparison comes to, with what that rests on.
func judged(c compare.Comparison) Verdict {
	j := readable.Judge(c)
	v := Verdict{State: map[readable.Mood]State{readable.Good: Passed, readable.Bad: Failed, readable.Doubtful: Troubled}[j.Mood], Title: j.Title, More: []string{}, Doubts: []string{}}
	v.Why = strings.ToUpper(j.Text[:1]) + j.Text[1:] + "."
	for i, s := range c.Scenarios {
		prefix := ""
		if len(c.Scenarios) > 1 {
			prefix = s.Name + ": "
		}
		for _, text := range reasons(s) {
			if i > 0 || prefix != "" || !strings.Contains(j.Text, plaintext.Line(text)) {
				v.More = append(v.More, prefix+text)
			}
		}
	}
	return v
}

// reasons are what spoils the comparison of a scenario, or else what is worse.
func reasons(s compare.Scenario) (all []string) {
	for _, d := range s.Doubts {
		if d.Spoils {
			all = append(all, d.Text)
		}
	}
	for _, r := range s.Rows {
		if d := readable.DifferenceOf(r); r.Verdict == compare.Worse && s.Comparable() {
			all = append(all, d.What()+" "+d.Statistic+": "+d.Old+" → "+d.New+" ("+d.Change+")")
		}
	}
	return all
}

func compared(s compare.Scenario) Compared {
	out := Compared{
		Name: s.Name, Verdict: judged(compare.Comparison{Scenarios: []compare.Scenario{s}}), Old: side(s.Old), New: side(s.New), Counts: readable.Verdicts(s),
		Doubts: []Doubt{}, Rows: []Difference{}, Thresholds: []Limit{}, NewFailures: lone(s.NewFailures), GoneFailures: lone(s.GoneFailures),
		OnlyOld: onlyMeasured(s.OnlyOld), OnlyNew: onlyMeasured(s.OnlyNew), Curves: curves(s),
	}
	for _, d := range s.Doubts {
		out.Doubts = append(out.Doubts, Doubt(d))
	}
	for _, r := range s.Rows {
		out.Rows = append(out.Rows, difference(r))
	}
	for _, t := range s.Thresholds {
		if said := readable.ThresholdChange(t); said != "" {
			out.Thresholds = append(out.Thresholds, Limit{Text: said, OK: !t.Lost()})
		}
	}
	return out
}

func lone(all []compare.Failure) []LoneFailure {
	out := []LoneFailure{}
	for _, f := range all {
		out = append(out, LoneFailure(f))
	}
	return out
}

func onlyMeasured(all []compare.Measured) []string {
	out := []string{}
	for _, m := range all {
		out = append(out, readable.OnlyMeasured(m))
	}
	return out
}

func side(r *compare.Run) Side {
	out := Side{File: r.File, Git: r.Git, Version: r.Version, Load: r.Load}
	if of := r.Result; of != nil {
		out.Start, out.Host, out.ElapsedMS, out.BucketMS, out.Series = of.GeneratedAt.Add(-elapsed(of)), of.Labels["host"], of.Global.ElapsedMS, of.BucketWidthMS, of.Global.TimeSeries
	}
	return out
}

func difference(r compare.Row) Difference {
	d := readable.DifferenceOf(r)
	out := Difference{
		Metric: r.Name, Title: d.Metric, Meaning: words.Of(r.Metric).Meaning, Label: r.Label, Statistic: d.Statistic, Old: d.Old, New: d.New, Change: d.Change, Noise: d.Noise,
		Verdict: r.Verdict, Why: d.Why, Whisker: whisker(r), Size: math.MaxFloat32,
	}
	if r.Change != nil {
		out.Size = *r.Change
	}
	return out
}

// curves are the distributions that both runs have, in the order of the rows.
func curves(s compare.Scenario) []Curve {
	all := []Curve{}
	if s.Old.Result == nil || s.New.Result == nil {
		return all
	}
	old, new := s.Old.Result.Global.Histograms, s.New.Result.Global.Histograms
	known := make(map[[2]string]bool)
	for _, r := range s.Rows {
		key := [2]string{r.Name, r.Label}
		if r.Metric.Kind != metrics.Histogram || known[key] {
			continue
		}
		known[key] = true
		a, b := old[r.Name].Aggregate, new[r.Name].Aggregate
		if _, labelled := old[r.Name].By[r.Label]; labelled {
			a, b = old[r.Name].By[r.Label], new[r.Name].By[r.Label]
		}
		all = append(all, Curve{Metric: r.Name, Title: words.Of(r.Metric).Name, Unit: r.Metric.Unit, Label: r.Label, Old: quantiles(a), New: quantiles(b)})
	}
	return all
}

// quantiles are 101, from 0 to 1.
func quantiles(h metrics.HistogramValues) []float64 {
	out := h.Sketch.Quantiles(hundredths...)
	for i := range out {
		out[i] = digits(out[i])
	}
	return out
}

var hundredths = func() (all []float64) {
	for i := range 101 {
		all = append(all, float64(i)/100)
	}
	return all
}()
