package browserpool

import (
	"context"
	"errors"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/liveload/liveload/metrics"
)

// pooled runs a test with a pool over l, in a bubble with a clock of its own, in which hours take no
// time and in which no goroutine may be left. The pool is closed at the end.
func pooled(t *testing.T, l *fakeLauncher, opts PoolOptions, test func(t *testing.T, p *Pool, crashes *counter)) {
	synctest.Test(t, func(t *testing.T) {
		crashes := &counter{}
		opts.OnCrash = crashes.add
		p := NewPool(l, opts)
		test(t, p, crashes)
		if err := p.Close(t.Context()); err != nil {
			t.Errorf("Close: %v", err)
		}
		if n := l.closed.Load(); n != 1 {
			t.Errorf("the launcher was closed %d times", n)
		}
		for _, b := range l.all() {
			if !ended(b) {
				t.Errorf("browser %d is left", b.number)
			}
		}
	})
}

func open(t *testing.T, p *Pool, n int) []Session {
	t.Helper()
	var all []Session
	for range n {
		s, err := p.NewSession(t.Context(), SessionOptions{})
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, s)
	}
	return all
}

func TestFewUsersShareABrowser(t *testing.T) {
	l := &fakeLauncher{}
	pooled(t, l, PoolOptions{SessionsPerBrowser: 5}, func(t *testing.T, p *Pool, _ *counter) {
		var users sync.WaitGroup
		for range 5 {
			users.Go(func() { open(t, p, 1) })
		}
		users.Wait()
		if n := l.launches.Load(); n != 1 {
			t.Errorf("%d browsers for 5 sessions, want 1", n)
		}
		open(t, p, 1)
		if n := l.launches.Load(); n != 2 {
			t.Errorf("%d browsers for 6 sessions, want 2", n)
		}
	})
}

func TestSessionsGoToTheLeastLoadedBrowser(t *testing.T) {
	l := &fakeLauncher{}
	pooled(t, l, PoolOptions{SessionsPerBrowser: 3}, func(t *testing.T, p *Pool, _ *counter) {
		all := open(t, p, 6)
		first := browserOf(all[0])
		for _, s := range all[:2] {
			if err := s.Close(t.Context()); err != nil {
				t.Fatal(err)
			}
			if err := s.Close(t.Context()); err != nil { // gives the place back once
				t.Fatal(err)
			}
		}
		for _, s := range open(t, p, 2) {
			if browserOf(s) != first {
				t.Error("a session went to the fuller browser")
			}
		}
		if n := l.launches.Load(); n != 2 {
			t.Errorf("%d browsers, want 2", n)
		}
	})
}

func TestLaunchesAreBoundedAndServeMany(t *testing.T) {
	var now, peak int
	var mu sync.Mutex
	l := &fakeLauncher{onLaunch: func(context.Context, int) error {
		mu.Lock()
		now++
		peak = max(peak, now)
		mu.Unlock()
		time.Sleep(time.Second)
		mu.Lock()
		now--
		mu.Unlock()
		return nil
	}}
	pooled(t, l, PoolOptions{SessionsPerBrowser: 10, MaxLaunches: 2}, func(t *testing.T, p *Pool, _ *counter) {
		var users sync.WaitGroup
		for range 45 {
			users.Go(func() { open(t, p, 1) })
		}
		users.Wait()
		if n := l.launches.Load(); n != 5 || peak != 2 {
			t.Errorf("%d launches, %d at once, want 5 and 2", n, peak)
		}
	})
}

func TestFailedLaunch(t *testing.T) {
	broken := errors.New("no display")
	l := &fakeLauncher{onLaunch: func(_ context.Context, n int) error {
		time.Sleep(time.Second)
		if n == 1 {
			return broken
		}
		return nil
	}}
	pooled(t, l, PoolOptions{}, func(t *testing.T, p *Pool, _ *counter) {
		var users sync.WaitGroup
		for range 3 { // those who wait for one launch all hear of its end
			users.Go(func() {
				if _, err := p.NewSession(t.Context(), SessionOptions{}); !errors.Is(err, broken) {
					t.Errorf("NewSession = %v, want the launch's error", err)
				}
			})
		}
		users.Wait()
		open(t, p, 1)
	})
}

