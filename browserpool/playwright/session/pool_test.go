package session

import (
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/liveload/liveload/browserpool"
	"github.com/liveload/liveload/browserpool/sessiontest"
	"github.com/liveload/liveload/metrics"
)

// pool is a pool over real browsers, with what it counted.
func pool(t *testing.T, l *ownLauncher, opts browserpool.PoolOptions) (*browserpool.Pool, chan browserpool.Crash) {
	t.Helper()
	reasons := make(chan browserpool.Crash, 100)
	opts.OnCrash = func(crash browserpool.Crash) { reasons <- crash }
	p := browserpool.NewPool(l, opts)
	t.Cleanup(func() {
		if err := p.Close(within(t, patience)); err != nil {
			t.Errorf("close the pool: %v", err)
		}
	})
	return p, reasons
}

func sessionOptions(t *testing.T) browserpool.SessionOptions {
	t.Helper()
	pages, err := metrics.NewPageLabeler(nil)
	must(t, err)
	recorder := metrics.NewRecorder("node", time.Now(), metrics.NewRegistry())
	return browserpool.SessionOptions{Recorder: recorder.Scope("pool"), Pages: pages}
}

func awaitReason(t *testing.T, reasons chan browserpool.Crash, process, cause string) {
	t.Helper()
	select {
	case got := <-reasons:
		if got.Process != process || got.Cause != cause {
			t.Errorf("counted %+v, want %s %s", got, process, cause)
		}
	case <-time.After(patience):
		t.Errorf("no browser counted: %s %s", process, cause)
	}
}

func TestPoolReplacesWhatCrashes(t *testing.T) {
	t.Parallel()
	r := newLauncher(t)
	p, reasons := pool(t, r, browserpool.PoolOptions{SessionsPerBrowser: 2})
	ctx, opts := within(t, 4*patience), sessionOptions(t)

	first, err := p.NewSession(ctx, opts)
	must(t, err)
	must(t, sessiontest.Moved(first.Navigate(ctx, "about:blank")))
	b := r.running()[0]
	must(t, syscall.Kill(b.PID(), syscall.SIGKILL))
	awaitClosed(t, "Lost after the browser's end", first.Lost())
	awaitReason(t, reasons, metrics.ProcessBrowser, metrics.CrashKilled)

	second, err := p.NewSession(ctx, opts)
	if err != nil {
		t.Fatalf("open a session after a crash: %v", err)
	}
	must(t, sessiontest.Moved(second.Navigate(ctx, "about:blank")))
	must(t, syscall.Kill(b.DriverPID(), syscall.SIGKILL))
	awaitClosed(t, "Lost after the driver's end", second.Lost())
	awaitReason(t, reasons, metrics.ProcessDriver, metrics.CrashKilled)

	third, err := p.NewSession(ctx, opts)
	if err != nil {
		t.Fatalf("open a session after the driver's end: %v", err)
	}
	must(t, sessiontest.Moved(third.Navigate(ctx, "about:blank")), third.Close(ctx), second.Close(ctx), first.Close(ctx))
}

func TestPoolKillsADriverThatHangs(t *testing.T) {
	t.Parallel()
	r := newLauncher(t)
	p, reasons := pool(t, r, browserpool.PoolOptions{SessionTimeout: 15 * time.Second})
	ctx, opts := within(t, 4*patience), sessionOptions(t)

	s, err := p.NewSession(ctx, opts)
	must(t, err)
	must(t, syscall.Kill(r.running()[0].DriverPID(), syscall.SIGSTOP))
	again, err := p.NewSession(ctx, opts) // the pool finds out, and tries elsewhere
	if err != nil {
		t.Fatalf("open a session after a hang: %v", err)
	}
	awaitClosed(t, "Lost", s.Lost())
	awaitReason(t, reasons, metrics.ProcessBrowser, metrics.CrashHung)
	must(t, sessiontest.Moved(again.Navigate(ctx, "about:blank")))
}

// TestPoolWhileBrowsersDie opens and closes sessions while browsers are killed.
func TestPoolWhileBrowsersDie(t *testing.T) {
	t.Parallel()
	r := newLauncher(t)
	p, reasons := pool(t, r, browserpool.PoolOptions{SessionsPerBrowser: 3})
	ctx := within(t, 4*patience)
	var users sync.WaitGroup
	const perUser = 5
	for user := range 4 {
		opts := sessionOptions(t)
		users.Go(func() {
			for n := range perUser {
				s, err := p.NewSession(ctx, opts)
				if err != nil {
					t.Errorf("user %d, session %d: %v", user, n, err)
					return
				}
				_ = sessiontest.Moved(s.Navigate(ctx, "about:blank")) // may lose its browser
				if user == 0 {
					for _, b := range r.running() {
						_ = syscall.Kill(b.PID(), syscall.SIGKILL)
					}
					awaitClosed(t, "Lost", s.Lost())
				}
				_ = s.Close(ctx)
			}
		})
	}
	users.Wait()
	for range perUser {
		awaitReason(t, reasons, metrics.ProcessBrowser, metrics.CrashKilled)
	}
}
