package main

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"text/tabwriter"

	"github.com/liveload/liveload/examples/demo"
)

// iterationsOf is how often the flow has been gone through so far, as the demo saw it.
func iterationsOf(flow string, app *demo.Server) int {
	stats := app.Stats()
	if flow == "chatty" {
		return int(stats.HTTPRequests.ByPath["/chatty"])
	}
	return int(stats.Events["inc"]) / 5
}

// A table gathers the measurements of all rounds.
type table struct {
	names []string
	rows  map[string][]measurement
}

func newTable() *table { return &table{rows: map[string][]measurement{}} }

func (t *table) add(name string, m measurement) {
	if t.rows[name] == nil {
		t.names = append(t.names, name)
	}
	t.rows[name] = append(t.rows[name], m)
}

// print writes medians over the rounds, and ratios against the first contestant.
func (t *table) print(out io.Writer, s settings) {
	fmt.Fprintf(out, "flow %s, %d users, %d rounds of %s; medians\n", s.flow, s.users, s.rounds, s.window)
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "contestant\titerations/s\tCPU ms/iteration\tratio\tmemory MB/user\tratio")
	base := t.rows[t.names[0]]
	for _, name := range t.names {
		rows := t.rows[name]
		cpu := cpuPerIteration(total)
		fmt.Fprintf(w, "%s\t%.1f\t%.1f\t%.2f\t%.0f\t%.2f\n", name,
			median(rows, func(m measurement) float64 { return float64(m.iterations) / s.window.Seconds() }),
			median(rows, cpu), ratio(rows, base, cpu),
			median(rows, memory)/float64(s.users), ratio(rows, base, memory))
	}
	w.Flush()
	for _, name := range t.names {
		t.printRoles(out, name, s.users)
	}
}

func (t *table) printRoles(out io.Writer, name string, users int) {
	rows := t.rows[name]
	fmt.Fprintf(out, "\n%s by process\n", name)
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "role\tCPU ms/iteration\tshare\tmemory MB")
	for _, role := range slices.Sorted(maps.Keys(rows[0].usage.cpu)) {
		cpu := median(rows, cpuPerIteration(role))
		share := median(rows, func(m measurement) float64 { return 100 * m.usage.cpu[role] / m.usage.cpu[total] })
		fmt.Fprintf(w, "%s\t%.1f\t%.1f %%\t%.0f\n", role, cpu, share, median(rows, func(m measurement) float64 { return m.usage.pss[role] }))
	}
	w.Flush()
}

func memory(m measurement) float64 { return m.usage.pss[total] }

func cpuPerIteration(role string) func(measurement) float64 {
	return func(m measurement) float64 { return 1000 * m.usage.cpu[role] / float64(max(1, m.iterations)) }
}

// ratio is the median of the ratios round by round: these machines are noisy, neighbours in time are alike.
func ratio(rows, base []measurement, of func(measurement) float64) float64 {
	ratios := make([]float64, len(rows))
	for i := range rows {
		ratios[i] = of(rows[i]) / of(base[i])
	}
	slices.Sort(ratios)
	return ratios[len(ratios)/2]
}

func median(rows []measurement, of func(measurement) float64) float64 {
	values := make([]float64, len(rows))
	for i, m := range rows {
		values[i] = of(m)
	}
	slices.Sort(values)
	return values[len(values)/2]
}