func TestSlowLaunch(t *testing.T) {
	l := &fakeLauncher{onLaunch: func(ctx context.Context, _ int) error {
		<-ctx.Done()
		return context.Cause(ctx)
	}}
	pooled(t, l, PoolOptions{LaunchTimeout: time.Minute}, func(t *testing.T, p *Pool, _ *counter) {
		_, err := p.NewSession(t.Context(), SessionOptions{})
		if err == nil || !strings.Contains(err.Error(), "no browser started within 1m0s") {
			t.Errorf("NewSession = %v", err)
		}
	})
}

func TestFailedSessionGivesItsPlaceBack(t *testing.T) {
	refused := errors.New("unknown option")
	l := &fakeLauncher{onSession: func(_ context.Context, _ *fakeBrowser, n int) error {
		if n <= 10 {
			return refused
		}
		return nil
	}}
	pooled(t, l, PoolOptions{SessionsPerBrowser: 1}, func(t *testing.T, p *Pool, crashes *counter) {
		for range 10 {
			if _, err := p.NewSession(t.Context(), SessionOptions{}); !errors.Is(err, refused) {
				t.Fatalf("NewSession = %v", err)
			}
		}
		open(t, p, 1)
		if n := l.launches.Load(); n != 1 {
			t.Errorf("%d browsers, want 1: a place was forgotten", n)
		}
		if crashes.of(metrics.CrashHung)+crashes.of(metrics.CrashCrashed) > 0 {
			t.Error("a refusal counts as a crash")
		}
	})
}

func TestCrashedBrowserIsReplaced(t *testing.T) {
	l := &fakeLauncher{}
	pooled(t, l, PoolOptions{}, func(t *testing.T, p *Pool, crashes *counter) {
		s := open(t, p, 1)[0]
		browserOf(s).Kill()
		<-s.Lost()
		again := open(t, p, 1)[0]
		if browserOf(again) == browserOf(s) {
			t.Error("a session was opened in a dead browser")
		}
		synctest.Wait()
		if crashes.of(metrics.CrashCrashed) != 1 || crashes.of(metrics.CrashHung) != 0 {
			t.Errorf("counted %v, want one crash", crashes.reasons)
		}
		if err := s.Close(t.Context()); err != nil {
			t.Errorf("close a lost session: %v", err)
		}
	})
}

func TestCrashWhileASessionIsMade(t *testing.T) {
	l := &fakeLauncher{onSession: func(_ context.Context, b *fakeBrowser, n int) error {
		if n == 1 {
			time.AfterFunc(time.Second, b.Kill) // Done comes later than the error
			return ErrLost
		}
		if n == 2 {
			b.Kill()
			return forever(b)
		}
		return nil
	}}
	pooled(t, l, PoolOptions{}, func(t *testing.T, p *Pool, crashes *counter) {
		if s := open(t, p, 1)[0]; browserOf(s).number != 3 {
			t.Errorf("the session is in browser %d, want the third", browserOf(s).number)
		}
		synctest.Wait()
		if crashes.of(metrics.CrashCrashed) != 2 {
			t.Errorf("counted %v, want two crashes", crashes.reasons)
		}
	})
}

func TestBrowserThatKeepsCrashing(t *testing.T) {
	l := &fakeLauncher{onSession: func(_ context.Context, b *fakeBrowser, _ int) error {
		b.Kill()
		return forever(b)
	}}
	pooled(t, l, PoolOptions{}, func(t *testing.T, p *Pool, _ *counter) {
		if _, err := p.NewSession(t.Context(), SessionOptions{}); !errors.Is(err, ErrLost) {
			t.Errorf("NewSession = %v, want ErrLost", err)
		}
		if n := l.launches.Load(); n != launchAttempts {
			t.Errorf("%d browsers were tried, want %d", n, launchAttempts)
		}
	})
}

