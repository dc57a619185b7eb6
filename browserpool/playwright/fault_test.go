package playwright

import (
	"context"
	"errors"
	"os"
	"syscall"
	"testing"
	"time"

	"github.com/liveload/liveload/browserpool"
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

// everyOperationEnds runs all operations side by side and looks at when and how they end.
func everyOperationEnds(t *testing.T, u *user) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 200*time.Millisecond)
	defer cancel()
	begun := time.Now()
	for name, err := range everything(ctx, u) {
		if err == nil {
			t.Errorf("%s succeeded", name)
		}
	}
	if took := time.Since(begun); took > 1200*time.Millisecond {
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
	if took := time.Since(begun); took > closeTime+2*time.Second {
		t.Errorf("Close took %v", took)
	}
}

// An endless loop in a page costs its own session only.
func TestEndlessLoop(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	r := sharedRig(t)
	u, other := r.user(t, nil), r.user(t, nil)
	ctx := within(t, 2*patience)
	address := s.page(`<button id=b onclick="for(;;);">x</button><h1 id=h>here</h1>`)
	must(t, u.Navigate(ctx, address), other.Navigate(ctx, address))
	short, cancel := context.WithTimeout(ctx, 300*time.Millisecond)
	defer cancel()
	begun := time.Now()
	checkError(t, u.Click(short, "#b"), "waited for the page to take the mouse: timed out after")
	if took := time.Since(begun); took > 1300*time.Millisecond {
		t.Errorf("the click returned after %v", took)
	}
	everyOperationEnds(t, u)
	must(t, other.WaitForText(ctx, "#h", "here"))
	awaitClosed(t, "Lost", u.Lost())
	if err := u.WaitForText(ctx, "#h", "here"); !errors.Is(err, browserpool.ErrLost) {
		t.Errorf("a lost session = %v", err)
	}
	closes(t, u)
	must(t, other.Navigate(ctx, s.url+"/target"), other.Close(ctx))
}

// A server that does not answer is not the browser's fault.
func TestSlowServerKeepsTheSession(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	u := sharedRig(t).user(t, nil)
	ctx := within(t, 2*patience)
	must(t, u.Navigate(ctx, s.page(`<a id=b href="/never">x</a>`)), u.Click(ctx, "#b"))
	everyOperationEnds(t, u)
	select {
	case <-u.Lost():
		t.Error("the session is lost")
	case <-time.After(shortHang + time.Second):
	}
	must(t, u.Navigate(ctx, s.url+"/target"), title("target")(ctx, u))
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
	s := newSite(t)
	u := openUser(t, b, browserpool.SessionOptions{})
	must(t, u.Navigate(within(t, patience), s.url+"/target"))
	waited := make(chan error, 1)
	go func() { waited <- u.WaitForText(within(t, patience), "#h", "never") }()
	must(t, syscall.Kill(b.pid, syscall.SIGKILL))
	if err := <-waited; !errors.Is(err, browserpool.ErrLost) {
		t.Errorf("the wait = %v", err)
	}
	awaitClosed(t, "Lost", u.Lost())
	for name, err := range everything(t.Context(), u) {
		if !errors.Is(err, browserpool.ErrLost) {
			t.Errorf("%s = %v", name, err)
		}
	}
	must(t, u.Close(t.Context()))
}

func TestStoppedBrowser(t *testing.T) {
	t.Parallel()
	b := ownBrowser(t)
	s := newSite(t)
	u := openUser(t, b, browserpool.SessionOptions{})
	must(t, u.Navigate(within(t, patience), s.url+"/target"))
	must(t, syscall.Kill(-b.pid, syscall.SIGSTOP))
	everyOperationEnds(t, u)
	closes(t, u)
	awaitClosed(t, "Done", b.Done())
}

func TestStoppedDriver(t *testing.T) {
	t.Parallel()
	b := ownBrowser(t)
	s := newSite(t)
	u := openUser(t, b, browserpool.SessionOptions{})
	must(t, u.Navigate(within(t, patience), s.url+"/target"))
	must(t, syscall.Kill(b.driver.pid, syscall.SIGSTOP))
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	begun := time.Now()
	if err := u.Navigate(ctx, s.url+"/target"); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("Navigate = %v", err)
	}
	if took := time.Since(begun); took > 1200*time.Millisecond {
		t.Errorf("Navigate returned after %v", took)
	}
	awaitClosed(t, "Lost", u.Lost())
	awaitClosed(t, "Done", b.Done())
	closes(t, u)
}
