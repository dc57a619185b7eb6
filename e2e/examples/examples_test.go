// Package examples runs and checks what people start from.
package examples

import (
	"path/filepath"
	"testing"

	"github.com/liveload/liveload/e2e/rig"
	"github.com/liveload/liveload/metrics"
)

func TestMain(m *testing.M) { rig.Main(m) }

// TestExamples runs every example against the demo: two users, for a moment, without an error.
func TestExamples(t *testing.T) {
	t.Parallel()
	app, folder := rig.StartApp(t), filepath.Join(t.TempDir(), "examples")
	copyExamples(t, folder)
	c := rig.Start(t, folder, filepath.Join(folder, "typescript"), "--users", "2", "--duration", "500ms", "--ramp-up", "0s",
		"--iteration-timeout", "30s", "--config", "baseURL="+app.URL, "--config", "think=10ms")
	c.EndsWith(t, 0)
	events := map[string]string{ // of LiveView, at least one in each iteration
		"booking": "save", "browse": "inc", "chat": "send", "counter": "inc", "data": "save", "form": "save", "from_elixir": "checkout",
		"login_once": "rename", "metrics": "checkout", "playwright_page": "add_to_cart", "shop": "checkout", "thresholds": "inc", "throttle": "checkout",
		"upload": "save", "visitors": "", "buyers": "checkout", "logins": "", // the last three of mixed
	}
	for _, result := range c.ReadAll(t) {
		event, known := events[result.Name]
		delete(events, result.Name)
		if !known {
			t.Errorf("%s is not in this test's table: say which event it makes", result.Name)
		}
		global := result.Global
		iterations := global.Counters[metrics.Iterations.Name]
		users := int64(2)
		if options, _ := result.Options.(map[string]any); options["exec"] != nil { // one of several, which share them
			users = 1
		}
		if ok := iterations.By["ok"]; result.Error != "" || ok < users || ok != iterations.Aggregate || global.Users.Succeeded < users {
			t.Errorf("%s: %s, users %+v, iterations %v, failures %v", result.Name, result.Error, global.Users, iterations.By, global.FailureSamples)
		}
		for _, o := range result.Thresholds {
			if !o.OK {
				t.Errorf("%s: the threshold %s: %s was not met", result.Name, o.Metric, o.Expression)
			}
		}
		if result.Name == "thresholds" && len(result.Thresholds) != 8 {
			t.Errorf("thresholds has %d of them in its Result, want 8", len(result.Thresholds))
		}
		if made := global.Counters[metrics.LiveViewEvents.Name].By; event != "" && made[event] < iterations.Aggregate {
			t.Errorf("%s: %d iterations, but LiveView's events are %v", result.Name, iterations.Aggregate, made)
		}
	}
	for name := range events {
		t.Errorf("there is no example %s, or it did not run", name)
	}
}
