// Package report opens saved reports in a real browser.
package report

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/liveload/liveload/e2e/pagetest"
	"github.com/liveload/liveload/e2e/rig"
	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/report"
)

func TestMain(m *testing.M) { rig.Main(m, pagetest.Close) }

// save writes the report of Results, and returns its address.
func save(t *testing.T, results []metrics.Result) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "report.html")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := report.WriteResults(f, results); err != nil {
		t.Fatal(err)
	}
	return "file://" + path
}
