package session

import (
	"syscall"
	"testing"
	"time"

	"github.com/liveload/liveload/browserpool"
	"github.com/liveload/liveload/browserpool/playwright/driver"
	"github.com/liveload/liveload/browserpool/sessiontest"
	"github.com/liveload/liveload/metrics"
)

// TestStalls stops a browser and a driver until that is told, and lets them go on: nothing else becomes of it.
func TestStalls(t *testing.T) {
	t.Parallel()
	stalls := make(chan string, 1000)
	b, err := newLauncher(t, func(o *driver.Options) {
		o.StallLimit, o.OnStall = 500*time.Millisecond, func(process string) { stalls <- process }
	}).Launch(within(t, patience))
	must(t, err)
	browser := b.(*driver.Browser)
	u := openUser(t, browser, browserpool.SessionOptions{})
	for process, pid := range map[string]int{metrics.ProcessBrowser: browser.PID(), metrics.ProcessDriver: browser.DriverPID()} {
		for len(stalls) > 0 { // of a machine that is busy
			<-stalls
		}
		must(t, syscall.Kill(pid, syscall.SIGSTOP))
		for told := ""; told != process; {
			select {
			case told = <-stalls:
			case <-time.After(patience):
				must(t, syscall.Kill(pid, syscall.SIGCONT))
				t.Fatalf("nobody says that the %s stands still", process)
			}
		}
		must(t, syscall.Kill(pid, syscall.SIGCONT))
		must(t, sessiontest.Moved(u.Navigate(within(t, patience), sessiontest.NewSite(t).URL+"/target")))
	}
}
