package playwright

import (
	"context"
	"errors"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/liveload/liveload/browserpool"
	"github.com/liveload/liveload/browserpool/sessiontest"
)

// ownBrowser starts a browser for a test that breaks it, on a driver that is soon found to hang.
func ownBrowser(t *testing.T) *browser {
	t.Helper()
	found, err := installed()
	must(t, err)
	folder, err := os.MkdirTemp("", "llf")
	must(t, err)
	l, err := NewLauncher(Options{
		DriverDir: found.DriverDir, NodePath: found.NodePath, BrowserPath: found.BrowserPath,
		RunDir: folder, Drivers: 1, answerLimit: 3 * time.Second, hangLimit: shortHang,
	})
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
	b, err := l.Launch(within(t, patience))
	must(t, err)
	return b.(*browser)
}

// muchLater is later than a busy machine returns from what ran out of time, and sooner than it would by itself.
const muchLater = 8 * time.Second

// everyOperationEnds runs all operations after each other and looks at when and how they end.
func everyOperationEnds(t *testing.T, u *user) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 200*time.Millisecond)
	defer cancel()
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
	ctx, cancel := context.WithTimeout(context.Background(), 100*time.Millisecond)
	defer cancel()
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
	r := sharedRig(t)
	u, other := r.user(t, nil), r.user(t, nil)
	ctx := within(t, 2*patience)
	address := s.Page(`<button id=b onclick="for(;;);">x</button><h1 id=h>here</h1>`)
	must(t, u.Navigate(ctx, address), other.Navigate(ctx, address))
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
	must(t, other.Navigate(ctx, s.URL+"/target"), other.Close(ctx))
}

// A server that does not answer is not the browser's fault.
func TestSlowServerKeepsTheSession(t *testing.T) {
	t.Parallel()
	s := sessiontest.NewSite(t)
	u := sharedRig(t).user(t, nil)
	ctx := within(t, 2*patience)
	must(t, u.Navigate(ctx, s.Page(`<a id=b href="/never">x</a>`)), u.Click(ctx, "#b"))
	everyOperationEnds(t, u)
	select {
	case <-u.Lost():
		t.Error("the session is lost")
	case <-time.After(shortHang + time.Second):
	}
	must(t, u.Navigate(ctx, s.URL+"/target"), u.WaitForText(ctx, "#h", "target"))
}

func TestPageCrash(t *testing.T) {
	t.Parallel()
	u := sharedRig(t).user(t, nil)
	ctx := within(t, patience)
	must(t, u.Navigate(ctx, "about:blank"))
	if err := u.Navigate(ctx, "chrome://crash"); !errors.Is(err, browserpool.ErrLost) {
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
	must(t, u.Navigate(within(t, patience), s.URL+"/target"))
	waited := make(chan error, 1)
	go func() { waited <- u.WaitForText(within(t, patience), "#h", "never") }()
	must(t, syscall.Kill(b.pid, syscall.SIGKILL))
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
	must(t, u.Navigate(within(t, patience), s.URL+"/target"))
	must(t, syscall.Kill(-b.pid, syscall.SIGSTOP))
	everyOperationEnds(t, u)
	closes(t, u)
	awaitClosed(t, "Done", b.Done())
}

func TestStoppedDriver(t *testing.T) {
	t.Parallel()
	b := ownBrowser(t)
	s := sessiontest.NewSite(t)
	u := openUser(t, b, browserpool.SessionOptions{})
	must(t, u.Navigate(within(t, patience), s.URL+"/target"))
	must(t, syscall.Kill(b.driver.pid, syscall.SIGSTOP))
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	begun := time.Now()
	if err := u.Navigate(ctx, s.URL+"/target"); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("Navigate = %v", err)
	}
	if took := time.Since(begun); took > muchLater {
		t.Errorf("Navigate returned after %v", took)
	}
	awaitClosed(t, "Lost", u.Lost())
	awaitClosed(t, "Done", b.Done())
	closes(t, u)
}
