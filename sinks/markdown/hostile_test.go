package markdown

import (
	"bytes"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	renderer "github.com/yuin/goldmark/renderer/html"
	"golang.org/x/net/html"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/metrics/compare"
	"github.com/liveload/liveload/metrics/metricstest"
	"github.com/liveload/liveload/sinks/plaintext"
)

// hostile is a run in which everything that somebody else names is named so.
func hostile(name string) metrics.Result {
	values := metrics.ValuesOf(metricstest.SketchOf(1000, 2000, 3000))
	f := metrics.FailureSample{ReasonInspect: name, Stacktrace: []string{name}, Cause: metrics.Cause{Reason: name, Target: name, Step: name}, Class: name}
	part := metrics.ScenarioResult{
		Counters: map[string]metrics.CounterBy{
			"iterations":         {Aggregate: 7, By: map[string]int64{"ok": 6, "failed": 1}},
			"iteration_failures": {Aggregate: 1, By: map[string]int64{name: 1}},
			"failure_causes":     {Aggregate: 1, Series: []metrics.LabelledValue[int64]{{Labels: f.CauseLabels(), Value: 1}}},
			"checks":             {Aggregate: 1, Series: []metrics.LabelledValue[int64]{{Labels: metrics.Checks.With(name, "fail"), Value: 1}}},
			"http_requests":      {Aggregate: 1, Series: []metrics.LabelledValue[int64]{{Labels: metrics.HTTPRequests.With("5xx", "fetch", "503", name, name), Value: 1}}},
			"own_count":          {Aggregate: 1, By: map[string]int64{name: 1}},
		},
		Histograms: map[string]metrics.HistogramBy{
			"step_duration_us": {Aggregate: values, By: map[string]metrics.HistogramValues{name: values}},
			"own_trend":        {Aggregate: values, By: map[string]metrics.HistogramValues{name: values}},
		},
		Gauges:         map[string]metrics.GaugeBy{"own_gauge": {By: map[string]metrics.GaugeValue{name: {}}}},
		FailureSamples: map[string][]metrics.FailureSample{name: {f}},
	}
	r := metrics.Result{
		Name: name, Load: name, Global: part, BucketWidthMS: 5000,
		Metrics:    []*metrics.Metric{{Name: "own_trend", Kind: metrics.Histogram}, {Name: "own_count", Kind: metrics.Counter}, {Name: "own_gauge", Kind: metrics.Gauge}},
		Thresholds: []metrics.ThresholdOutcome{{Metric: "checks{name:" + name + "}", Expression: name, NotJudged: name}, {Metric: name, Expression: "count<1", Value: new(1.0)}},
		Nodes:      []metrics.NodeResult{{Node: name, Status: metrics.NodeLost, Reason: name, Result: &part}, {Node: name + "2", Status: metrics.NodeError, Reason: name}},
		Health:     metrics.Health{Saturated: true, Reasons: []string{name}, Notes: []string{name, name}},
		Changes:    []metrics.Change{{What: metrics.ChangedUsers, From: name, To: name}},
	}
	for _, m := range r.Metrics {
		m.Unit = name
		if m.Check() != nil { // no script can define it
			m.Unit = "EUR"
		}
	}
	return r
}

// ours are the elements that a page is made of.
var ours = []string{"html", "head", "body", "h2", "h3", "p", "ul", "li", "table", "thead", "tbody", "tr", "th", "td", "code", "strong", "br", "details", "summary"}

// linked matches what GitHub makes a link or a mention of.
var linked = regexp.MustCompile(`@[\w-]|#\d|GH-\d|://|www\.`)

// gfm reads Markdown as GitHub does.
var gfm = goldmark.New(goldmark.WithExtensions(extension.GFM), goldmark.WithRendererOptions(renderer.WithUnsafe()))

// checkPage reports what in a page is not ours. Foreign text is the text that code or prose has.
func checkPage(t *testing.T, page string) (codes []string) {
	t.Helper()
	var out bytes.Buffer
	if err := gfm.Convert([]byte(page), &out); err != nil {
		t.Fatal(err)
	}
	root, err := html.Parse(&out)
	if err != nil {
		t.Fatal(err)
	}
	var walk func(n *html.Node, code bool)
	walk = func(n *html.Node, code bool) {
		switch {
		case n.Type == html.CommentNode:
			t.Errorf("a comment %q", n.Data)
		case n.Type == html.TextNode && !code && linked.MatchString(n.Data):
			t.Errorf("GitHub links a part of %q", n.Data)
		case n.Type == html.ElementNode && !slices.Contains(ours, n.Data):
			t.Errorf("an element %s %v", n.Data, n.Attr)
		case n.Type == html.ElementNode && n.Data == "tr" && cells(n) != cells(firstRow(n)):
			t.Errorf("a row of %d cells below %d", cells(n), cells(firstRow(n)))
		}
		for _, a := range n.Attr {
			if a.Key != "style" || !strings.HasPrefix(a.Val, "text-align") {
				t.Errorf("%s has the attribute %s", n.Data, a.Key)
			}
		}
		if n.Type == html.ElementNode && n.Data == "code" {
			code = true
			codes = append(codes, text(n))
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c, code)
		}
	}
	walk(root, false)
	return codes
}

