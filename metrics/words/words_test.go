package words_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/metrics/metricstest"
	"github.com/liveload/liveload/metrics/words"
)

// TestEveryMetricHasWords: exactly once, and no two metrics share a name.
func TestEveryMetricHasWords(t *testing.T) {
	rows, names := make(map[*metrics.Metric]int), make(map[string]string)
	for _, w := range words.All() {
		rows[w.Metric]++
		if other := names[w.Name]; other != "" {
			t.Errorf("%s and %s are both called %q", other, w.Metric.Name, w.Name)
		}
		names[w.Name] = w.Metric.Name
		if w.Name == "" || strings.ContainsAny(w.Name, "_|`") || len(w.Name) > 34 {
			t.Errorf("%s is called %q: that is not what people say, or too long for a row", w.Metric.Name, w.Name)
		}
		if !strings.HasSuffix(w.Meaning, ".") || strings.Contains(strings.TrimSuffix(w.Meaning, "."), ". ") {
			t.Errorf("the meaning of %s is not one sentence: %q", w.Metric.Name, w.Meaning)
		}
	}
	for _, m := range metrics.Catalogue() {
		if rows[m] != 1 {
			t.Errorf("%s has %d rows, want 1", m.Name, rows[m])
		}
		delete(rows, m)
	}
	for m := range rows {
		t.Errorf("%s is not in the catalogue", m.Name)
	}
}

// TestUnits: a unit is one of those that the metric can be shown in, and counters have rates.
func TestUnits(t *testing.T) {
	of := map[string][]string{
		metrics.Microseconds: {"ms", "s"}, metrics.Bytes: {"kB", "MB"}, metrics.Percent: {"%"}, metrics.Ratio: {""}, metrics.Events: {""},
	}
	for _, w := range words.All() {
		ok := false
		for _, unit := range of[w.Metric.Unit] {
			if w.Metric.Kind == metrics.Counter {
				unit += "/s"
			}
			ok = ok || w.Unit == unit
		}
		if !ok {
			t.Errorf("%s, a %s in %s, is shown in %q", w.Metric.Name, w.Metric.Kind, w.Metric.Unit, w.Unit)
		}
	}
}

func TestFelt(t *testing.T) {
	var names []string
	for _, w := range words.Felt() {
		names = append(names, w.Name)
		if w.Metric.Kind != metrics.Histogram || w.Metric.Unit != metrics.Microseconds || w.Meaning == "" {
			t.Errorf("%s is no duration with words: %+v", w.Metric.Name, w)
		}
	}
	want := "page opened, main content shown (LCP), LiveView connected, click answered, page changed, page reacted (INP), request answered, step done, iteration done, iteration done, since it was due"
	if got := strings.Join(names, ", "); got != want {
		t.Errorf("it felt like\n%s\nwant\n%s", got, want)
	}
}

func TestMetricsOfScripts(t *testing.T) {
	for _, tt := range []struct {
		of         metrics.Metric
		name, unit string
	}{
		{metrics.Metric{Name: "checkout_us", Kind: metrics.Histogram, Unit: metrics.Microseconds}, "checkout", "ms"},
		{metrics.Metric{Name: "server_process_cpu_percent", Kind: metrics.Gauge, Unit: metrics.Percent}, "server_process_cpu", "%"},
		{metrics.Metric{Name: "orders", Kind: metrics.Counter, Unit: metrics.Events}, "orders", "/s"},
		{metrics.Metric{Name: "cart_total", Kind: metrics.Histogram, Unit: "EUR"}, "cart_total", "EUR"},
		{metrics.Metric{Name: "downloaded", Kind: metrics.Counter, Unit: metrics.Bytes}, "downloaded", "kB/s"},
	} {
		tt.of.Help = "A script's own."
		if w := words.Of(&tt.of); w.Name != tt.name || w.Unit != tt.unit || w.Meaning != tt.of.Help || w.Metric != &tt.of {
			t.Errorf("%s is called %q in %q", tt.of.Name, w.Name, w.Unit)
		}
	}
	read := &metrics.Metric{Name: metrics.Iterations.Name} // as a Result from a file names it
	if w := words.Of(read); w.Name != "iterations" {
		t.Errorf("iterations of a file are called %q", w.Name)
	}
}

// The words in docs/metrics.md are those of the table.
func TestDocumentation(t *testing.T) {
	path := filepath.Join("..", "..", "docs", "metrics.md")
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	const begin, end = "<!-- words -->\n", "<!-- /words -->"
	head, rest, ok := strings.Cut(string(b), begin)
	_, tail, ok2 := strings.Cut(rest, end)
	if !ok || !ok2 {
		t.Fatalf("%s has no words between their marks", path)
	}
	var table strings.Builder
	table.WriteString("\n| shown as | metric | what it says |\n|---|---|---|\n")
	for _, w := range words.All() {
		fmt.Fprintf(&table, "| %s | `%s` | %s |\n", w.Name, w.Metric.Name, w.Meaning)
	}
	metricstest.Golden(t, path, []byte(head+begin+table.String()+"\n"+end+tail))
}
