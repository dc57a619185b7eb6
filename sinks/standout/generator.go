package standout

import (
	"fmt"
	"time"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/sinks/plaintext"
	"github.com/liveload/liveload/sinks/readable"
)

// outFor is how long a node must be at its limit to have given out.
const outFor = 10 * time.Second

var generatorRule = rule{
	name: "the-load-generator-gave-out", find: generator,
	advice: "Use fewer users on a node, larger machines, or more nodes; then run it again before you believe what is slow.",
}

// An exhaustion is when a node came to its limit.
type exhaustion struct {
	node, what, measured string
	bucket               int
	number               Measured
}

// generator finds the node of the load generator that came to its limit first, and stayed there.
func generator(v *run) []Finding {
	var first *exhaustion
	nodes := make(map[string]bool)
	for _, e := range v.exhaustions() {
		nodes[e.node] = true
		if first == nil || e.bucket < first.bucket {
			first = &e
		}
	}
	if first == nil {
		return nil
	}
	others := ""
	if len(nodes) > 1 {
		others = fmt.Sprintf(" Of %s, %d came to their limit.", plaintext.Plural(int64(len(v.r.Nodes)), "node"), len(nodes))
	}
	return []Finding{{
		Metric: first.metric(), Label: first.node, AtMS: v.beginsMS(first.bucket), Numbers: []Measured{first.number, {"users", at(v.users, first.bucket), ""}},
		Sentence: fmt.Sprintf("The node %s of the load generator %s, with %s: %s.%s Times that were measured from then on are its own in part.",
			plaintext.Line(first.node), v.gaveOut(first.bucket), plaintext.Plural(int64(at(v.users, first.bucket)), "user"), first.measured, others),
		How: fmt.Sprintf("The first node whose %s was at its limit for %s without a break, and for half of the time from then on.", first.what, outFor),
	}}
}

func (v *run) gaveOut(bucket int) string {
	if bucket == 0 {
		return "was at its limit from the beginning"
	}
	return "gave out at " + v.begins(bucket)
}

func (e *exhaustion) metric() string {
	if e.what == "timers" {
		return metrics.GeneratorLag.Name
	}
	return metrics.GeneratorCPUPercent.Name
}

func (v *run) exhaustions() (all []exhaustion) {
	for _, node := range v.r.Nodes {
		if node.Result == nil {
			continue
		}
		over := node.Result.TimeSeries.Histograms
		cpu, lag := over[metrics.GeneratorCPUPercent.Name].Aggregate.P50, over[metrics.GeneratorLag.Name].Aggregate.P95
		if i, ok := v.beyond(cpu, busyCPU); ok {
			all = append(all, exhaustion{node.Node, "CPU", fmt.Sprintf("its machine's CPU was busy to %s %% (median of %s)", readable.Number(cpu[i]), readable.Length(v.width)),
				i, Measured{"CPU", cpu[i], metrics.Percent}})
		}
		if i, ok := v.beyond(lag, busyLag); ok {
			all = append(all, exhaustion{node.Node, "timers", fmt.Sprintf("its timers fired %s late (p95 of %s)", readable.Microseconds(lag[i]), readable.Length(v.width)),
				i, Measured{"lag", lag[i], metrics.Microseconds}})
		}
	}
	return all
}

// beyond returns the bucket from which on a column is beyond a limit: for a while without a break, and for half of the
// time that is left.
func (v *run) beyond(column []float64, limit float64) (int, bool) {
	long := max(int((outFor+v.width-1)/v.width), 1)
	row, after := 0, 0
	for _, value := range column {
		if value > limit {
			after++
		}
	}
	for i, value := range column {
		if value <= limit {
			row = 0
			continue
		}
		row++
		if begin := i + 1 - row; row == long && 2*(after+row-1) >= len(column)-begin {
			return begin, true
		}
		after--
	}
	return 0, false
}
