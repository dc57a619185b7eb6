package report

import (
	"fmt"
	"strings"
	"testing"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/metrics/metricstest"
	"github.com/liveload/liveload/report/reporttest"
)

// TestTables: what the tables of a report have in their rows.
func TestTables(t *testing.T) {
	d := FromResults(reporttest.Market())
	var out strings.Builder
	for _, s := range d.Scenarios {
		fmt.Fprintf(&out, "# %s\n", s.Name)
		writePart(&out, NodePart{Metrics: s.Metrics, Journey: s.Journey, Failures: s.Failures, Requests: s.Requests, Checks: s.Checks})
		for _, n := range s.Nodes {
			fmt.Fprintf(&out, "\n## node %s %s %q: %d users, %d iterations, %d failures\n", n.Name, n.Status, n.Reason, n.Users, n.Iterations, n.Failures)
			if n.Name == "c" {
				writePart(&out, d.Parts[n.Part].(NodePart))
			}
		}
		out.WriteByte('\n')
	}
	metricstest.Golden(t, "testdata/tables.txt", []byte(out.String()))
}

func writePart(out *strings.Builder, p NodePart) {
	fmt.Fprintf(out, "\njourney of %s\n", p.Journey.Of)
	for _, s := range p.Journey.Stages {
		fmt.Fprintf(out, "%s%-20s at %8.0f  p50 %7.0f  p95 %7.0f  p99 %7.0f  %d, %d failed\n", strings.Repeat("  ", s.Depth), s.Short, s.Start, s.P50, s.P95, s.P99, s.Count, s.Failed)
	}
	out.WriteString("\nfailures\n")
	for _, f := range p.Failures {
		fmt.Fprintf(out, "%d %s | %s | %s | %s\n", f.Count, f.Class, f.Reason, f.Target, f.Step)
		for _, s := range f.Samples {
			fmt.Fprintf(out, "    %d ms, user %d: %s\n", s.AtMS, s.User, s.Message)
			if s.Evidence != nil {
				fmt.Fprintf(out, "    %v\n", s.Evidence.Files)
			}
		}
	}
	out.WriteString("\nrequests\n")
	for _, r := range p.Requests {
		fmt.Fprintf(out, "%6d %-7v %s %s %s%s  %d bytes, p50 %.0f p95 %.0f p99 %.0f max %.0f of %d\n", r.Count, r.Failed, r.Status, r.Type, r.Host, r.Path, r.Bytes, r.P50, r.P95, r.P99, r.Max, r.Timed)
	}
	out.WriteString("\nchecks\n")
	for _, c := range p.Checks {
		failed := "?"
		if c.Fails != nil {
			failed = fmt.Sprint(*c.Fails)
		}
		fmt.Fprintf(out, "%s: %s of %d failed\n", c.Name, failed, c.Total)
	}
	out.WriteString("\nmetrics\n")
	for _, m := range p.Metrics {
		fmt.Fprintf(out, "%s (%s, %s) by %v\n", m.Name, m.Kind, m.Unit, m.Labels)
		writeValues(out, "  all", m, m.All)
		for _, r := range m.Rows {
			writeValues(out, "  "+strings.Join(r.Labels, " · ")+" {"+r.Tags+"}", m, r.Values)
		}
	}
}

func writeValues(out *strings.Builder, name string, m Metric, v Values) {
	switch m.Kind {
	case metrics.Histogram:
		bins := 0
		if v.Bins != nil {
			bins = len(v.Bins.Steps) / 2
		}
		fmt.Fprintf(out, "%s: %d, %g to %g, p50 %g p90 %g p95 %g p99 %g p99.9 %g, %d bins\n", name, v.Count, v.Min, v.Max, v.P50, v.P90, v.P95, v.P99, v.P999, bins)
	case metrics.Gauge:
		fmt.Fprintf(out, "%s: %g, %g to %g\n", name, v.Last, v.Min, v.Max)
	default:
		fmt.Fprintf(out, "%s: %d\n", name, v.Count)
	}
}
