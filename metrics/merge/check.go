package merge

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/liveload/liveload/metrics"
)

// An Error says why files cannot be merged. Its text names them.
type Error struct {
	Files   []string
	Problem string // what is wrong with them, and what to do
}

func (e *Error) Error() string {
	return fmt.Sprintf("cannot merge %s: %s", strings.Join(e.Files, " and "), e.Problem)
}

func refuse(problem string, parts ...part) *Error {
	e := &Error{Problem: problem}
	for _, p := range parts {
		if !slices.Contains(e.Files, p.from.Name) {
			e.Files = append(e.Files, p.from.Name)
		}
	}
	return e
}

// check refuses parts that do not fit together.
func check(parts []part) error {
	for _, p := range parts {
		if p.Format != metrics.ResultFormat {
			return refuse(fmt.Sprintf("liveload %s wrote it in format %d, which lacks what merging needs; only files of format %d can be merged",
				p.LiveloadVersion, p.Format, metrics.ResultFormat), p)
		}
	}
	if err := checkNodes(parts); err != nil {
		return err
	}
	if err := checkMetrics(parts); err != nil {
		return err
	}
	return checkLimits(parts)
}

// A nodeOfRun is what may be in a merged Result once.
type nodeOfRun struct{ run, node string }

// checkNodes refuses numbers that would count twice.
func checkNodes(parts []part) error {
	type measured struct {
		part
		status metrics.NodeStatus
	}
	seen := make(map[nodeOfRun]measured)
	for _, p := range parts {
		for _, n := range p.Nodes {
			if n.Result == nil {
				continue
			}
			id := nodeOfRun{runOf(p, n), n.Node}
			if first, twice := seen[id]; twice {
				why := fmt.Sprintf("what node %s measured in %s of run %s would count twice", n.Node, p.Name, id.run)
				if n.Status == metrics.NodeLost || first.status == metrics.NodeLost {
					why += ": one has it until the node was lost, the other has all of it"
				}
				return refuse(why+"; leave one of them out", first.part, p)
			}
			seen[id] = measured{p, n.Status}
		}
	}
	return nil
}

// runOf is the run that a node belongs to.
func runOf(p part, n metrics.NodeResult) string { return cmp.Or(n.RunID, p.RunID) }

// checkMetrics refuses names that mean different things.
func checkMetrics(parts []part) error {
	known := make(map[string]*metrics.Metric)
	from := make(map[string]part)
	for _, p := range parts {
		for _, m := range p.Metrics {
			before, ok := known[m.Name]
			if !ok {
				known[m.Name], from[m.Name] = m, p
				continue
			}
			if a, b := describe(before), describe(m); a != b {
				return refuse(fmt.Sprintf("%s is a %s in one and a %s in the other; give one of them another name and measure again", m.Name, a, b), from[m.Name], p)
			}
		}
	}
	return nil
}

// describe says what has to be the same of two metrics of one name.
func describe(m *metrics.Metric) string {
	text := fmt.Sprintf("%s in %s", m.Kind, m.Unit)
	if len(m.Labels) > 0 {
		var names []string
		for _, l := range m.Labels {
			names = append(names, l.Name)
		}
		text += " by " + strings.Join(names, ", ")
	}
	return text
}

// checkLimits refuses several searches: a limit is that of one run.
func checkLimits(parts []part) error {
	var searched []part
	for _, p := range parts {
		if p.Limit != nil {
			searched = append(searched, p)
		}
	}
	if len(searched) > 1 {
		return refuse(fmt.Sprintf("each searched for the largest load that %s holds, and two searches have no limit together; compare them side by side", searched[0].Name), searched...)
	}
	return nil
}
