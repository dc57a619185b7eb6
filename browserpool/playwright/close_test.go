package playwright

import (
	"errors"
	"testing"

	pw "github.com/playwright-community/playwright-go"

	"github.com/liveload/liveload/browserpool/sessiontest"
	"github.com/liveload/liveload/metrics"
)

// A lateFrame is one whose driver has not yet heard that its document is another.
type lateFrame struct {
	pw.Frame
	asked int
}

func (f *lateFrame) Evaluate(expression string, options ...any) (any, error) {
	if f.asked++; f.asked == 1 {
		return nil, errors.New("playwright: Execution context was destroyed, most likely because of a navigation")
	}
	return f.Frame.Evaluate(expression, options...)
}

// TestDrainOfALateFrame: what the last document has measured is not lost with the question to the one before.
func TestDrainOfALateFrame(t *testing.T) {
	t.Parallel()
	u := sharedRig(t).user(t, nil)
	ctx := within(t, patience)
	must(t, u.Navigate(ctx, sessiontest.NewSite(t).Page(`<link rel=icon href="data:,"><p>last`)))
	_, err := u.Evaluate(ctx, `() => { dispatchEvent(new CustomEvent('phx:navigate', { detail: { patch: true } })) }`, nil)
	must(t, err)
	s := u.Session.(*session)
	frame := &lateFrame{Frame: s.page.MainFrame()}
	s.views.change(func() { s.views.pages[s.page].frames[0] = frame })
	s.drainFrame(ctx, frame)
	if n := u.recorded.Count(scenario, metrics.LiveViewNavigations, "patch"); n != 1 || frame.asked != 2 {
		t.Errorf("%d navigations measured, the frame asked %d times, want 1 and 2", n, frame.asked)
	}
}
