package terminal

import (
	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/sinks/plaintext"
	"github.com/liveload/liveload/sinks/readable"
)

// mostSteps is how many named steps the summary shows.
const mostSteps = 8

// Widths of a terminal from which on a table says more.
const (
	widthOfSlowest = 105
	widthOfMeaning = 160
)

// feltLines say how long users waited for what.
func feltLines(r *metrics.Result, width int) []text {
	felt := readable.WhatItFeltLike(r)
	if len(felt) == 0 {
		return nil
	}
	rows := []tableRow{{style: dim, name: "  what it felt like", cells: []string{"p50", "p95", "p99", "max", "count"}}}
	shown, left := 0, 0
	for _, f := range felt {
		if f.Metric == metrics.StepDuration {
			if shown == mostSteps {
				left++
				continue
			}
			shown++
		}
		rows = append(rows, feltRow(f, width))
	}
	if left > 0 {
		rows = append(rows, tableRow{style: dim, name: "    and " + plaintext.Plural(int64(left), "more step")})
	}
	return append([]text{{}}, table(width, rows)...)
}

func feltRow(f readable.Felt, width int) tableRow {
	row := tableRow{name: "    " + clean(f.Name)}
	for _, p := range []float64{50, 95, 99, 100} {
		row.cells = append(row.cells, readable.Value(f.Metric, f.Values.Percentile(p)))
	}
	row.cells = append(row.cells, plaintext.Count(f.Values.Count))
	if f.Slowest != "" && width >= widthOfSlowest {
		row.last = row.last.add(dim, "  slowest p95 "+readable.Value(f.Metric, f.Worst.Percentile(95))+": "+f.Slowest)
	} else if width >= widthOfMeaning && width < unlimited {
		row.last = row.last.add(dim, "  "+f.Meaning)
	}
	return row
}

// amountLines say how much was done, in all and per second.
func amountLines(r *metrics.Result, width int) []text {
	amounts := readable.HowMuch(r)
	if len(amounts) == 0 {
		return nil
	}
	title := "  how much"
	if r.Load != "" {
		title += " (" + clean(r.Load) + ")"
	}
	rows := []tableRow{{style: dim, name: title, cells: []string{"in all", "per second"}}}
	for _, a := range amounts {
		rows = append(rows, tableRow{name: "    " + a.Name, cells: []string{a.Total, a.PerSecond}})
	}
	return append([]text{{}}, table(width, rows)...)
}
