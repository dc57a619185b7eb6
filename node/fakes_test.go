package node

import (
	"context"
	"log/slog"
	"testing"

	"go.uber.org/goleak"

	"github.com/liveload/liveload/browserpool"
	"github.com/liveload/liveload/plan"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

// testScenario is a plan with all defaults, and then changed.
func testScenario(name string, change func(*plan.Scenario)) plan.Scenario {
	s := plan.Scenario{Name: name}
	plan.Options{}.Apply(&s)
	if change != nil {
		change(&s)
	}
	return s
}

// A fakeEngine gives sessions without browsers, or refuses.
type fakeEngine struct{ refuse error }

func (e fakeEngine) NewSession(context.Context, browserpool.SessionOptions) (browserpool.Session, error) {
	return fakeSession{}, e.refuse
}
func (fakeEngine) Close(context.Context) error { return nil }

// A fakeSession has never seen a page.
type fakeSession struct{ browserpool.Session }

func (fakeSession) Click(context.Context, string, ...browserpool.Options) error {
	return browserpool.ErrNoNavigation
}
func (fakeSession) URL(context.Context) (string, error) { return "", browserpool.ErrNoNavigation }
func (fakeSession) ResetObjects(context.Context)        {}
func (fakeSession) Lost() <-chan struct{}               { return nil }
func (fakeSession) Close(context.Context) error         { return nil }
