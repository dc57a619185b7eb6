package main

import (
	"fmt"
	"os"
	"strings"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/metrics/compare"
	"github.com/liveload/liveload/sinks/readable"
)

// verdict prints what is said of a pair, and whether it is right.
func (s settings) verdict(pair int, oldFile, newFile string) (ok bool, err error) {
	old, err := read(oldFile)
	if err != nil {
		return false, err
	}
	new, err := read(newFile)
	if err != nil {
		return false, err
	}
	c := compare.Files(old, new, nil).Scenarios[0]
	named, blamed := 0, 0
	var lines []string
	for _, r := range c.Rows {
		if r.Verdict != compare.Worse && r.Verdict != compare.Better && r.Verdict != compare.Changed {
			continue
		}
		d := readable.DifferenceOf(r)
		lines = append(lines, fmt.Sprintf("    %-7s %s %s  %s → %s  %s  %s  %s", r.Verdict, d.What(), d.Statistic, d.Old, d.New, d.Change, d.Noise, d.Why))
		switch {
		case r.Verdict == compare.Worse && s.slower > 0 && r.Metric == metrics.LiveViewEventDuration && r.Label == "inc":
			named++
		case r.Verdict == compare.Worse && (s.slower == 0 || !follows(r)):
			blamed++
		}
	}
	ok = blamed == 0 && (s.slower == 0 || named > 0)
	said := "right"
	if !ok {
		said = "WRONG"
	}
	fmt.Printf("pair %d: %s, %s\n%s", pair, said, readable.Verdicts(c), strings.Join(append(lines, ""), "\n"))
	for _, d := range c.Doubts {
		if d.Spoils {
			fmt.Println("    !", d.Text)
		}
	}
	return ok, nil
}

// cross compares every run with every other one: so few runs make many pairs.
func (s settings) cross() error {
	var files []compare.File
	for pair := s.first; pair < s.first+s.pairs; pair++ {
		for _, side := range []string{"old", "new"} {
			f, err := read(s.file(pair, side))
			if err != nil {
				return err
			}
			files = append(files, f)
		}
	}
	pairs, worse, rows := 0, 0, 0
	for i, old := range files {
		for j, new := range files {
			if i == j {
				continue
			}
			c := compare.Files(old, new, nil).Scenarios[0]
			pairs, rows = pairs+1, rows+len(c.Rows)
			if c.Count(compare.Worse) > 0 {
				worse++
			}
		}
	}
	fmt.Printf("each of these %d runs with each other: of %d pairs with %d numbers in all, %d are called worse\n", len(files), pairs, rows, worse)
	return nil
}

// follows says whether a number grows with the duration of the event inc: those of all events together, of the class
// that the button has meanwhile, and of what waits for the answer.
func follows(r compare.Row) bool {
	switch r.Metric {
	case metrics.LiveViewEventDuration, metrics.LiveViewLoadingClassDuration:
		return r.Label == "" || r.Label == "phx-click-loading"
	case metrics.ActionDuration:
		return r.Label == "" || r.Label == "waitForText"
	case metrics.IterationDuration, metrics.IterationResponse, metrics.Iterations:
		return true
	}
	return false
}

func read(file string) (compare.File, error) {
	content, err := os.Open(file)
	if err != nil {
		return compare.File{}, err
	}
	defer content.Close()
	results, err := metrics.ReadResults(content)
	return compare.File{Name: file, Results: results}, err
}
