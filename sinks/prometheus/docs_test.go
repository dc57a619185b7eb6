package prometheus

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/liveload/liveload/sinks/outputtest"
	"github.com/liveload/liveload/sinks/prometheus/prometheustest"
)

// examples returns the lines that are code in the chapter of the documentation on Prometheus.
func examples(t *testing.T) []string {
	t.Helper()
	text, err := os.ReadFile("../../docs/outputs.md")
	if err != nil {
		t.Fatal(err)
	}
	_, chapter, found := strings.Cut(string(text), "\n## Prometheus\n")
	if !found {
		t.Fatal("docs/outputs.md has no chapter on Prometheus")
	}
	chapter, _, _ = strings.Cut(chapter, "\n## ")
	var lines []string
	for line := range strings.Lines(chapter) {
		if code, ok := strings.CutPrefix(line, "    "); ok {
			lines = append(lines, code)
		}
	}
	return lines
}

// askDocumented runs every query of the documentation.
func askDocumented(t *testing.T, s *prometheustest.Server, at time.Time) {
	t.Helper()
	asked := 0
	for _, line := range examples(t) {
		if query := strings.TrimSpace(line); strings.Contains(query, "liveload_") {
			asked++
			query = strings.NewReplacer("7c9e6679-...", outputtest.SimulatedRun, "[10s]", "[1m]").Replace(query)
			if len(s.Query(t, query, at)) == 0 {
				t.Errorf("nothing is there for %s", query)
			}
		}
	}
	if asked < 5 {
		t.Errorf("the documentation has %d queries; the test wants more", asked)
	}
}

func TestDocumentedConfigurationWorks(t *testing.T) {
	t.Parallel()
	_, config, found := strings.Cut(strings.Join(examples(t), ""), "scrape_configs:\n")
	if !found {
		t.Fatal("docs/outputs.md has no scrape_configs")
	}
	var lines []string
	for line := range strings.Lines(config) {
		if !strings.HasPrefix(line, "  ") {
			break
		}
		lines = append(lines, line)
	}
	path := filepath.Join(t.TempDir(), "prometheus.yml")
	if err := os.WriteFile(path, []byte("scrape_configs:\n"+strings.Join(lines, "")), 0o600); err != nil {
		t.Fatal(err)
	}
	if text, err := exec.Command("promtool", "check", "config", path).CombinedOutput(); err != nil || len(lines) < 3 {
		t.Errorf("%v: %s", err, text)
	}
}
