package markdown

import (
	"fmt"
	"strings"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/metrics/threshold"
	"github.com/liveload/liveload/sinks/plaintext"
	"github.com/liveload/liveload/sinks/readable"
	"github.com/liveload/liveload/sinks/standout"
)

// row is a row of a table.
func row(cells ...string) string { return "| " + strings.Join(cells, " | ") + " |\n" }

// value writes a value of a metric. Scripts choose units.
func value(m *metrics.Metric, v float64) string { return Text(readable.Value(m, v)) }

func felt(r *metrics.Result) block {
	b := block{name: "what it felt like", rank: rankFelt, more: row("and %s more", "", "", "", "", "")}
	for _, f := range readable.WhatItFeltLike(r) {
		cells := []string{Text(metrics.Shorten(f.Name, 200))}
		for _, p := range []float64{50, 95, 99, 100} {
			cells = append(cells, value(f.Metric, f.Values.Percentile(p)))
		}
		b.rows = append(b.rows, row(append(cells, plaintext.Count(f.Values.Count))...))
	}
	return begun(b, "\n| what it felt like | p50 | p95 | p99 | max | count |\n|---|--:|--:|--:|--:|--:|\n")
}

func amounts(r *metrics.Result) block {
	b := block{name: "how much", rank: rankFelt}
	for _, a := range readable.HowMuch(r) {
		b.rows = append(b.rows, row(Text(a.Name), a.Total, a.PerSecond))
	}
	title := "how much"
	if r.Load != "" {
		title += " (" + Text(short(r.Load)) + ")"
	}
	return begun(b, "\n| "+title+" | in all | per second |\n|---|--:|--:|\n")
}

// standoutBlocks say what stands out, and folded away how that was found.
func standoutBlocks(r *metrics.Result) []block {
	said := block{name: "what stands out", rank: rankFelt, more: "- and %s more\n"}
	how := block{name: "how that was found", rank: rankMeasured}
	for _, f := range standout.Of(r) {
		said.rows = append(said.rows, "- "+Text(f.Sentence)+"\n")
		how.rows = append(how.rows, strings.TrimRight("- "+Text(f.How)+" "+Text(f.Advice)+" "+Text(f.Doubt), " ")+"\n")
	}
	how = begun(how, "\n<details><summary>How that was found, and what to do</summary>\n\n")
	if len(how.rows) > 0 {
		how.foot = "\n</details>\n"
	}
	return []block{begun(said, "\n**What stands out**\n\n"), how}
}

// markOf marks a part of a scenario. What is well in one that is dead says nothing.
func markOf(r *metrics.Result, ok bool) string {
	if ok && r.Dead() != "" {
		return "–"
	}
	return Mark(ok)
}

func thresholds(r *metrics.Result) block {
	b := block{name: "thresholds", rank: rankThresholds, more: row("", "and %s more", "", "")}
	for _, o := range r.Thresholds {
		b.rows = append(b.rows, row(markOf(r, o.OK), Code(short(o.Metric)), Code(short(o.Expression)), Text(threshold.Describe(o))))
	}
	return begun(b, "\n| | threshold | | measured |\n|---|---|---|--:|\n")
}

// limit is the result of a search, load by load.
func limit(l *metrics.Limit) block {
	b := block{name: "the search for the limit", rank: rankThresholds, more: row("", "and %s more loads", "")}
	if l == nil {
		return b
	}
	for _, s := range l.Steps {
		mark, why := Mark(s.Held), "held"
		if !s.Held {
			why = Text(short(strings.Join(s.Reasons, ", and ")))
		}
		if s.Again {
			why = "tried again: " + why
		}
		if s.By == metrics.LimitGenerator || s.By == metrics.LimitLoad {
			mark = "⚠️"
		}
		b.rows = append(b.rows, row(mark, Text(s.Text), why))
	}
	return begun(b, "\n| | load | |\n|---|---|---|\n")
}

// failureBlocks list the causes, the most frequent first, with the first message of each.
func failureBlocks(g metrics.ScenarioResult) []block {
	b := block{name: "failures", rank: rankFailures, more: row("and %s more causes", "", "")}
	for _, cause := range g.FailureCauses() {
		b.rows = append(b.rows, row(Code(short(cause.Class)), plaintext.Count(cause.Count), Code(short(readable.MessageOf(cause)))))
	}
	return foldRest(begun(b, "\n| failure | count | the first one |\n|---|--:|---|\n"), "causes of failures")
}

func requestBlocks(r *metrics.Result) []block {
	b := block{name: "failed requests", rank: rankFailures, more: row("and %s more", "", "")}
	for _, f := range r.FailedRequests() {
		b.rows = append(b.rows, row(Code(short(f.What)), plaintext.Count(f.Count), Code(short(f.Where))))
	}
	return foldRest(begun(b, "\n| failed request | count | where |\n|---|--:|---|\n"), "failed requests")
}

func checkBlocks(r *metrics.Result) []block {
	b := block{name: "failed checks", rank: rankFailures, more: row("and %s more", "", "")}
	for _, f := range r.FailedChecks() {
		b.rows = append(b.rows, row(Code(short(f.Name)), plaintext.Count(f.Count), plaintext.Count(f.Total)))
	}
	return foldRest(begun(b, "\n| failed check | count | of |\n|---|--:|--:|\n"), "failed checks")
}

// unfolded is how many rows of a table everybody sees.
const unfolded = 10

// foldRest folds the rest of a long table or list away.
func foldRest(b block, rest string) []block {
	if len(b.rows) <= unfolded+2 {
		return []block{b}
	}
	hidden := b
	hidden.rows, hidden.rank, hidden.name = b.rows[unfolded:], rankMeasured, rest
	b.rows = b.rows[:unfolded]
	hidden.head = fmt.Sprintf("\n<details><summary>%s more %s</summary>\n%s", plaintext.Count(int64(len(hidden.rows))), rest, b.head)
	hidden.foot = "\n</details>\n"
	return []block{b, hidden}
}

func changeBlocks(all []metrics.Change) []block {
	b := block{name: "changes", rank: rankTrust, more: "- and %s more changes\n"}
	for _, c := range all {
		b.rows = append(b.rows, fmt.Sprintf("- changed after %s: %s\n", readable.Duration(c.Offset()), Text(short(c.String()))))
	}
	return foldRest(begun(b, "\n"), "changes")
}

// trustBlocks say why the numbers may not be believed, and what else there is to know about them.
func trustBlocks(h metrics.Health) []block {
	b := block{name: "notes", rank: rankTrust, more: "- and %s more\n"}
	for _, reason := range h.Reasons {
		b.rows = append(b.rows, "- ⚠️ saturated: "+Text(short(reason))+"\n")
	}
	for _, note := range h.Notes {
		b.rows = append(b.rows, "- "+Text(short(note))+"\n")
	}
	return foldRest(begun(b, "\n"), "notes")
}
