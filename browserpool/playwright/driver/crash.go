package driver

import (
	"fmt"
	"strings"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"github.com/liveload/liveload/browserpool"
	"github.com/liveload/liveload/browserpool/cdp"
	"github.com/liveload/liveload/metrics"
)

// newsPatience is how long we wait for the news of how a process has ended: it may come after its end.
const newsPatience = time.Second

// memoryKills tells processes that the system killed for want of memory from those that somebody killed: the kernel counts
// the former, and no more are explained than it has counted. Safe for concurrent use.
type memoryKills struct {
	read func() int64
	near func() string // which limit may be why something has ended otherwise

	mu        sync.Mutex
	explained int64
}

func newMemoryKills(read func() int64, near func() string) *memoryKills {
	if read == nil {
		read = func() int64 { return 0 }
	}
	return &memoryKills{read: read, near: near, explained: read()}
}

// atLimit is a crash with what is known of limits.
func (k *memoryKills) atLimit(c browserpool.Crash) browserpool.Crash {
	if near := k.near(); near != "" {
		c.Detail = strings.TrimPrefix(c.Detail+", while "+near, ", ")
	}
	return c
}

// explain reports whether the kernel has counted a kill that explains no other end.
func (k *memoryKills) explain() bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.read() <= k.explained {
		return false
	}
	k.explained++
	return true
}

// crash judges the end of a process by how it ended: the name of a signal, or "exit code 1".
func (k *memoryKills) crash(process, how string) browserpool.Crash {
	switch how {
	case "SIGKILL":
		if k.explain() {
			return browserpool.Crash{Process: process, Cause: metrics.CrashMemory, Detail: how}
		}
		return browserpool.Crash{Process: process, Cause: metrics.CrashKilled, Detail: how}
	case "SIGTERM", "SIGINT", "SIGHUP":
		return browserpool.Crash{Process: process, Cause: metrics.CrashKilled, Detail: how}
	}
	return k.atLimit(browserpool.Crash{Process: process, Cause: metrics.CrashCrashed, Detail: how})
}

// A crashedTarget is what Target.targetCrashed says.
type crashedTarget struct {
	TargetID  string `json:"targetId"`
	Status    string `json:"status"`
	ErrorCode int    `json:"errorCode"` // the signal, if one ended the process
}

func (k *memoryKills) page(t crashedTarget) browserpool.Crash {
	how := fmt.Sprintf("exit code %d", t.ErrorCode)
	if name := unix.SignalName(syscall.Signal(t.ErrorCode)); name != "" && (t.Status == "killed" || t.Status == "crashed") {
		how = name
	}
	crash := k.crash(metrics.ProcessPage, how)
	switch {
	case strings.Contains(t.Status, "oom"):
		crash.Cause = metrics.CrashMemory
	case how == "SIGTRAP" || how == "SIGILL": // as V8 ends
		crash.Detail = strings.Replace(crash.Detail, how, how+", as when a page has used up the memory that Chromium lets it have", 1)
	}
	return crash
}

// explain says how the browser has ended.
func (b *Browser) explain() browserpool.Crash {
	if b.hung.Load() {
		return browserpool.Crash{Process: metrics.ProcessBrowser, Cause: metrics.CrashHung}
	}
	end := b.driver.log.endOf(b.pid)
	select {
	case how := <-end:
		return b.driver.opts.kills.crash(metrics.ProcessBrowser, how)
	case <-b.driver.log.ended:
	case <-time.After(newsPatience):
		return b.driver.opts.kills.atLimit(browserpool.Crash{Process: metrics.ProcessBrowser, Cause: metrics.CrashCrashed})
	}
	select {
	case how := <-end: // the last that the driver said
		return b.driver.opts.kills.crash(metrics.ProcessBrowser, how)
	default:
		return b.driver.crash()
	}
}

// explain says how the driver has ended. Node.js prints why it gives up; when it has printed nothing, it was killed.
func (d *driver) explain() browserpool.Crash {
	crash := browserpool.Crash{Process: metrics.ProcessDriver, Cause: metrics.CrashKilled}
	switch fatal := d.log.fatal(); {
	case d.hung.Load():
		crash.Cause = metrics.CrashHung
	case strings.Contains(fatal, "out of memory"):
		crash.Cause, crash.Detail = metrics.CrashMemory, fatal
	case fatal != "":
		crash.Cause, crash.Detail = metrics.CrashCrashed, fatal
		crash = d.opts.kills.atLimit(crash)
	case d.opts.kills.explain():
		crash.Cause = metrics.CrashMemory
	}
	return crash
}

// Crash says how a browser that is gone has ended.
func (b *Browser) Crash() browserpool.Crash { return b.crash() }

// watchTargets has the browser say how pages crash: those who speak with a page hear only that it did. A browser that is gone
// meanwhile is found out later.
func (b *Browser) watchTargets() {
	b.direct.Listen("", b.hear)
	b.direct.EndFloods(func(f cdp.Flood) {
		b.mu.Lock()
		b.floods[f.Page] = f.Why
		b.mu.Unlock()
		b.killPage(f.Process)
	})
	kinds := []map[string]any{{"type": "page"}, {"type": "iframe"}}
	_, _ = b.direct.Start("", "Target.setDiscoverTargets", map[string]any{"discover": true, "filter": kinds})
}

// hear takes what the browser says of its pages.
func (b *Browser) hear(method string, params []byte) {
	var crashed crashedTarget
	if method != "Target.targetCrashed" || cdp.Decode(params, &crashed) != nil {
		return
	}
	b.mu.Lock()
	tell := b.pages[crashed.TargetID]
	with, flooded := b.floods[crashed.TargetID]
	delete(b.pages, crashed.TargetID)
	delete(b.floods, crashed.TargetID)
	b.mu.Unlock()
	crash := browserpool.Crash{Process: metrics.ProcessPage, Cause: metrics.CrashFlooded, Detail: with}
	if !flooded {
		crash = b.driver.opts.kills.page(crashed)
	}
	b.CountPage(crash)
	if tell != nil {
		tell(crash)
	}
}

// WatchPage has crashed called, once at most, when the page crashes that the browser calls by this name. It must not wait
// for the browser.
func (b *Browser) WatchPage(target string, crashed func(browserpool.Crash)) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.pages[target] = crashed
}

// UnwatchPage ends WatchPage.
func (b *Browser) UnwatchPage(target string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.pages, target)
}

// CountPage counts a page that has crashed, or hangs.
func (b *Browser) CountPage(crash browserpool.Crash) {
	b.driver.opts.Logger.Warn("a page is gone: "+crash.String(), "pid", b.pid)
	if count := b.driver.opts.OnPageCrash; count != nil {
		count(crash)
	}
}
