package report

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/liveload/liveload/e2e/pagetest"
	"github.com/liveload/liveload/e2e/rig"
)

// TestARunLeavesAReport: nobody has to ask for it, its path is printed, and it has what the application was asked.
func TestARunLeavesAReport(t *testing.T) {
	app, folder := rig.StartApp(t), t.TempDir()
	run := rig.Start(t, "../../examples/counter.js", "--users", "2", "--iterations", "4", "--config", "baseURL="+app.URL, "--evidence-dir", folder)
	run.EndsWith(t, 0)
	path := filepath.Join(folder, "report.html")
	if !strings.Contains(run.Output.String(), "Report: "+path) {
		t.Errorf("the run does not say where its report is:\n%s", run.Output)
	}
	p := pagetest.Open(t, "file://"+path, pagetest.Options{})
	if text := p.Text("#felt"); !strings.Contains(text, "Click answered\n20 times") {
		t.Errorf("four iterations of five clicks felt like\n%s", text)
	}
	p.Screenshot("report-of-a-run")
}
