package markdown

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/sinks/plaintext"
	"github.com/liveload/liveload/sinks/readable"
	"github.com/liveload/liveload/sinks/verdict"
)

// Ranks of blocks: what a reader asks first has its place first, in all scenarios.
const (
	rankHead = iota
	rankFelt
	rankFailures
	rankThresholds
	rankTrust
	rankMeasured
	rankCounted
	rankNodes
	rankEachNode
)

// Run writes the Results of a run for a comment of a pull request or the summary of a job, in so many bytes at most. What is
// long is folded away.
func Run(results []metrics.Result, limit int) string {
	v := verdict.Of(results...)
	blocks := []block{{head: strings.TrimRight(fmt.Sprintf("## liveload: %s %s. %s", sign(v), Text(v.Title), Text(short(v.Why))), " ") + "\n"}}
	for i := range results {
		blocks = append(blocks, scenarioBlocks(&results[i], len(results) > 1)...)
	}
	return fit(blocks, limit, "The Result has everything.")
}

// WriteComment writes Results so that they fit into a comment.
func WriteComment(w io.Writer, results []metrics.Result) error {
	_, err := io.WriteString(w, Run(results, CommentLimit))
	return err
}

// sign begins a verdict.
func sign(v verdict.Verdict) string {
	switch {
	case v.Clean():
		return "✅"
	case v.State == verdict.Failed, v.State == verdict.Troubled && len(v.More) > 0:
		return "❌"
	}
	return "⚠️"
}

// scenarioBlocks are what the page has of one. Among others it has its own verdict.
func scenarioBlocks(r *metrics.Result, among bool) []block {
	v := verdict.Of(*r)
	title := Code(metrics.Shorten(r.Name, 200))
	if r.Error != "" {
		return []block{{name: r.Name, head: fmt.Sprintf("\n### ❌ %s\n\nCould not run: %s\n", title, Code(short(r.Error)))}}
	}
	head := "\n### " + title + "\n"
	if among {
		head = fmt.Sprintf("\n### %s %s\n\n**%s.** %s\n", sign(v), title, Text(v.Title), Text(short(v.Why)))
	}
	head += "\n" + tally(r) + "\n"
	blocks := []block{{name: r.Name, head: head}, reasons(v)}
	blocks = append(blocks, felt(r), amounts(r))
	blocks = append(blocks, standoutBlocks(r)...)
	blocks = append(blocks, limit(r.Limit))
	if r.Limit == nil {
		blocks = append(blocks, thresholds(r))
	}
	blocks = slices.Concat(blocks, failureBlocks(r.Global), requestBlocks(r), checkBlocks(r), changeBlocks(r.Changes), trustBlocks(r.Health))
	blocks = append(blocks, timeSplits(r), distributions(r, "Everything measured", &r.Global, rankMeasured), counts(r, "Everything counted", &r.Global, rankCounted), gauges(r))
	return append(blocks, nodes(r)...)
}

// tally is how much there was of the scenario.
func tally(r *metrics.Result) string {
	return usersLine(&r.Global) + " · " + readable.Duration(time.Duration(r.Global.ElapsedMS)*time.Millisecond) + nodesText(r)
}

func usersLine(g *metrics.ScenarioResult) string {
	return fmt.Sprintf("%s ok, %s failed · %s, %s failed", plaintext.Plural(g.Users.Succeeded, "user"), plaintext.Count(g.Users.Failed),
		plaintext.Plural(g.Counters[metrics.Iterations.Name].Aggregate, "iteration"), plaintext.Count(g.Counters[metrics.IterationFailures.Name].Aggregate))
}

func nodesText(r *metrics.Result) string {
	if len(r.Nodes) < 2 {
		return ""
	}
	return " · " + plaintext.Plural(int64(len(r.Nodes)), "node")
}

// reasons are what failed, and what makes the numbers less than they seem.
func reasons(v verdict.Verdict) block {
	b := block{name: "reasons", more: "- and %s more\n"}
	for _, reason := range v.More {
		b.rows = append(b.rows, "- "+Text(short(reason))+"\n")
	}
	for _, doubt := range v.Doubts {
		b.rows = append(b.rows, "- ⚠️ "+Text(short(doubt))+"\n")
	}
	return begun(b, "\n")
}

// begun is a block whose head is there when it has rows.
func begun(b block, head string) block {
	if len(b.rows) > 0 {
		b.head = head
	} else {
		b.foot = ""
	}
	return b
}
