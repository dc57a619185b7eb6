package session

import (
	"context"
	"errors"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/liveload/liveload/browserpool"
	"github.com/liveload/liveload/browserpool/browsertest"
	"github.com/liveload/liveload/browserpool/playwright/driver"
	"github.com/liveload/liveload/browserpool/sessiontest"
)

// An ownLauncher is a launcher of a test that breaks what it starts, and that it has noted.
type ownLauncher struct {
	*driver.Launcher
	mu      sync.Mutex
	started []*driver.Browser
}

// newLauncher returns a launcher whose drivers are soon found to hang, with other options that change makes. It must leave
// nothing behind.
func newLauncher(t *testing.T, change ...func(*driver.Options)) *ownLauncher {
	t.Helper()
	found, err := browsertest.Installed()
	must(t, err)
	folder, err := os.MkdirTemp("", "llf")
	must(t, err)
	options := driver.Options{
		DriverDir: found.DriverDir, NodePath: found.NodePath, BrowserPath: found.BrowserPath,
		RunDir: folder, Drivers: 1, AnswerLimit: 3 * time.Second, HangLimit: shortHang,
	}
	for _, one := range change {
		one(&options)
	}
	l, err := driver.NewLauncher(options, New)
	must(t, err)
	t.Cleanup(func() {
		if err := l.Close(within(t, patience)); err != nil {
			t.Error(err)
		}
		if left, err := os.ReadDir(folder); err != nil || len(left) > 0 {
			t.Errorf("left in the run folder: %v, %v", left, err)
		}
		must(t, os.RemoveAll(folder))
	})
	return &ownLauncher{Launcher: l}
}

// Launch notes the browser.
func (l *ownLauncher) Launch(ctx context.Context) (browserpool.Browser, error) {
	b, err := l.Launcher.Launch(ctx)
	if err != nil {
		return nil, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.started = append(l.started, b.(*driver.Browser))
	return b, nil
}

// running are the browsers that have not ended.
func (l *ownLauncher) running() []*driver.Browser {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(l.started), func(b *driver.Browser) bool {
		select {
		case <-b.Done():
			return true
		default:
			return false
		}
	})
}

// ownBrowser starts a browser for a test that breaks it.
func ownBrowser(t *testing.T) *driver.Browser {
	t.Helper()
	b, err := newLauncher(t).Launch(within(t, patience))
	must(t, err)
	return b.(*driver.Browser)
}

// muchLater is later than a busy machine returns from what ran out of time, and sooner than it would by itself.
const muchLater = 8 * time.Second

// everyOperationEnds runs all operations after each other and checks when and how they end.
func everyOperationEnds(t *testing.T, u *user) {
	t.Helper()
	ctx := within(t, 200*time.Millisecond)
	begun := time.Now()
	for name, err := range sessiontest.EveryOperation(ctx, u) {
		if err == nil {
			t.Errorf("%s succeeded", name)
		}
	}
	if took := time.Since(begun); took > muchLater {
		t.Errorf("the operations returned after %v", took)
	}
}

// closes closes a session that cannot close politely, within its bound.
func closes(t *testing.T, u *user) {
	t.Helper()
	ctx := within(t, 100*time.Millisecond)
	begun := time.Now()
	_ = u.Close(ctx)
	if took := time.Since(begun); took > closeTime+muchLater {
		t.Errorf("Close took %v", took)
	}
}

// An endless loop in a page costs its own session only.
func TestEndlessLoop(t *testing.T) {
	t.Parallel()
	s := sessiontest.NewSite(t)
	b := ownBrowser(t)
	u, other := openUser(t, b, browserpool.SessionOptions{}), openUser(t, b, browserpool.SessionOptions{})
	ctx := within(t, 2*patience)
	address := s.Page(`<button id=b onclick="for(;;);">x</button><h1 id=h>here</h1>`)
	must(t, sessiontest.Moved(u.Navigate(ctx, address)), sessiontest.Moved(other.Navigate(ctx, address)))
	short, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	begun := time.Now()
	if err := u.Click(short, "#b"); err == nil || !strings.Contains(err.Error(), "waited for the page to take the mouse: timed out after") {
		t.Errorf("error = %v", err)
	}
	if took := time.Since(begun); took > muchLater {
		t.Errorf("the click returned after %v", took)
	}
	everyOperationEnds(t, u)
	must(t, other.WaitForText(ctx, "#h", "here"))
	awaitClosed(t, "Lost", u.Lost())
	if err := u.WaitForText(ctx, "#h", "here"); !errors.Is(err, browserpool.ErrLost) {
		t.Errorf("a lost session = %v", err)
	}
	closes(t, u)
	must(t, sessiontest.Moved(other.Navigate(ctx, s.URL+"/target")), other.Close(ctx))
}

