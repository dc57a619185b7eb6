// Package compare says what differs between two runs: by how much, and whether that is more than noise. It reads
// Results, and shows nothing.
package compare

import (
	"cmp"
	"slices"

	"github.com/liveload/liveload/metrics"
)

const (
	// LeastChange is the smallest relative change that counts.
	LeastChange = 0.05
	// LeastShare is the smallest change of a share that counts: a tenth of a percentage point.
	LeastShare = 0.001
	// falseAlarms is the share of pairs of equal runs in which something is said to differ.
	falseAlarms = 0.02
	// vague is the relative noise from which on nobody can say that something has stayed the same.
	vague = 0.25
)

// A Scenario compares what two Results say of it.
type Scenario struct {
	Name   string  `json:"name"`
	Old    *Run    `json:"old"`
	New    *Run    `json:"new"`
	Doubts []Doubt `json:"doubts"`
	Rows   []Row   `json:"rows"` // the worst first, then the better ones, then the others

	NewFailures  []Failure   `json:"new_failures,omitempty"`  // that only the new run has
	GoneFailures []Failure   `json:"gone_failures,omitempty"` // that only the old run had
	Thresholds   []Threshold `json:"thresholds,omitempty"`
	OnlyOld      []Measured  `json:"only_old,omitempty"` // measured in the old run only
	OnlyNew      []Measured  `json:"only_new,omitempty"`
}

// A Run is what there is to know of a run.
type Run struct {
	File    string `json:"file"`
	Version string `json:"liveload_version"`
	Git     string `json:"git,omitempty"` // commit of the scenario
	Load    string `json:"load"`
	RunID   string `json:"run_id"`
	// Result is what was compared.
	Result *metrics.Result `json:"-"`
}

// Comparable says whether differences can be put down to the application.
func (s *Scenario) Comparable() bool {
	return !slices.ContainsFunc(s.Doubts, func(d Doubt) bool { return d.Spoils })
}

// Count counts rows of a verdict.
func (s *Scenario) Count(v Verdict) (n int) {
	for _, r := range s.Rows {
		if r.Verdict == v {
			n++
		}
	}
	return n
}

// A Comparison is that of two files.
type Comparison struct {
	Scenarios []Scenario `json:"scenarios"`
	Missing   []Missing  `json:"missing,omitempty"`
	Limits    []Limited  `json:"fail_on,omitempty"`
}

// Missing is a scenario that only one of the files has numbers of.
type Missing struct {
	Name string `json:"name"`
	In   string `json:"in"` // the file that lacks it
	Why  string `json:"why,omitempty"`
}

// A File is what was read of one.
type File struct {
	Name    string
	Results []metrics.Result
}

// Files compares two files, scenario by scenario. Two that have one each are compared whatever their names are.
func Files(old, new File, limits []Limit) Comparison {
	var c Comparison
	pairs, missing := pair(old, new)
	c.Missing = missing
	for _, p := range pairs {
		c.Scenarios = append(c.Scenarios, scenario(p[0], p[1], old.Name, new.Name))
	}
	for _, l := range limits {
		c.Limits = append(c.Limits, l.judge(&c, falseAlarms/float64(len(limits))))
	}
	return c
}

// pair finds the Results that belong together.
func pair(old, new File) (pairs [][2]*metrics.Result, missing []Missing) {
	find := func(f File, name string) *metrics.Result {
		if len(old.Results) == 1 && len(new.Results) == 1 {
			return &f.Results[0]
		}
		for i := range f.Results {
			if f.Results[i].Name == name {
				return &f.Results[i]
			}
		}
		return nil
	}
	for i := range new.Results {
		b := &new.Results[i]
		a := find(old, b.Name)
		switch {
		case a == nil:
			missing = append(missing, Missing{Name: b.Name, In: old.Name})
		case a.Error != "":
			missing = append(missing, Missing{Name: a.Name, In: old.Name, Why: a.Error})
		case b.Error != "":
			missing = append(missing, Missing{Name: b.Name, In: new.Name, Why: b.Error})
		default:
			pairs = append(pairs, [2]*metrics.Result{a, b})
		}
	}
	for i := range old.Results {
		if a := &old.Results[i]; find(new, a.Name) == nil {
			missing = append(missing, Missing{Name: a.Name, In: new.Name})
		}
	}
	return pairs, missing
}

func scenario(a, b *metrics.Result, oldFile, newFile string) Scenario {
	s := Scenario{
		Name: b.Name, Old: runOf(a, oldFile), New: runOf(b, newFile), Doubts: doubts(a, b), Thresholds: thresholds(a, b),
		NewFailures: failuresOnlyIn(b, a), GoneFailures: failuresOnlyIn(a, b), OnlyOld: measuredOnlyIn(a, b), OnlyNew: measuredOnlyIn(b, a),
	}
	s.Rows = append(distributions(a, b), counts(a, b)...)
	decide(s.Rows)
	if dead(a) != "" || dead(b) != "" {
		praiseNothing(s.Rows)
	}
	if dead(b) != "" { // what it did not come to has not failed
		s.GoneFailures = nil
		s.Thresholds = slices.DeleteFunc(s.Thresholds, func(t Threshold) bool { return !t.Lost() })
	}
	return s
}

func runOf(r *metrics.Result, file string) *Run {
	return &Run{File: file, Version: r.LiveloadVersion, Git: r.Labels["git"], Load: cmp.Or(r.Load, loadOf(r)), RunID: r.RunID, Result: r}
}
