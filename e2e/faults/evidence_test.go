package faults

import (
	"archive/zip"
	"bytes"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/liveload/liveload/e2e/rig"
	"github.com/liveload/liveload/metrics"
)

// TestEvidence: what is kept of a failure shows the page as it was.
func TestEvidence(t *testing.T) {
	t.Parallel()
	app, folder := rig.StartApp(t), t.TempDir()
	report := filepath.Join(folder, "report.html")
	c := rig.Start(t, "testdata/missing.js", "--config", "baseURL="+app.URL, "--evidence-dir", folder, "--trace", "on-failure", "--report", report)
	c.EndsWith(t, 1)
	samples := c.Read(t).Global.FailureSamples["click timeout"]
	if len(samples) != 1 {
		t.Fatalf("%d failures\n%s", len(samples), c.Output)
	}
	sample := samples[0]
	if !strings.Contains(c.Output.String(), "screenshot: "+sample.Screenshot) {
		t.Errorf("the summary does not name %s:\n%s", sample.Screenshot, c.Output)
	}
	checkPictures(t, sample, filepath.Join(folder, "missing", "screenshots", "counted-user1-iteration1.png"))
	for path, want := range map[string]string{
		sample.Page: `<span id="count">1</span>`, sample.Console: "error   broken heart",
		sample.Frames: `"event":"inc"`,
		filepath.Join(filepath.Dir(sample.Page), "failure.txt"): `click("#missing")`,
	} {
		if text, err := os.ReadFile(path); err != nil || !bytes.Contains(text, []byte(want)) {
			t.Errorf("%s lacks %q: %v\n%s", path, want, err, text)
		}
	}
	if page, err := os.ReadFile(report); err != nil || bytes.Count(page, []byte(`id="part-picture-`)) != 1 {
		t.Errorf("the report has %d pictures, want the one of the failure: %v", bytes.Count(page, []byte(`id="part-picture-`)), err)
	}
	trace, err := zip.OpenReader(sample.Trace)
	if err != nil {
		t.Fatal(err)
	}
	defer trace.Close()
	if f, err := trace.Open("trace.trace"); err != nil {
		t.Errorf("the trace has no events: %v", err)
	} else {
		f.Close()
	}
}

func checkPictures(t *testing.T, sample metrics.FailureSample, asked string) {
	t.Helper()
	for _, path := range []string{sample.Screenshot, asked} {
		picture, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if size, err := png.DecodeConfig(bytes.NewReader(picture)); err != nil || size.Width < 100 {
			t.Errorf("%s: %+v, %v; want a picture", path, size, err)
		}
	}
}
