package driver

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	pw "github.com/playwright-community/playwright-go"
	"github.com/shirou/gopsutil/v4/process"
	"go.uber.org/goleak"

	"github.com/liveload/liveload/browserpool"
	"github.com/liveload/liveload/browserpool/rundir"
	"github.com/liveload/liveload/metrics"
)

// A launchRig is a launcher with a folder and a mark of its own.
type launchRig struct {
	*Launcher
	dir  string
	mark string
}

func newLaunchRig(t *testing.T, change func(*Options)) *launchRig {
	t.Helper()
	found, err := installed()
	must(t, err)
	dir, err := os.MkdirTemp("", "llpw") // t.TempDir's names are too long for Chromium's sockets
	must(t, err)
	mark := "LIVELOAD_RUN=" + filepath.Base(dir)
	opts := Options{
		DriverDir: found.DriverDir, NodePath: found.NodePath, BrowserPath: found.BrowserPath,
		RunDir: dir, Env: []string{mark}, Drivers: 1,
	}
	if change != nil {
		change(&opts)
	}
	l, err := NewLauncher(opts, nil)
	must(t, err)
	r := &launchRig{Launcher: l, dir: dir, mark: mark}
	others := goleak.IgnoreCurrent()
	t.Cleanup(func() {
		r.finish(t)
		goleak.VerifyNone(t, others)
	})
	return r
}

// finish closes the launcher and looks for what it left behind.
func (r *launchRig) finish(t *testing.T) {
	t.Helper()
	if err := r.Close(within(t, patience)); err != nil {
		t.Errorf("Close: %v", err)
	}
	if left := marked(t, r.mark); len(left) > 0 {
		t.Errorf("Close left processes: %v", left)
	}
	entries, err := os.ReadDir(r.dir)
	if err != nil || len(entries) > 0 {
		t.Errorf("Close left %v in the run folder, %v", entries, err)
	}
	os.RemoveAll(r.dir)
}

func (r *launchRig) launch(t *testing.T) *Browser {
	t.Helper()
	launched, err := r.Launch(within(t, patience))
	must(t, err)
	return launched.(*Browser)
}

// marked lists the processes whose environment holds the mark, but for zombies.
func marked(t *testing.T, mark string) []string {
	t.Helper()
	all, err := process.Processes()
	must(t, err)
	var found []string
	for _, p := range all {
		env, err := p.Environ()
		if err == nil && slices.Contains(env, mark) && !zombie(p.Pid) {
			line, _ := p.Cmdline()
			found = append(found, line)
		}
	}
	return found
}

func TestLaunchMarksWhatItStarts(t *testing.T) {
	r := newLaunchRig(t, nil)
	b := r.launch(t)
	if b.pid == 0 {
		t.Fatal("the browser's process was not found")
	}
	var node, chromium bool
	for _, line := range marked(t, r.mark) {
		node = node || strings.Contains(line, "run-driver")
		chromium = chromium || strings.Contains(line, "--remote-debugging-pipe")
	}
	if !node || !chromium {
		t.Errorf("marked: driver %v, browser %v, want both: %q", node, chromium, marked(t, r.mark))
	}
	if page, err := b.pw.NewPage(); err != nil {
		t.Error(err)
	} else if sum, err := page.Evaluate("40 + 2"); err != nil || sum != 42 {
		t.Errorf("the page says %v, %v", sum, err)
	}
}

func TestBrowserKilled(t *testing.T) {
	r := newLaunchRig(t, nil)
	b, other := r.launch(t), r.launch(t)
	must(t, syscall.Kill(b.pid, syscall.SIGKILL))
	awaitClosed(t, "Done of the killed browser", b.Done())
	if want := (browserpool.Crash{Process: metrics.ProcessBrowser, Cause: metrics.CrashKilled, Detail: "SIGKILL"}); b.Crash() != want {
		t.Errorf("the browser's end is %+v, want %+v", b.Crash(), want)
	}
	select {
	case <-other.Done():
		t.Error("the crash took the other browser along")
	default:
	}
	if _, err := other.pw.NewContext(); err != nil {
		t.Errorf("the other browser: %v", err)
	}
}

