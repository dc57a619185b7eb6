package merge

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/liveload/liveload/metrics"
)

// isKept says whether a worker has kept the part for itself, so that a Result of its controller may have some of it.
func (p part) isKept() bool {
	return p.Unacknowledged != nil && len(p.Nodes) == 1 && p.Nodes[0].Result != nil
}

// withoutKnown returns parts of which none has what another one has: of what a worker has kept that was lost, only the pieces
// that came after all that its controller has of it. idle are the files of which nothing is left.
func withoutKnown(parts []part) (all []part, idle []*File) {
	all = slices.DeleteFunc(slices.Clone(parts), part.isKept)
	for _, kept := range slices.DeleteFunc(slices.Clone(parts), func(p part) bool { return !p.isKept() }) {
		i, k := find(all, kept)
		if i < 0 {
			all = append(all, kept)
			continue
		}
		known := all[i].Nodes[k]
		pieces := slices.DeleteFunc(slices.Clone(kept.Unacknowledged), func(p metrics.Piece) bool { return p.FromMS < known.ReportedMS })
		if len(pieces) == 0 {
			idle = append(idle, kept.from)
			continue
		}
		all[i] = without(all[i], k)
		all = append(all, later(kept, known, pieces)...)
	}
	return all, idle
}

// find returns where the numbers of a node are, that has kept a part itself: the part, and the node in it; -1 for nowhere.
func find(parts []part, kept part) (i, k int) {
	own := kept.Nodes[0]
	for i, p := range parts {
		for k, n := range p.Nodes {
			if n.Result != nil && n.Node == own.Node && runOf(p, n) == runOf(kept, own) {
				return i, k
			}
		}
	}
	return -1, -1
}

// without returns a part without the numbers of one node over time, and without what it says of that node. What the node has
// measured stays in the numbers of all nodes.
func without(p part, k int) part {
	r, gone := *p.Result, p.Nodes[k]
	r.Nodes = slices.Delete(slices.Clone(r.Nodes), k, k+1)
	active := slices.Clone(r.Global.TimeSeries.ActiveUsers)
	for i, users := range gone.Result.TimeSeries.ActiveUsers[:min(len(active), len(gone.Result.TimeSeries.ActiveUsers))] {
		active[i] -= users
	}
	r.Global.TimeSeries.ActiveUsers = active
	r.Health.Reasons = withoutPrefix(r.Health.Reasons, "node "+gone.Node+": ")
	r.Health.Notes = withoutPrefix(r.Health.Notes, metrics.NoteOfLoss(gone.Node))
	p.Result = &r
	return p
}

// later returns the pieces as parts. The first one has the node with all that it has measured.
func later(kept part, known metrics.NodeResult, pieces []metrics.Piece) (parts []part) {
	own := kept.Nodes[0]
	own.Status, own.LostMS, own.ClockOffsetMS = known.Status, known.LostMS, known.ClockOffsetMS
	own.Reason = known.Reason
	for i, piece := range pieces {
		r := *kept.Result
		r.Global, r.Nodes, r.PartOf, r.Thresholds, r.Unacknowledged = piece.Result, nil, 0, nil, nil
		r.Health = metrics.Health{}
		columns := &r.Global.TimeSeries
		columns.ActiveUsers, columns.NodeCount = make([]int64, len(columns.ActiveUsers)), nil
		one := kept
		if i == 0 {
			r.Nodes, r.Health = []metrics.NodeResult{own}, kept.Health
			r.Health.Notes = append(withoutPrefix(r.Health.Notes, metrics.KeptNote(own.Node)), noteOf(kept, known))
			if piece.FromMS-known.ReportedMS >= 1 { // only a controller that died has said that it has what it had not on disk
				r.Health.Notes = append(r.Health.Notes, fmt.Sprintf("what node %s did from %v to %v is missing: its controller died before it had that on disk",
					own.Node, seconds(known.ReportedMS), seconds(piece.FromMS)))
			}
			columns.ActiveUsers, columns.NodeCount = own.Result.TimeSeries.ActiveUsers, kept.Global.TimeSeries.NodeCount
			one.reported = time.Duration(known.ReportedMS * float64(time.Millisecond))
		}
		one.Result = &r
		parts = append(parts, one)
	}
	return parts
}

// noteOf says what became of a node whose own file is merged.
func noteOf(kept part, known metrics.NodeResult) string {
	if known.Status != metrics.NodeLost {
		return fmt.Sprintf("what node %s did after %v is from %s", known.Node, seconds(known.ReportedMS), kept.from.Name)
	}
	return fmt.Sprintf("%s%v: %s; what it did after %v is from %s, so that all of it counts", metrics.NoteOfLoss(known.Node), seconds(known.LostMS), known.Reason, seconds(known.ReportedMS), kept.from.Name)
}

func seconds(ms float64) time.Duration {
	return time.Duration(ms * float64(time.Millisecond)).Round(100 * time.Millisecond)
}

func withoutPrefix(texts []string, prefix string) []string {
	return slices.DeleteFunc(slices.Clone(texts), func(text string) bool { return strings.HasPrefix(text, prefix) })
}

// isThere returns in which buckets a node reported that others do not have: none up to the second in which it had last
// reported to them.
func (a *alignment) isThere(p part) []int {
	at := a.place(p)
	column := put(at, p.Global.TimeSeries.NodeCount, func(a, b int) int { return max(a, b) })
	if p.reported > 0 {
		last := max(0, p.reported-time.Second/2).Truncate(time.Second)
		clear(column[:min(len(column), at.shift+int(last.Milliseconds()/a.width)+1)])
	}
	return column
}
