package terminal_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/metrics/metricstest"
	"github.com/liveload/liveload/sinks/terminal"
)

// shown is the summary on a terminal of so many columns.
func shown(t *testing.T, opts terminal.Options, columns int, results ...metrics.Result) string {
	t.Helper()
	var out bytes.Buffer
	opts.Out, opts.TTY, opts.Quiet, opts.Width = &out, true, true, width(columns)
	if err := terminal.New(opts).Close(t.Context(), results); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

var written = []terminal.File{{What: "Result", Path: "result.json"}}

// TestSummaryOfAShop: what a reader sees of runs as people have them.
func TestSummaryOfAShop(t *testing.T) {
	bad, fine, cluster := metricstest.Shop{}.Result(), metricstest.Shop{Name: "browse", Fine: true, Seconds: 20}.Result(), metricstest.Shop{Nodes: 4, Seconds: 30, Busy: true}.Result()
	evidence := "liveload-results/2026-08-01-120000-7c9e6679"
	for _, columns := range []int{80, 120, 200} {
		opts := terminal.Options{Files: written, Evidence: evidence}
		golden(t, fmt.Sprintf("shop-%d.txt", columns), []byte(shown(t, opts, columns, bad)))
		opts.Summary = terminal.Full
		golden(t, fmt.Sprintf("shop-full-%d.txt", columns), []byte(shown(t, opts, columns, bad)))
	}
	golden(t, "shop-fine-80.txt", []byte(shown(t, terminal.Options{Files: written, Evidence: evidence}, 80, fine)))
	golden(t, "shop-busy-full-120.txt", []byte(shown(t, terminal.Options{Summary: terminal.Full}, 120, cluster)))
	golden(t, "shop-two-80.txt", []byte(shown(t, terminal.Options{Files: written, Evidence: evidence}, 80, fine, cluster)))
	if got := shown(t, terminal.Options{Summary: terminal.None, Files: written}, 80, bad); got != "" {
		t.Errorf("none says %q", got)
	}
}

// TestSummaryOfALargeCluster fits on a few screens.
func TestSummaryOfALargeCluster(t *testing.T) {
	r := metricstest.Shop{Nodes: 200, Seconds: 2}.Result()
	for n := range 200 {
		name := fmt.Sprintf("node-%d", n+1)
		r.Health.Saturated, r.Health.SaturatedNodes = true, append(r.Health.SaturatedNodes, name)
		r.Health.Reasons = append(r.Health.Reasons, "node "+name+": the machine's CPU was above 90 %")
		r.Health.Notes = append(r.Health.Notes, "the CPU of node "+name+" was not measured in 2 of 6 seconds")
	}
	text := shown(t, terminal.Options{}, 100, r)
	if n := strings.Count(text, "\n"); n > 90 {
		t.Errorf("%d lines:\n%s", n, text)
	}
	for _, want := range []string{"· 200 nodes\n", "1 of 200 nodes lost", "and 190 more, which are in the Result"} {
		if !strings.Contains(text, want) {
			t.Errorf("the summary lacks %q:\n%s", want, text)
		}
	}
	if full := shown(t, terminal.Options{Summary: terminal.Full}, 100, r); strings.Count(full, "saturated: node") != 200 {
		t.Error("the full summary leaves nodes out")
	}
}

// TestNothingIsCut: at no width does the summary leave out a part of a text, and tables stay within it.
func TestNothingIsCut(t *testing.T) {
	r := metricstest.Shop{Nodes: 2, Seconds: 20, Busy: true}.Result()
	for _, columns := range []int{30, 60, 80, 110, 200} {
		for _, how := range []terminal.Summary{terminal.Short, terminal.Full} {
			text := shown(t, terminal.Options{Summary: how}, columns, r)
			if strings.Contains(text, "…") {
				t.Errorf("at %d columns something is cut:\n%s", columns, text)
			}
			if columns < 60 {
				continue
			}
			_, table, _ := strings.Cut(text, "  what it felt like")
			table, _, _ = strings.Cut(table, "\n  failures\n")
			for line := range strings.Lines(table) {
				if n := utf8.RuneCountInString(line); n > columns {
					t.Errorf("at %d columns a line has %d: %q", columns, n, line)
				}
			}
		}
	}
}