func TestDriverKilled(t *testing.T) {
	r := newLaunchRig(t, nil)
	b := r.launch(t)
	first := b.driver
	must(t, syscall.Kill(first.pid, syscall.SIGKILL))
	awaitClosed(t, "Done of the browser", b.Done())
	awaitClosed(t, "end of the driver", first.done)
	if want := (browserpool.Crash{Process: metrics.ProcessDriver, Cause: metrics.CrashKilled}); b.Crash() != want {
		t.Errorf("the browser's end is %+v, want %+v", b.Crash(), want)
	}
	if left := marked(t, r.mark); len(left) > 0 {
		t.Errorf("the driver left %v", left)
	}
	if again := r.launch(t); again.driver == first {
		t.Error("the dead driver launched a browser")
	}
}

func TestDriverKilledDuringALaunch(t *testing.T) {
	r := newLaunchRig(t, nil)
	warm := r.launch(t)
	d := warm.driver
	launched := make(chan browserpool.Browser)
	go func() {
		b, err := r.Launch(t.Context())
		if err != nil {
			t.Errorf("Launch = %v, want a browser of another driver", err)
		}
		launched <- b
	}()
	deadline := time.Now().Add(patience)
	for pids, err := leadersWithFlag(d.flagPrefix()); len(pids) < 2; pids, err = leadersWithFlag(d.flagPrefix()) {
		if err != nil || time.Now().After(deadline) {
			t.Fatalf("no second browser: %v, %v", pids, err)
		}
	}
	must(t, syscall.Kill(d.pid, syscall.SIGKILL))
	awaitClosed(t, "end of the driver", d.done)
	if left, err := leadersWithFlag(d.flagPrefix()); err != nil || len(left) > 0 {
		t.Errorf("the driver left %v, %v", left, err)
	}
	if b, ok := (<-launched).(*Browser); ok && b.driver == d {
		awaitClosed(t, "Done of a browser that was launched just before", b.Done())
	}
}

func TestKill(t *testing.T) {
	r := newLaunchRig(t, nil)
	b := r.launch(t)
	// A stopped process is what hangs most.
	must(t, syscall.Kill(-b.pid, syscall.SIGSTOP))
	b.Kill()
	b.Kill()
	awaitClosed(t, "Done", b.Done())
	if err := b.Close(t.Context()); err != nil {
		t.Error(err)
	}
	if b.alive() {
		t.Error("Close returned before the processes were gone")
	}
	r.launch(t)
}

func TestCloseOfAHungBrowserObeysItsContext(t *testing.T) {
	r := newLaunchRig(t, nil)
	b := r.launch(t)
	must(t, syscall.Kill(-b.pid, syscall.SIGSTOP))
	ctx := within(t, 50*time.Millisecond)
	if err := b.Close(ctx); err != nil {
		t.Error(err)
	}
	awaitClosed(t, "Done", b.Done())
}

func TestKillHungFindsAHungDriver(t *testing.T) {
	r := newLaunchRig(t, func(o *Options) { o.AnswerLimit = 100 * time.Millisecond })
	b, other := r.launch(t), r.launch(t)
	must(t, syscall.Kill(b.driver.pid, syscall.SIGSTOP))
	b.KillHung("a test stopped the driver")
	awaitClosed(t, "Done of the killed browser", b.Done())
	awaitClosed(t, "end of the driver", b.driver.done)
	awaitClosed(t, "Done of the driver's other browser", other.Done())
	if got := b.Crash(); got.Process != metrics.ProcessBrowser || got.Cause != metrics.CrashHung {
		t.Errorf("the browser's end is %+v", got)
	}
	if got := other.Crash(); got.Process != metrics.ProcessDriver || got.Cause != metrics.CrashHung {
		t.Errorf("the other's end is %+v", got)
	}
}

