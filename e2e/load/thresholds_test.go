package load

import (
	"encoding/xml"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/liveload/liveload/e2e/rig"
)

// TestThresholds: promises about what the demo has counted too, kept and not kept.
func TestThresholds(t *testing.T) {
	t.Parallel()
	app, junit := rig.StartApp(t), filepath.Join(t.TempDir(), "junit.xml")
	c := rig.Start(t, "testdata/promises.js", "--config", "baseURL="+app.URL, "--summary-junit", junit,
		"--threshold", "liveview_event_duration_us{event:inc}:p(50)<1m", // in place of the script's
		"--threshold", "liveview_join_duration_us{page:/counter}:count>=3")
	c.EndsWith(t, 99)
	r := c.Read(t)
	unmet := map[string]float64{}
	for _, o := range r.Thresholds {
		if o.Value == nil {
			t.Errorf("%s: %s was not measured", o.Metric, o.Expression)
		} else if !o.OK {
			unmet[o.Metric+": "+o.Expression] = *o.Value
		}
	}
	if len(r.Thresholds) != 11 || len(unmet) != 2 || unmet["checks{name:first user}: rate>0.9"] != 0.5 || unmet["liveview_join_duration_us{page:/counter}: count>=3"] != 2 {
		t.Errorf("of %d thresholds these were not met: %v\n%s", len(r.Thresholds), unmet, c.Output)
	}
	if truth := app.Stats().Events["inc"]; truth != 10 {
		t.Errorf("the demo has counted %d events, and liveload found 10", truth)
	}
	if text := c.Output.String(); !strings.Contains(text, "Error: 2 of 11 thresholds were not met:\n  promises: checks{name:first user}: rate>0.9: 0.5\n") {
		t.Errorf("the output does not say what was not met:\n%s", text)
	}
	checkJUnit(t, junit)
}

func checkJUnit(t *testing.T, path string) {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var report struct {
		Tests    int `xml:"tests,attr"`
		Failures int `xml:"failures,attr"`
		Suites   []struct {
			Name string `xml:"name,attr"`
		} `xml:"testsuite"`
	}
	if err := xml.Unmarshal(content, &report); err != nil || report.Tests != 12 || report.Failures != 2 || len(report.Suites) != 1 || report.Suites[0].Name != "promises" {
		t.Errorf("the JUnit file is %+v, %v\n%s", report, err, content)
	}
}

// TestAThresholdEndsARun of an hour after seconds, with everything written.
func TestAThresholdEndsARun(t *testing.T) {
	t.Parallel()
	app := rig.StartApp(t)
	script := filepath.Join(t.TempDir(), "endless.js")
	text := `export const options = { duration: '1h', thresholds: { liveview_events: [{ threshold: 'count<3', abortOnFail: true, delay: '2s' }] } };
		export const config = (opts) => opts;
		export default async (user, config) => { await user.navigate(config.baseURL + '/counter').waitForLiveView().click('#inc').waitForText('#count', 1); };`
	if err := os.WriteFile(script, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	c := rig.Start(t, script, "--config", "baseURL="+app.URL)
	c.EndsWith(t, 99)
	r := c.Read(t)
	took := time.Duration(r.Global.ElapsedMS) * time.Millisecond
	if took < 2*time.Second || took > time.Minute || r.Global.Users.Succeeded != 1 || len(r.Thresholds) != 1 || r.Thresholds[0].OK {
		t.Errorf("the run took %v, users %+v, thresholds %+v\n%s", took, r.Global.Users, r.Thresholds, c.Output)
	}
	if notes := strings.Join(r.Health.Notes, "; "); !strings.Contains(notes, "ended early: the threshold liveview_events: count<3 was not met") {
		t.Errorf("the Result does not say why the run has ended: %q", notes)
	}
	if events, truth := r.Global.Counters["liveview_events"].By["inc"], app.Stats().Events["inc"]; events != truth {
		t.Errorf("%d events, but the demo has counted %d: the last ones are missing", events, truth)
	}
}