func TestBrowserThatHangsIsKilled(t *testing.T) {
	hangOnce := func(_ context.Context, b *fakeBrowser, n int) error {
		if n == 1 {
			return forever(b)
		}
		return nil
	}
	t.Run("and the session opened elsewhere", func(t *testing.T) {
		pooled(t, &fakeLauncher{onSession: hangOnce}, PoolOptions{SessionTimeout: time.Minute},
			func(t *testing.T, p *Pool, crashes *counter) {
				begin := time.Now()
				open(t, p, 1)
				synctest.Wait()
				if took := time.Since(begin); took != time.Minute || crashes.of(metrics.CrashHung) != 1 || crashes.of(metrics.CrashCrashed) != 0 {
					t.Errorf("after %v: %v, want one hang after a minute", took, crashes.reasons)
				}
			})
	})
	t.Run("also when the caller leaves early", func(t *testing.T) {
		pooled(t, &fakeLauncher{onSession: hangOnce}, PoolOptions{SessionTimeout: time.Minute},
			func(t *testing.T, p *Pool, crashes *counter) {
				ctx, cancel := context.WithTimeout(t.Context(), time.Second)
				defer cancel()
				begin := time.Now()
				if _, err := p.NewSession(ctx, SessionOptions{}); !errors.Is(err, context.DeadlineExceeded) {
					t.Errorf("NewSession = %v", err)
				}
				if took := time.Since(begin); took != time.Second {
					t.Errorf("NewSession took %v, want 1s", took)
				}
				time.Sleep(time.Minute)
				synctest.Wait()
				if crashes.of(metrics.CrashHung) != 1 {
					t.Errorf("counted %v, want one hang", crashes.reasons)
				}
			})
	})
}

func TestSessionThatDoesNotCloseKillsItsBrowser(t *testing.T) {
	l := &fakeLauncher{onEnd: func(_ context.Context, s *fakeSession) error { return forever(s.browser) }}
	pooled(t, l, PoolOptions{SessionTimeout: time.Minute, CloseTimeout: 10 * time.Second},
		func(t *testing.T, p *Pool, crashes *counter) {
			s := open(t, p, 1)[0]
			ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
			defer cancel()
			begin := time.Now()
			if err := s.Close(ctx); !errors.Is(err, ErrLost) {
				t.Errorf("Close = %v, want ErrLost", err)
			}
			if took := time.Since(begin); took != 15*time.Second {
				t.Errorf("Close took %v, want 15s", took)
			}
			synctest.Wait()
			if crashes.of(metrics.CrashHung) != 1 {
				t.Errorf("counted %v, want one hang", crashes.reasons)
			}
		})
}

func TestSessionThatComesTooLateIsClosed(t *testing.T) {
	var late Session
	l := &fakeLauncher{
		onSession: func(context.Context, *fakeBrowser, int) error { time.Sleep(10 * time.Second); return nil },
		onEnd:     func(_ context.Context, s *fakeSession) error { late = s; return nil },
	}
	pooled(t, l, PoolOptions{}, func(t *testing.T, p *Pool, _ *counter) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := p.NewSession(ctx, SessionOptions{}); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("NewSession = %v", err)
		}
		time.Sleep(10 * time.Second)
		synctest.Wait()
		if late == nil {
			t.Error("the session that nobody waited for was not closed")
		}
		p.mu.Lock()
		defer p.mu.Unlock()
		if used := p.browsers[0].used; used != 0 {
			t.Errorf("%d places are taken, want 0", used)
		}
	})
}

func TestWaiterThatLeavesGivesItsPlaceBack(t *testing.T) {
	l := &fakeLauncher{onLaunch: func(context.Context, int) error { time.Sleep(time.Second); return nil }}
	pooled(t, l, PoolOptions{SessionsPerBrowser: 1}, func(t *testing.T, p *Pool, _ *counter) {
		// The waiter leaves at the very moment in which the browser comes, or just before.
		for _, patience := range []time.Duration{time.Second, time.Second - 1} {
			ctx, cancel := context.WithTimeout(t.Context(), patience)
			if s, err := p.NewSession(ctx, SessionOptions{}); err == nil {
				_ = s.Close(ctx)
			}
			cancel()
		}
		time.Sleep(time.Minute)
		open(t, p, 1)
		if n := l.launches.Load(); n > 2 {
			t.Errorf("%d browsers for one session at a time: a place was forgotten", n)
		}
	})
}

