//go:build linux

package faults

import (
	"maps"
	"os"
	"path/filepath"
	"testing"

	"github.com/liveload/liveload/e2e/rig"
	"github.com/liveload/liveload/metrics"
)

// TestSecretsOfACluster: a controller is killed while the users of its worker fail, and show every secret. Nothing that both leave,
// print, and show to others has one: the evidence and the log records that were sent, the part that the worker keeps, the journal of the
// controller, and what recover makes of it.
func TestSecretsOfACluster(t *testing.T) {
	t.Parallel()
	app, home := rig.StartApp(t), rig.NewHome(t)
	secrets := plant()
	server := newListener(t)
	results := filepath.Join(home.Folder, "results")
	c := home.StartWith(t, []string{
		"LIVELOAD_CONFIG=baseURL=" + app.URL + " password=" + secrets["config"], "LIVELOAD_CONFIG_SECRET=adminPassword\napiToken",
		"LIVELOAD_CONFIG_ADMIN_PASSWORD=" + secrets["admin"], "LIVELOAD_CONFIG_API_TOKEN=" + secrets["token"], "SHOP_SECRET=" + secrets["env"],
		"LIVELOAD_OUT=influxdb=" + server.URL + "?bucket=load&org=x&token=" + secrets["influx"],
	}, writeScript(t, secrets, app.URL), "--cluster", "local", "--nodes", "1", "--users", "1", "--duration", "1h", "--max-failures", "off",
		"--evidence-dir", results, "--log-level", "debug", "--worker-logs", "debug",
		"--summary-junit", filepath.Join(results, "junit.xml"), "--report", filepath.Join(results, "report.md"))
	w := watch()
	w.journal(results)
	w.commands(c.Process.Pid)
	rig.WaitUntil(t, "each kind of failure on disk", func() bool {
		return rig.Counter(home.Journaled(t), metrics.IterationFailures).Aggregate >= 12
	})
	if err := c.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	c.End(t)
	var parts []string
	rig.WaitUntil(t, "the part of the worker, and its end", func() bool {
		parts, _ = filepath.Glob(filepath.Join(home.Folder, "liveload-*.json"))
		return len(parts) == 1 && len(home.Processes(t)) == 0
	})
	left := w.end()
	left["the output of recover"] = []byte(home.Recover(t))
	left["the output"] = []byte(c.Output.String())
	for where, path := range map[string]string{"the Result": c.File(), "the part": parts[0]} {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		left[where] = text
	}
	maps.Copy(left, server.received())
	readTree(t, home.Folder, left)
	hasNone(t, left, secrets)
	hasMarks(t, left, "the output", "the output of recover", "the Result", "the part", "the journal", "the numbers of the journal", "what InfluxDB got",
		"page.html", "console.txt", "failure.txt", "junit.xml", "report.md")
}
