package main

import (
	"fmt"
	"io"
	"slices"
	"text/tabwriter"
)

// A number is what is compared of a run, in milliseconds.
type number struct {
	name string
	of   func(measurement) float64
}

var numbers = []number{
	{"mean ms", func(m measurement) float64 { return m.took.Sum / float64(max(m.took.Count, 1)) / 1000 }},
	{"p50 ms", func(m measurement) float64 { return m.took.Percentile(50) / 1000 }},
	{"p95 ms", func(m measurement) float64 { return m.took.Percentile(95) / 1000 }},
	{"own CPU ms", func(m measurement) float64 { return float64(m.cpu.Milliseconds()) }},
}

// print writes medians over the rounds, each with its ratio to the first contestant: the median of the ratios round by
// round, since neighbours in time are alike.
func print(out io.Writer, s settings, rows [][]measurement) error {
	fmt.Fprintf(out, "%d users, %d rounds of %s; medians\n", s.users, s.rounds, s.window)
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprint(w, "destination\titerations")
	for _, n := range numbers {
		fmt.Fprintf(w, "\t%s\tratio", n.name)
	}
	for i, c := range contestants {
		fmt.Fprintf(w, "\n%s\t%.0f", c.name, median(rows[i], func(m measurement) float64 { return float64(m.took.Count) }))
		for _, n := range numbers {
			fmt.Fprintf(w, "\t%.1f\t%.3f", median(rows[i], n.of), ratio(rows[i], rows[0], n.of))
		}
	}
	fmt.Fprintln(w)
	return w.Flush()
}

func median(rows []measurement, of func(measurement) float64) float64 {
	var values []float64
	for _, m := range rows {
		values = append(values, of(m))
	}
	slices.Sort(values)
	return values[len(values)/2]
}

func ratio(rows, base []measurement, of func(measurement) float64) float64 {
	var ratios []float64
	for i := range rows {
		ratios = append(ratios, of(rows[i])/of(base[i]))
	}
	slices.Sort(ratios)
	return ratios[len(ratios)/2]
}
