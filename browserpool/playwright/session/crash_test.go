package session

import (
	"context"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/liveload/liveload/browserpool"
	"github.com/liveload/liveload/browserpool/playwright/driver"
	"github.com/liveload/liveload/browserpool/sessiontest"
	"github.com/liveload/liveload/metrics"
)

// renderers are the processes of a browser's pages.
func renderers(t *testing.T, ctx context.Context, b *driver.Browser) (pids []int) {
	t.Helper()
	var answer struct {
		ProcessInfo []struct {
			Type string `json:"type"`
			ID   int    `json:"id"`
		} `json:"processInfo"`
	}
	must(t, b.Direct().Call(ctx, "", "SystemInfo.getProcessInfo", nil, &answer))
	for _, p := range answer.ProcessInfo {
		if p.Type == "renderer" {
			pids = append(pids, p.ID)
		}
	}
	return pids
}

// TestCrashesByCause ends pages, browsers and drivers in every way, and checks what is counted and said of it. The kernel
// that kills for want of memory is one who kills while its counter rises.
func TestCrashesByCause(t *testing.T) {
	t.Parallel()
	var counter atomic.Int64
	crashes := make(chan browserpool.Crash, 100)
	l := newLauncher(t, func(o *driver.Options) {
		o.MemoryKills = counter.Load
		o.OnPageCrash = func(c browserpool.Crash) { crashes <- c }
	})
	p := browserpool.NewPool(l, browserpool.PoolOptions{OnCrash: func(c browserpool.Crash) { crashes <- c }})
	t.Cleanup(func() { must(t, p.Close(within(t, patience))) })
	site := sessiontest.NewSite(t)
	ctx := within(t, 4*patience)

	signal := func(pid int, s syscall.Signal) { must(t, syscall.Kill(pid, s)) }
	ofPages := func(s syscall.Signal) func(*driver.Browser, browserpool.Session) {
		return func(b *driver.Browser, _ browserpool.Session) {
			for _, pid := range renderers(t, ctx, b) {
				signal(pid, s)
			}
		}
	}
	for _, tt := range []struct {
		name string
		end  func(*driver.Browser, browserpool.Session)
		want browserpool.Crash
		says string
	}{
		{"a page follows a null pointer", func(_ *driver.Browser, s browserpool.Session) {
			_ = sessiontest.Moved(s.Navigate(ctx, "chrome://crash"))
		},
			browserpool.Crash{Process: metrics.ProcessPage, Cause: metrics.CrashCrashed, Detail: "SIGSEGV"}, "its page crashed (SIGSEGV)"},
		{"a page is killed", ofPages(syscall.SIGKILL),
			browserpool.Crash{Process: metrics.ProcessPage, Cause: metrics.CrashKilled, Detail: "SIGKILL"}, "its page was killed by somebody (SIGKILL)"},
		{"the kernel kills a page", func(b *driver.Browser, s browserpool.Session) {
			counter.Add(int64(len(renderers(t, ctx, b))))
			ofPages(syscall.SIGKILL)(b, s)
		}, browserpool.Crash{Process: metrics.ProcessPage, Cause: metrics.CrashMemory, Detail: "SIGKILL"}, "its page was killed by the system, which has too little memory (SIGKILL)"},
		{"a browser crashes", func(b *driver.Browser, _ browserpool.Session) { signal(b.PID(), syscall.SIGSEGV) },
			browserpool.Crash{Process: metrics.ProcessBrowser, Cause: metrics.CrashCrashed, Detail: "SIGSEGV"}, "the browser crashed (SIGSEGV)"},
		{"the kernel kills a browser", func(b *driver.Browser, _ browserpool.Session) { counter.Store(100); signal(b.PID(), syscall.SIGKILL) },
			browserpool.Crash{Process: metrics.ProcessBrowser, Cause: metrics.CrashMemory, Detail: "SIGKILL"}, "the browser was killed by the system, which has too little memory (SIGKILL)"},
		{"a driver is killed", func(b *driver.Browser, _ browserpool.Session) {
			counter.Store(0)
			signal(b.DriverPID(), syscall.SIGKILL)
		},
			browserpool.Crash{Process: metrics.ProcessDriver, Cause: metrics.CrashKilled}, "Playwright's driver was killed by somebody"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s, recorded := sessiontest.Open(t, p, browserpool.SessionOptions{})
			must(t, sessiontest.Moved(s.Navigate(ctx, site.URL+"/target")))
			running := l.running()
			tt.end(running[len(running)-1], s)
			awaitClosed(t, "Lost", s.Lost())
			if got := <-crashes; got != tt.want {
				t.Errorf("counted %+v, want %+v", got, tt.want)
			}
			must(t, s.Close(ctx))
			if got, ok := browserpool.LostBy(s); !ok || got.String() != tt.says {
				t.Errorf("the session says %q, want %q", got, tt.says)
			}
			if n := recorded.Count(sessiontest.Scenario, metrics.SessionsLost, tt.want.Cause); n != 1 {
				t.Errorf("%d sessions were lost, want 1: %v", n, recorded.Labels(sessiontest.Scenario, metrics.SessionsLost))
			}
		})
	}
	if left := len(crashes); left > 0 {
		t.Errorf("%d crashes were counted twice, such as %+v", left, <-crashes)
	}
}