// A server that does not answer is not the browser's fault.
func TestSlowServerKeepsTheSession(t *testing.T) {
	t.Parallel()
	s := sessiontest.NewSite(t)
	u := newUser(t, nil)
	ctx := within(t, 2*patience)
	must(t, sessiontest.Moved(u.Navigate(ctx, s.Page(`<a id=b href="/never">x</a>`))), u.Click(ctx, "#b"))
	everyOperationEnds(t, u)
	var alive atomic.Bool
	if _, err := u.Session.(*session).trivial(&alive); err != nil || !alive.Load() {
		t.Errorf("a page that waits for a server gives no answer: %v", err)
	}
	if u.Session.(*session).IsLost() {
		t.Error("the session is lost")
	}
	must(t, sessiontest.Moved(u.Navigate(ctx, s.URL+"/target")), u.WaitForText(ctx, "#h", "target"))
}

func TestPageCrash(t *testing.T) {
	t.Parallel()
	u := newUser(t, nil)
	ctx := within(t, patience)
	must(t, sessiontest.Moved(u.Navigate(ctx, "about:blank")))
	if err := sessiontest.Moved(u.Navigate(ctx, "chrome://crash")); !errors.Is(err, browserpool.ErrLost) {
		t.Errorf("Navigate = %v", err)
	}
	awaitClosed(t, "Lost", u.Lost())
	must(t, u.Close(ctx))
}

func TestLostBrowser(t *testing.T) {
	t.Parallel()
	b := ownBrowser(t)
	s := sessiontest.NewSite(t)
	u := openUser(t, b, browserpool.SessionOptions{})
	must(t, sessiontest.Moved(u.Navigate(within(t, patience), s.URL+"/target")))
	waited := make(chan error, 1)
	go func() { waited <- u.WaitForText(within(t, patience), "#h", "never") }()
	must(t, syscall.Kill(b.PID(), syscall.SIGKILL))
	if err := <-waited; !errors.Is(err, browserpool.ErrLost) {
		t.Errorf("the wait = %v", err)
	}
	awaitClosed(t, "Lost", u.Lost())
	for name, err := range sessiontest.EveryOperation(t.Context(), u) {
		if !errors.Is(err, browserpool.ErrLost) {
			t.Errorf("%s = %v", name, err)
		}
	}
	must(t, u.Close(t.Context()))
}

func TestStoppedBrowser(t *testing.T) {
	t.Parallel()
	b := ownBrowser(t)
	s := sessiontest.NewSite(t)
	u := openUser(t, b, browserpool.SessionOptions{})
	must(t, sessiontest.Moved(u.Navigate(within(t, patience), s.URL+"/target")))
	must(t, syscall.Kill(-b.PID(), syscall.SIGSTOP))
	everyOperationEnds(t, u)
	closes(t, u)
	awaitClosed(t, "Done", b.Done())
}

func TestStoppedDriver(t *testing.T) {
	t.Parallel()
	b := ownBrowser(t)
	s := sessiontest.NewSite(t)
	u := openUser(t, b, browserpool.SessionOptions{})
	must(t, sessiontest.Moved(u.Navigate(within(t, patience), s.URL+"/target")))
	must(t, syscall.Kill(b.DriverPID(), syscall.SIGSTOP))
	ctx := within(t, 200*time.Millisecond)
	begun := time.Now()
	if err := sessiontest.Moved(u.Navigate(ctx, s.URL+"/target")); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("Navigate = %v", err)
	}
	if took := time.Since(begun); took > muchLater {
		t.Errorf("Navigate returned after %v", took)
	}
	awaitClosed(t, "Lost", u.Lost())
	awaitClosed(t, "Done", b.Done())
	closes(t, u)
}