func TestCloseEndsEverything(t *testing.T) {
	t.Run("politely", func(t *testing.T) {
		l := &fakeLauncher{}
		pooled(t, l, PoolOptions{SessionsPerBrowser: 2}, func(t *testing.T, p *Pool, crashes *counter) {
			open(t, p, 3)
			if err := p.Close(t.Context()); err != nil {
				t.Fatal(err)
			}
			for _, b := range l.all() {
				if !b.polite.Load() || b.live.Load() != 0 {
					t.Errorf("browser %d: polite %v, %d sessions left", b.number, b.polite.Load(), b.live.Load())
				}
			}
			if _, err := p.NewSession(t.Context(), SessionOptions{}); !errors.Is(err, ErrClosed) {
				t.Errorf("NewSession after Close = %v, want ErrClosed", err)
			}
			if len(crashes.reasons) > 0 {
				t.Errorf("Close counts as %v", crashes.reasons)
			}
		})
	})
	stops := func(ctx context.Context) error { <-ctx.Done(); return context.Cause(ctx) }
	for name, l := range map[string]*fakeLauncher{
		"while a browser starts":                        {onLaunch: func(ctx context.Context, _ int) error { return stops(ctx) }},
		"while a browser starts that cannot be stopped": {onLaunch: func(context.Context, int) error { time.Sleep(time.Second); return nil }},
		"while a session is opened":                     {onSession: func(ctx context.Context, _ *fakeBrowser, _ int) error { return stops(ctx) }},
	} {
		t.Run(name, func(t *testing.T) {
			pooled(t, l, PoolOptions{}, func(t *testing.T, p *Pool, _ *counter) { closeWhileWaiting(t, p) })
		})
	}
	t.Run("by force when its time is over", func(t *testing.T) {
		l := &fakeLauncher{onClose: stops}
		pooled(t, l, PoolOptions{}, func(t *testing.T, p *Pool, _ *counter) {
			open(t, p, 1)
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			defer cancel()
			begin := time.Now()
			if err := p.Close(ctx); err != nil {
				t.Error(err)
			}
			if took := time.Since(begin); took != time.Second {
				t.Errorf("Close took %v, want 1s", took)
			}
		})
	})
}

func closeWhileWaiting(t *testing.T, p *Pool) {
	t.Helper()
	failed := make(chan error)
	go func() {
		_, err := p.NewSession(t.Context(), SessionOptions{})
		failed <- err
	}()
	synctest.Wait()
	var closers sync.WaitGroup
	for range 3 {
		closers.Go(func() {
			if err := p.Close(t.Context()); err != nil {
				t.Errorf("Close: %v", err)
			}
		})
	}
	if err := <-failed; !errors.Is(err, ErrClosed) {
		t.Errorf("NewSession = %v, want ErrClosed", err)
	}
	closers.Wait()
}

// TestChaos opens and closes sessions from many users while browsers crash, hang and do not start.
func TestChaos(t *testing.T) {
	l := &fakeLauncher{
		onLaunch: func(_ context.Context, n int) error {
			time.Sleep(time.Duration(n%7) * 100 * time.Millisecond)
			if n%5 == 0 {
				return errors.New("no memory")
			}
			return nil
		},
		onSession: func(_ context.Context, b *fakeBrowser, n int) error {
			switch {
			case n%97 == 0:
				return forever(b)
			case n%31 == 0:
				b.Kill()
			case n%11 == 0:
				return errors.New("refused")
			}
			return nil
		},
	}
	const perBrowser = 4
	pooled(t, l, PoolOptions{SessionsPerBrowser: perBrowser, MaxLaunches: 3}, func(t *testing.T, p *Pool, crashes *counter) {
		var users sync.WaitGroup
		for range 40 {
			users.Go(func() {
				for range 20 {
					ctx, cancel := context.WithTimeout(t.Context(), time.Duration(1+rand.IntN(60))*time.Second)
					if s, err := p.NewSession(ctx, SessionOptions{}); err == nil {
						time.Sleep(time.Duration(rand.IntN(1000)) * time.Millisecond)
						_ = s.Close(ctx)
					}
					cancel()
				}
			})
		}
		users.Wait()
		time.Sleep(time.Hour) // what callers left behind comes to its end
		synctest.Wait()
		p.mu.Lock()
		for _, m := range p.browsers {
			if m.used != 0 || len(m.open) != 0 {
				t.Errorf("%d places are taken after all sessions were closed", m.used)
			}
		}
		p.mu.Unlock()
		for _, b := range l.all() {
			if b.peak.Load() > perBrowser {
				t.Errorf("browser %d had %d sessions", b.number, b.peak.Load())
			}
		}
		if crashes.of(metrics.CrashCrashed) == 0 || crashes.of(metrics.CrashHung) == 0 {
			t.Errorf("counted %v, want crashes and hangs", crashes.reasons)
		}
	})
}
