package browserpool

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"

	"go.uber.org/goleak"

	"github.com/liveload/liveload/metrics"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// A fakeLauncher makes browsers that need no process. A test replaces the functions to make the n-th
// call fail or hang; n counts from 1.
type fakeLauncher struct {
	onLaunch  func(ctx context.Context, n int) error
	onSession func(ctx context.Context, b *fakeBrowser, n int) error
	onEnd     func(ctx context.Context, s *fakeSession) error // of a session
	onClose   func(ctx context.Context) error                 // of a browser

	launches atomic.Int64
	sessions atomic.Int64
	closed   atomic.Int64

	mu       sync.Mutex
	browsers []*fakeBrowser
}

func (l *fakeLauncher) Launch(ctx context.Context) (Browser, error) {
	n := int(l.launches.Add(1))
	if l.onLaunch != nil {
		if err := l.onLaunch(ctx, n); err != nil {
			return nil, err
		}
	}
	b := &fakeBrowser{launcher: l, number: n, done: make(chan struct{})}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.browsers = append(l.browsers, b)
	return b, nil
}

func (l *fakeLauncher) Close(context.Context) error {
	l.closed.Add(1)
	for _, b := range l.all() {
		if !ended(b) {
			return errors.New("closed before its browsers")
		}
	}
	return nil
}

func (l *fakeLauncher) all() []*fakeBrowser {
	l.mu.Lock()
	defer l.mu.Unlock()
	return append([]*fakeBrowser{}, l.browsers...)
}

type fakeBrowser struct {
	launcher *fakeLauncher
	number   int
	live     atomic.Int64 // sessions
	peak     atomic.Int64
	polite   atomic.Bool
	hung     atomic.Bool
	once     sync.Once
	done     chan struct{}
}

func (b *fakeBrowser) NewSession(ctx context.Context, opts SessionOptions) (Session, error) {
	n := int(b.launcher.sessions.Add(1))
	if b.launcher.onSession != nil {
		if err := b.launcher.onSession(ctx, b, n); err != nil {
			return nil, err
		}
	}
	if live := b.live.Add(1); live > b.peak.Load() {
		b.peak.Store(live)
	}
	return &fakeSession{browser: b}, nil
}

func (b *fakeBrowser) Done() <-chan struct{} { return b.done }
func (b *fakeBrowser) Kill()                 { b.once.Do(func() { close(b.done) }) }

func (b *fakeBrowser) Crash() Crash {
	if b.hung.Load() {
		return Crash{Process: metrics.ProcessBrowser, Cause: metrics.CrashHung}
	}
	return Crash{Process: metrics.ProcessBrowser, Cause: metrics.CrashCrashed}
}

func (b *fakeBrowser) KillHung(string) {
	if !ended(b) {
		b.hung.Store(true)
		b.Kill()
	}
}

func (b *fakeBrowser) Close(ctx context.Context) error {
	if b.launcher.onClose != nil {
		if err := b.launcher.onClose(ctx); err != nil {
			return err
		}
	}
	b.polite.Store(true)
	b.Kill()
	return nil
}

// A fakeSession can only be closed.
type fakeSession struct {
	Session
	browser *fakeBrowser
	closes  atomic.Int64
}

func (s *fakeSession) Close(ctx context.Context) error {
	s.closes.Add(1)
	s.browser.live.Add(-1)
	if s.browser.launcher.onEnd != nil {
		return s.browser.launcher.onEnd(ctx, s)
	}
	return nil
}

func (s *fakeSession) Lost() <-chan struct{} { return s.browser.done }

func browserOf(s Session) *fakeBrowser { return s.(*pooledSession).Session.(*fakeSession).browser }

// forever is what a call does that never returns until its browser is killed.
func forever(b *fakeBrowser) error {
	<-b.done
	return ErrLost
}

// A counter counts replaced browsers by reason.
type counter struct {
	mu      sync.Mutex
	reasons map[string]int
}

func (c *counter) add(crash Crash) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.reasons == nil {
		c.reasons = map[string]int{}
	}
	c.reasons[crash.Cause]++
}

func (c *counter) of(reason string) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.reasons[reason]
}