func TestLaunchGivenUp(t *testing.T) {
	r := newLaunchRig(t, nil)
	warm := r.launch(t) // the driver runs
	ctx, cancel := context.WithCancel(t.Context())
	failed := make(chan error)
	go func() {
		_, err := r.Launch(ctx)
		failed <- err
	}()
	cancel()
	if err := <-failed; err == nil || !strings.Contains(err.Error(), "context canceled") {
		t.Errorf("Launch = %v, want the cancellation", err)
	}
	if err := warm.Close(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestLaunchGivenUpWhileTheDriverHangs(t *testing.T) {
	r := newLaunchRig(t, func(o *Options) { o.NodePath = hangingNode(t) })
	ctx := within(t, 200*time.Millisecond)
	if _, err := r.Launch(ctx); err == nil || !strings.Contains(err.Error(), "deadline") {
		t.Errorf("Launch = %v, want the deadline", err)
	}
}

// hangingNode is a driver that never answers.
func hangingNode(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "node")
	must(t, os.WriteFile(path, []byte("#!/bin/sh\nexec sleep 600\n"), 0o700))
	return path
}

func TestLaunchSaysWhatBroke(t *testing.T) {
	t.Run("no browser", func(t *testing.T) {
		r := newLaunchRig(t, func(o *Options) { o.BrowserPath = "/nowhere/chromium" })
		if _, err := r.Launch(t.Context()); err == nil || !strings.Contains(err.Error(), "/nowhere/chromium") {
			t.Errorf("Launch = %v, want the path", err)
		}
	})
	t.Run("a browser that does not start", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "chromium")
		must(t, os.WriteFile(path, []byte("#!/bin/sh\necho libnss3.so is missing >&2\nexit 127\n"), 0o700))
		r := newLaunchRig(t, func(o *Options) { o.BrowserPath = path })
		_, err := r.Launch(t.Context())
		if err == nil || !strings.Contains(err.Error(), "libnss3.so is missing") {
			t.Errorf("Launch = %v, want what the browser said", err)
		}
	})
	t.Run("no Node.js", func(t *testing.T) {
		r := newLaunchRig(t, func(o *Options) { o.NodePath = "/nowhere/node" })
		if _, err := r.Launch(t.Context()); err == nil {
			t.Error("Launch succeeded without Node.js")
		}
	})
	t.Run("closed", func(t *testing.T) {
		r := newLaunchRig(t, nil)
		must(t, r.Close(t.Context()))
		if _, err := r.Launch(t.Context()); err == nil || !strings.Contains(err.Error(), "closed") {
			t.Errorf("Launch = %v, want that it is closed", err)
		}
	})
}

