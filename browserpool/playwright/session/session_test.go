package session

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/liveload/liveload/browserpool/sessiontest"
	"github.com/liveload/liveload/metrics"
)

// TestSession: sessions keep what every engine promises of them.
func TestSession(t *testing.T) { sessiontest.Run(t, rig.Browser(t)) }

func TestPageClosesItself(t *testing.T) {
	t.Parallel()
	site := sessiontest.NewSite(t)
	u := newUser(t, nil)
	ctx := within(t, patience)
	must(t, sessiontest.Moved(u.Navigate(ctx, site.URL+"/target")))
	s := u.Session.(*session)
	closed := make(chan error, 1)
	time.AfterFunc(100*time.Millisecond, func() { closed <- s.page.Close() })
	if err := u.WaitForText(ctx, "#h", "never"); err == nil || !strings.Contains(err.Error(), "closed by a script of its own") {
		t.Errorf("error = %v", err)
	}
	must(t, <-closed)
	must(t, sessiontest.Moved(u.Navigate(ctx, site.URL+"/target")), u.WaitForText(ctx, "#h", "target"))
}

// TestDrainOfALateFrame: what the last document has measured is not lost with the question to the one before.
func TestDrainOfALateFrame(t *testing.T) {
	t.Parallel()
	u := newUser(t, nil)
	ctx := within(t, patience)
	must(t, sessiontest.Moved(u.Navigate(ctx, sessiontest.NewSite(t).Page(`<link rel=icon href="data:,"><p>last`))))
	_, err := u.Evaluate(ctx, `() => { dispatchEvent(new CustomEvent('phx:navigate', { detail: { patch: true } })) }`, nil)
	must(t, err)
	s := u.Session.(*session)
	asked := 0
	evaluate := func(expression string, options ...any) (any, error) {
		if asked++; asked == 1 { // the driver has not yet heard that the document is another
			return nil, errors.New("playwright: Execution context was destroyed, most likely because of a navigation")
		}
		return s.page.Evaluate(expression, options...)
	}
	s.drainFrame(ctx, evaluate, func() bool { return false })
	if n := u.recorded.Count(sessiontest.Scenario, metrics.LiveViewNavigations, "patch"); n != 1 || asked != 2 {
		t.Errorf("%d navigations measured, the frame asked %d times, want 1 and 2", n, asked)
	}
}
