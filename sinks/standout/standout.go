// Package standout says in sentences what stands out in a Result: what was slow or broke, from which load on, and how that
// was found. A rule that cannot be sure says nothing. docs/why-slow.md describes each of them.
package standout

import (
	"cmp"
	"math"
	"slices"

	"github.com/liveload/liveload/metrics"
)

// A Finding is one thing that stands out.
type Finding struct {
	Rule     string `json:"rule"`
	Sentence string `json:"sentence"`
	How      string `json:"how"`    // it was found, with the numbers behind it
	Advice   string `json:"advice"` // what to do about it, or where to look
	Link     string `json:"link"`   // where in docs/ the rule is described
	// Doubt is why it may be otherwise; "" mostly.
	Doubt   string     `json:"doubt,omitempty"`
	Metric  string     `json:"metric"`          // that shows it
	Label   string     `json:"label,omitempty"` // value of its first label
	AtMS    *int64     `json:"at_ms,omitempty"` // when it began, since the start of the run, of what begins
	Numbers []Measured `json:"numbers"`         // of the sentence

	size float64 `json:"-"` // among the findings of its rule, the largest first
}

// A Measured number is one that a sentence has in words.
type Measured struct {
	Name  string  `json:"name"`
	Value float64 `json:"value"`
	Unit  string  `json:"unit,omitempty"` // of package metrics; "" for a plain number
}

// absurd says whether it is no number at all, as of sums that were too large.
func (m Measured) absurd() bool { return math.IsNaN(m.Value) || math.IsInf(m.Value, 0) }

// A rule finds one kind of thing.
type rule struct {
	name   string
	find   func(*run) []Finding
	unless []string // rules that explain the same when they have found something
	timed  bool     // it compares times, which a saturated load generator lengthens
	advice string
}

// rules are in the order in which findings are shown: what spoils the numbers, what broke, what is slow, what is wasteful.
var rules = []rule{
	generatorRule, errorsRule, reconnectsRule, joinsRule, causeRule,
	growsRule, driftsRule, applicationRule, slowEventsRule, slowPatchesRule, firstRule,
	diffsRule, pushesRule, typingRule, pagesRule, requestsRule,
}

const (
	// mostOfRule is how many findings of a rule are shown: the largest.
	mostOfRule = 5
	// fewestSamples are needed to say anything about a distribution.
	fewestSamples = 10
)

// Of returns what stands out in a Result, the most important first. It never changes the Result.
func Of(r *metrics.Result) []Finding {
	all := []Finding{}
	if r.Error != "" {
		return all
	}
	v := newRun(r)
	for _, rule := range rules {
		if slices.ContainsFunc(all, func(f Finding) bool { return slices.Contains(rule.unless, f.Rule) }) {
			continue
		}
		found := slices.DeleteFunc(rule.find(v), func(f Finding) bool { return slices.ContainsFunc(f.Numbers, Measured.absurd) })
		slices.SortStableFunc(found, func(a, b Finding) int { return cmp.Compare(b.size, a.size) })
		for i := range found {
			found[i] = rule.complete(found[i], v)
		}
		all = append(all, found[:min(len(found), mostOfRule)]...)
		v.found = append(v.found, found...)
	}
	return all
}

// complete adds what all findings of a rule have in common.
func (rule *rule) complete(f Finding, v *run) Finding {
	f.Rule, f.Advice, f.Link = rule.name, rule.advice, "why-slow.md#"+rule.name
	if rule.timed && f.Doubt == "" && v.r.Health.Saturated {
		f.Doubt = "The load generator was saturated in this run, so that a part of these times is its own."
	}
	return f
}