func TestTwoLaunchersSideBySide(t *testing.T) {
	a, b := newLaunchRig(t, nil), newLaunchRig(t, nil)
	var wg sync.WaitGroup
	for _, r := range []*launchRig{a, b} {
		wg.Go(func() {
			if _, err := r.Launch(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	must(t, a.Close(t.Context()))
	if left := marked(t, a.mark); len(left) > 0 {
		t.Errorf("the closed launcher left %v", left)
	}
	b.launch(t)
	if value, set := os.LookupEnv(nodeVariable); set {
		t.Errorf("%s = %q is left over", nodeVariable, value)
	}
}

func TestBrowsersAreSpreadOverDrivers(t *testing.T) {
	r := newLaunchRig(t, func(o *Options) { o.Drivers = 2 })
	if a, b := r.launch(t), r.launch(t); a.driver == b.driver {
		t.Error("both browsers are on one driver")
	}
}

// TestFlagsChangeNoPage looks at what a careless flag would break: drawing, timers in the background,
// WebGL.
func TestFlagsChangeNoPage(t *testing.T) {
	r := newLaunchRig(t, nil)
	b := r.launch(t)
	page, err := b.pw.NewPage()
	must(t, err)
	if _, err := b.pw.NewPage(); err != nil { // the first page is in the background now
		t.Fatal(err)
	}
	for what, expression := range map[string]string{
		"frames are drawn":         "new Promise(r => requestAnimationFrame(() => requestAnimationFrame(() => r(true))))",
		"timers are not throttled": "new Promise(r => { let n = 0, t = performance.now(); const f = () => ++n < 20 ? setTimeout(f, 10) : r(performance.now() - t < 10000); f() })",
		"canvas works":             "!!document.createElement('canvas').getContext('2d')",
		"workers work":             "new Promise(r => { const w = new Worker(URL.createObjectURL(new Blob(['postMessage(true)']))); w.onmessage = m => { w.terminate(); r(m.data) } })",
		"the page is visible":      "document.visibilityState === 'visible'",
	} {
		if value, err := page.Evaluate(expression); err != nil || value != true {
			t.Errorf("%s: %v, %v", what, value, err)
		}
	}
}

func TestFlagsLeavePlaywrightsFeaturesAlone(t *testing.T) {
	for _, flag := range launchFlags() {
		if strings.HasPrefix(flag, "--enable-features") || strings.HasPrefix(flag, "--disable-features") {
			t.Errorf("%s replaces Playwright's list: Chromium obeys the last one alone", flag)
		}
	}
}

func TestLaunchError(t *testing.T) {
	tests := []struct{ name, playwright, want string }{
		{"the browser says why", "playwright: target closed: Target closed\nBrowser logs:\n\n<launching> /c --flag\n" +
			"<launched> pid=7\n[pid=7][err] 1\n[pid=7][err] 2\n[pid=7][err] 3\n[pid=7][err] 4\n[pid=7][err] 5\n[pid=7][err] no libnss3",
			"/c ended at once and said \"2\\n3\\n4\\n5\\nno libnss3\" (`liveload doctor` may show why)"},
		{"only Playwright knows", "playwright: Failed to launch: Error: spawn /s EACCES\nCall log: x",
			"/c: playwright: Failed to launch: Error: spawn /c EACCES (`liveload doctor` may show why)"},
		{"the driver died while it was read", "target closed: could not read protocol padding: EOF", "the driver died: the browser of this session is gone"},
		{"the driver died", "Connection closed", "the driver died: the browser of this session is gone"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := launchError("/c", "/s", errors.New(test.playwright)).Error(); got != test.want {
				t.Errorf("launchError = %s\nwant %s", got, test.want)
			}
		})
	}
	if err := launchError("/c", "/s", errors.New("could not send message: write |1: broken pipe")); !errors.Is(err, browserpool.ErrLost) {
		t.Errorf("%v is not ErrLost", err)
	}
}

// TestForeignGroups: what leads a group that has the number of a browser's is not killed for it, nor is what has the flag of a
// browser of another driver with the same process id, as in another container.
func TestForeignGroups(t *testing.T) {
	stranger := exec.Command("sleep", "300")
	stranger.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	must(t, stranger.Start())
	t.Cleanup(func() { stranger.Process.Kill(); stranger.Wait() })
	start, err := rundir.StartOf(stranger.Process.Pid)
	must(t, err)
	recycled := group{pid: stranger.Process.Pid, start: start - 1}
	recycled.kill()
	must(t, recycled.await(t.Context()))
	if now, err := rundir.StartOf(stranger.Process.Pid); err != nil || now != start {
		t.Fatalf("the process that has the pid now was killed: %v", err)
	}
	if a, b := (&driver{pid: 7, key: 1}).flagPrefix(), (&driver{pid: 7, key: 2}).flagPrefix(); a == b {
		t.Errorf("two drivers with one process id call their browsers %s", a)
	}
	own := group{pid: stranger.Process.Pid, start: start}
	own.kill()
	stranger.Wait()
	if own.alive() {
		t.Error("a group that was killed is alive")
	}
}

// TestBrowserEndsWithItsPipe: a browser whose liveload is gone ends by itself, without a sweep.
func TestBrowserEndsWithItsPipe(t *testing.T) {
	r := newLaunchRig(t, nil)
	b := r.launch(t)
	b.direct.Close() // as the kernel does for a liveload that was killed
	must(t, b.group.await(within(t, patience)))
	awaitClosed(t, "Done", b.Done())
}

// TestKillPage: of a browser's processes only those of pages are killed for a flood, and nobody else's.
func TestKillPage(t *testing.T) {
	r := newLaunchRig(t, nil)
	b := r.launch(t)
	page, err := b.pw.NewPage()
	must(t, err)
	var answer struct {
		ProcessInfo []struct {
			Type string `json:"type"`
			ID   int    `json:"id"`
		} `json:"processInfo"`
	}
	must(t, b.Direct().Call(within(t, patience), "", "SystemInfo.getProcessInfo", nil, &answer))
	crashed := make(chan struct{})
	page.OnCrash(func(pw.Page) { close(crashed) })
	alive := func(pid int) bool { _, err := rundir.StartOf(pid); return err == nil }
	var renderers []int
	for _, p := range answer.ProcessInfo {
		if p.Type == "renderer" {
			renderers = append(renderers, p.ID)
			recycled, other := group{b.pid, b.start - 1}, group{os.Getpid(), 0}
			recycled.killPage(p.ID)
			other.killPage(p.ID)
		} else {
			b.killPage(p.ID)
		}
		if !alive(p.ID) {
			t.Errorf("the %s was killed", p.Type)
		}
	}
	for _, pid := range []int{0, -1, -b.pid, os.Getpid(), b.driver.pid, 1 << 30} {
		b.killPage(pid)
	}
	if !b.pw.IsConnected() || !alive(b.driver.pid) || browserpool.Closed(crashed) {
		t.Error("somebody else was killed")
	}
	for _, pid := range renderers {
		b.killPage(pid)
	}
	awaitClosed(t, "the page's crash", crashed)
}
