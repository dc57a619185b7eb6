package readable

import (
	"fmt"
	"strings"

	"github.com/liveload/liveload/metrics/compare"
	"github.com/liveload/liveload/sinks/plaintext"
)

// A Mood is how a judgement feels.
type Mood string

const (
	Good     Mood = "good"
	Bad      Mood = "bad"
	Doubtful Mood = "doubtful" // nobody can say, or something wants a look
)

// A Judgement is a comparison in a sentence.
type Judgement struct {
	Mood  Mood
	Title string // in a word or two
	Text  string
	Worst string // what is worse most of all; "" when nothing is
}

// Sentence says all of it.
func (j Judgement) Sentence() string {
	if j.Worst == "" {
		return j.Text
	}
	return j.Text + "; most of all " + j.Worst
}

// a tally counts over all scenarios.
type tally struct {
	worse, better, known, unclear, lost, failures, spoilt int
	worst                                                 string // row
	doubt                                                 string // the first that spoils
}

// Judge says what a comparison comes to. What makes it meaningless counts first, then what was asked with --fail-on.
func Judge(c compare.Comparison) Judgement {
	t := tallyOf(c)
	broken := 0
	first := ""
	for _, l := range c.Limits {
		if !l.OK {
			if broken == 0 {
				first = l.Limit
			}
			broken++
		}
	}
	count := func(n int, noun string) string { return plaintext.Plural(int64(n), noun) }
	switch {
	case len(c.Scenarios) == 0:
		return Judgement{Mood: Bad, Title: "Nothing to compare", Text: "nothing can be compared: no scenario is in both files"}
	case t.spoilt > 0:
		return Judgement{Mood: Doubtful, Title: "Not comparable", Text: "the runs cannot be compared: " + t.doubt}
	case broken > 0:
		return Judgement{Mood: Bad, Title: "Limit exceeded", Text: fmt.Sprintf("%s not held: %s", count(broken, "limit"), plaintext.Line(first))}
	case t.worse > 0:
		return Judgement{Bad, "Worse", fmt.Sprintf("%s worse, %d better", count(t.worse, "number"), t.better), t.worst}
	case t.lost > 0:
		return Judgement{Mood: Bad, Title: "Threshold lost", Text: fmt.Sprintf("%s not met any more", count(t.lost, "threshold"))}
	case len(c.Missing) > 0:
		return Judgement{Mood: Doubtful, Title: "Not all compared", Text: count(len(c.Missing), "scenario") + " not compared"}
	case t.failures > 0:
		return Judgement{Mood: Doubtful, Title: "New failures", Text: fmt.Sprintf("nothing is worse by more than noise, but %s did not occur before", count(t.failures, "failure"))}
	case t.better > 0:
		return Judgement{Mood: Good, Title: "Better", Text: fmt.Sprintf("%s better, none worse", count(t.better, "number"))}
	case t.unclear > t.known:
		return Judgement{Mood: Doubtful, Title: "Too little to say", Text: fmt.Sprintf("too little was measured: of %d numbers %d can be judged, and these do not differ by more than noise. Let the runs last longer", t.known+t.unclear, t.known)}
	}
	return Judgement{Mood: Good, Title: "No difference", Text: "nothing differs by more than noise"}
}

func tallyOf(c compare.Comparison) (t tally) {
	for i := range c.Scenarios {
		s := &c.Scenarios[i]
		t.worse, t.better = t.worse+s.Count(compare.Worse), t.better+s.Count(compare.Better)
		t.known, t.unclear = t.known+len(s.Rows)-s.Count(compare.Unclear), t.unclear+s.Count(compare.Unclear)
		t.failures += len(s.NewFailures)
		for _, th := range s.Thresholds {
			if th.Lost() {
				t.lost++
			}
		}
		if s.Count(compare.Worse) > 0 && t.worst == "" { // rows begin with the worst
			d := DifferenceOf(s.Rows[0])
			t.worst = fmt.Sprintf("%s, %s → %s (%s)", strings.TrimSpace(d.What()+" "+d.Statistic), d.Old, d.New, d.Change)
		}
		if !s.Comparable() {
			if t.spoilt == 0 {
				t.doubt = plaintext.Line(s.Doubts[0].Text)
			}
			t.spoilt++
		}
	}
	return t
}