func text(n *html.Node) string {
	if n.Type == html.TextNode {
		return n.Data
	}
	all := ""
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		all += text(c)
	}
	return all
}

func cells(row *html.Node) (n int) {
	for c := row.FirstChild; c != nil; c = c.NextSibling {
		if c.Type == html.ElementNode {
			n++
		}
	}
	return n
}

// firstRow is the head of a row's table.
func firstRow(row *html.Node) *html.Node {
	table := row
	for table.Data != "table" {
		table = table.Parent
	}
	for n := range table.Descendants() {
		if n.Data == "tr" {
			return n
		}
	}
	return row
}

var hostileNames = []string{
	"checkout", "a|b", "a\\|b", "`", "``a``", "a`|`b\\", "</details><script>alert(1)</script>", "<img src=x onerror=alert(1)>", "@everyone", "see #123 and GH-7",
	"https://evil.test/x", "www.evil.test", "[a](https://evil.test)", "![a](b)", "*a* _b_ ~~c~~ $x$", "1. one", "- two", "---", "===", "+ a", "> quote", "# head", "    code", "\n\n| a |\n|---|\n",
	"&lt;b&gt; &amp; &#64;x", "\u202egnp.exe", "\x1b[31mred\x1b[0m", "日本語 🎉 é", "a\u2028b", "<!-- ", "]]>", "<?php", "me@evil.test", strings.Repeat("x|", 600), "\\", "1)", "-", "|", "[ ] task", ":+1:", "[^1]: note",
}

func FuzzHostileNames(f *testing.F) {
	for _, name := range hostileNames {
		f.Add(name)
	}
	f.Fuzz(func(t *testing.T, name string) {
		page := Run([]metrics.Result{hostile(name), {Name: name, Error: name}}, StepLimit)
		codes := checkPage(t, page)
		if line := plaintext.Line(name); line != "" && len(line) <= 200 && !slices.Contains(codes, line) {
			t.Errorf("no code says %q:\n%s", line, page)
		}
		if short := Run([]metrics.Result{hostile(name), hostile(name)}, 6000); len(short) > 6000 {
			t.Errorf("%d bytes instead of 6000", len(short))
		} else {
			checkPage(t, short)
		}
	})
}

// FuzzText: foreign text is what is read, wherever it stands.
func FuzzText(f *testing.F) {
	for _, name := range hostileNames {
		f.Add(name)
	}
	f.Fuzz(func(t *testing.T, name string) {
		if plaintext.Line(name) == "" {
			return
		}
		prose := Text(name)
		page := "## liveload: " + prose + "\n\n- " + prose + "\n- ⚠️ " + prose + "\n\n| a | b |\n|---|---|\n| " + prose + " | " + Code(name) + " |\n"
		if codes := checkPage(t, page); !slices.Equal(codes, []string{plaintext.Line(name)}) {
			t.Errorf("the code is %q, want %q:\n%s", codes, plaintext.Line(name), page)
		}
		var out bytes.Buffer
		if err := gfm.Convert([]byte(page), &out); err != nil {
			t.Fatal(err)
		}
		root, err := html.Parse(&out)
		if err != nil {
			t.Fatal(err)
		}
		if n := strings.Count(strings.ReplaceAll(text(root), nothing, ""), strings.ReplaceAll(plaintext.Line(name), nothing, "")); n < 5 {
			t.Errorf("%q is there %d times, want 5:\n%s", plaintext.Line(name), n, page)
		}
	})
}

func TestHostileComparison(t *testing.T) {
	for _, name := range hostileNames {
		old, new := hostile(name), hostile(name+" 2")
		new.Name = old.Name
		checkPage(t, Comparison(compare.Files(compare.File{Name: name, Results: []metrics.Result{old, {Name: "gone" + name}}}, compare.File{Name: name, Results: []metrics.Result{new}}, nil)))
	}
}
