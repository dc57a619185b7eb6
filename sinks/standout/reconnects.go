package standout

import (
	"fmt"
	"slices"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/sinks/plaintext"
	"github.com/liveload/liveload/sinks/readable"
)

const (
	// fewestLost connections at once, and leastLost of all users, are a storm.
	fewestLost, leastLost = 5, 0.5
)

var reconnectsRule = rule{
	name: "reconnect-storms", find: reconnects, unless: []string{errorsRule.name},
	advice: "Find out what cut them: a deploy, a crash, a proxy with an idle timeout, a node without memory. Let clients come back at different times (reconnectAfterMs).",
}

// reconnects finds moments in which many users lost their connection at once. A view that crashes loses it too: such losses
// count as crashes.
func reconnects(v *run) []Finding {
	lost := slices.Clone(v.over(metrics.LiveViewDisconnections))
	crashed := v.r.Global.TimeSeries.Counters[metrics.LiveViewErrors.Name].By["channel error"]
	for i := range lost {
		lost[i] = max(lost[i]-at(crashed, i), 0)
	}
	storms, worst, most, took := 0, 0, int64(0), v.width
	for i := 0; i < len(lost); i++ {
		begin, n, wide := i, lost[i], v.width
		if next := at(lost, i+1); n > 0 && next > 0 { // one may go over the end of a bucket
			n, wide = n+next, 2*v.width
		}
		if n < fewestLost || float64(n) < leastLost*at(v.users, i) {
			continue
		}
		storms++
		i += int(wide/v.width) - 1
		if n > most {
			worst, most, took = begin, n, wide
		}
	}
	if storms == 0 {
		return nil
	}
	f := Finding{
		Metric: metrics.LiveViewDisconnections.Name, AtMS: v.beginsMS(worst), size: float64(most),
		Sentence: fmt.Sprintf("At %s, within %s, LiveView connections were lost %s while there were %s.",
			v.begins(worst), readable.Length(took), plaintext.Plural(most, "time"), plaintext.Plural(int64(at(v.users, worst)), "user")),
		How: fmt.Sprintf("Lost connections without those of views that crashed, in two neighbouring buckets of %s at most: a storm is %d and %.0f %% of the users at least.",
			readable.Length(v.width), fewestLost, 100*leastLost),
		Numbers: []Measured{{"lost at once", float64(most), ""}, {"users", at(v.users, worst), ""}, {"storms", float64(storms), ""}},
	}
	if storms > 1 {
		f.Sentence = fmt.Sprintf("%s There were %d such storms.", f.Sentence, storms)
	}
	if back := v.histogram(metrics.LiveViewReconnectionDuration).Aggregate; back.Count > 0 {
		p50, p95 := back.Percentile(50), back.Percentile(95)
		f.Sentence += fmt.Sprintf(" Users were without a connection for %s (median), %s at p95.", readable.Microseconds(p50), readable.Microseconds(p95))
		f.Numbers = append(f.Numbers, Measured{"median without connection", p50, metrics.Microseconds}, Measured{"p95 without connection", p95, metrics.Microseconds})
	}
	return []Finding{f}
}
