//go:build linux

// Package hostile has people work a demo while others have hostile pages open, and holds what these can cost.
package hostile

import (
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/liveload/liveload/e2e/rig"
	"github.com/liveload/liveload/metrics"
)

func TestMain(m *testing.M) { rig.Main(m) }

// mostMemory is what liveload itself may take, whatever pages do.
const mostMemory = 200 << 20

// TestHostilePages opens one page of each kind after the other, two at a time: people beside them lose nothing, what the pages have
// too much of is counted and told, those that flood the browser are ended, and liveload stays small.
func TestHostilePages(t *testing.T) {
	a := rig.StartApp(t)
	var names, ended []string
	for _, p := range pages {
		if names = append(names, p.name); p.ended {
			ended = append(ended, p.name)
		}
	}
	c := rig.Start(t, "testdata/beside.js", "--max-failures", "off", "--config", "baseURL="+a.URL, "--config", "hostileURL="+site(t),
		"--config", "pages="+strings.Join(names, ","), "--config", "ended="+strings.Join(ended, ","))
	peak := watch(t, c.Process.Pid)
	code := c.End(t)
	if most := peak(); most > mostMemory {
		t.Errorf("liveload took %d MB, more than %d", most>>20, mostMemory>>20)
	} else {
		t.Logf("liveload took %d MB", most>>20)
	}
	results := c.ReadAll(t)
	if len(results) != 2 || code != 0 {
		t.Fatalf("%d Results, exit code %d:\n%s", len(results), code, c.Output)
	}
	for _, r := range results {
		if r.Name == "honest" {
			checkHonest(t, a, r)
		} else {
			checkHostile(t, r, int64(len(names)), int64(len(ended)))
		}
	}
}

// checkHonest holds the numbers of the people to those of their application.
func checkHonest(t *testing.T, a *rig.App, r metrics.Result) {
	if n := r.Global.Users.Succeeded; n != 2 || rig.Counter(r, metrics.Iterations).By["ok"] != 8 {
		t.Errorf("honest users: %+v, iterations %v", r.Global.Users, rig.Counter(r, metrics.Iterations).By)
	}
	for _, why := range r.Global.FailureCauses() {
		t.Errorf("%d: %s: %s", why.Count, why.Class, why.Reason)
	}
	rig.None(t, r, metrics.SessionsLost)
	rig.Compare(t, r, a.Settled(t, rig.Counter(r, metrics.HTTPRequests).Aggregate), 0)
}

// checkHostile holds what became of the pages.
func checkHostile(t *testing.T, r metrics.Result, visits, ended int64) {
	checkCounts(t, r)
	by := rig.Counter(r, metrics.Iterations).By
	lost := by["failed"]
	if by["ok"] != visits-lost || lost < ended {
		t.Errorf("of %d visits to hostile pages %v, want %d failed at least", visits, by, ended)
	}
	for _, m := range []*metrics.Metric{metrics.BrowserCrashes, metrics.SessionsLost} { // a slow machine may end others that flood
		if n := rig.Counter(r, m); n.Aggregate != lost || n.By[metrics.CrashFlooded] != lost {
			t.Errorf("%s: %v, want %d flooded", m.Name, n.By, lost)
		}
	}
	dropped := rig.Counter(r, metrics.SamplesDropped)
	t.Logf("dropped: %v", dropped.By)
	for _, why := range []string{"too many console lines", "too many calls from a page", "too many frames for the driver", "too long an event", "unknown metric"} {
		if dropped.By[why] == 0 {
			t.Errorf("nothing was dropped as %s", why)
		}
	}
	if notes := strings.Join(r.Health.Notes, "\n"); !strings.Contains(notes, metrics.SamplesDropped.Name) {
		t.Errorf("samples were dropped, and health says %q", notes)
	}
}

// checkCounts holds what no page can bring about.
func checkCounts(t *testing.T, r metrics.Result) {
	for name, one := range r.Global.Counters {
		sum := int64(0)
		for label, n := range one.By {
			if sum += n; n < 0 {
				t.Errorf("%s of %s is %d", name, label, n)
			}
		}
		if sum != one.Aggregate {
			t.Errorf("%s is %d, but its parts are %d together", name, one.Aggregate, sum)
		}
	}
}

// watch returns a function that returns how much memory a process has taken at most, once it has ended.
func watch(t *testing.T, pid int) func() int64 {
	var peak atomic.Int64
	done, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		for {
			if text, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/status"); err == nil {
				if _, after, ok := strings.Cut(string(text), "VmHWM:"); ok {
					if kb, err := strconv.ParseInt(strings.Fields(after)[0], 10, 64); err == nil {
						peak.Store(max(peak.Load(), kb<<10))
					}
				}
			}
			select {
			case <-done:
				return
			case <-time.After(20 * time.Millisecond):
			}
		}
	}()
	return func() int64 {
		close(done)
		<-ended
		if peak.Load() == 0 {
			t.Error("the memory of liveload is not known")
		}
		return peak.Load()
	}
}
