//go:build linux

package faults

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/liveload/liveload/e2e/rig"
	"github.com/liveload/liveload/metrics"
)

// TestKilledByTheKernel has the kernel kill a page for want of memory, in a control group: the run says so, and not that somebody has
// killed it.
func TestKilledByTheKernel(t *testing.T) {
	t.Parallel()
	group, ok := rig.MemoryGroup(t, 900<<20)
	if !ok {
		t.Log("no control group can be made here: the kernel's part is played by TestCrashesByCause")
		return
	}
	a, home := rig.StartApp(t), rig.NewHome(t)
	c := home.Start(t, "testdata/eat.js", a)
	must(t, os.WriteFile(filepath.Join(group, "cgroup.procs"), []byte(strconv.Itoa(c.Process.Pid)), 0o600))
	c.EndsWith(t, 98)
	r := c.Read(t)
	if n := rig.Counter(r, metrics.BrowserCrashes); n.Aggregate != 1 || n.By[metrics.CrashMemory] != 1 {
		t.Errorf("browser_crashes = %+v, want 1 that was killed for want of memory", n)
	}
	const says = "its page was killed by the system, which has too little memory (SIGKILL)"
	if !strings.Contains(c.Output.String(), says) {
		t.Errorf("nothing says %q:\n%s", says, c.Output)
	}
	if reasons := strings.Join(r.Health.Reasons, "\n"); !r.Health.Saturated || !strings.Contains(reasons, "the system killed processes of browsers once") {
		t.Errorf("health says %q", reasons)
	}
	home.IsClean(t)
}
