package calls

import (
	"cmp"
	"context"
	"errors"
	"sync"
	"time"

	pw "github.com/playwright-community/playwright-go"

	"github.com/liveload/liveload/browserpool"
)

// A Guard knows whether a session still works, and makes the calls that are made for it end when it does not.
// Methods may be called concurrently.
type Guard struct {
	browser   <-chan struct{}
	onSilence func(waiting string)
	ping      func() (struct{}, error)
	lost      chan struct{}
	ended     chan struct{}

	Lose func() // marks the session as lost
	End  func() // marks the session as closed
}

// NewGuard returns the guard of a session in the browser that is gone when the channel closes. onSilence is
// called, and must not block, when something that was waited for gave no answer. ping asks driver and browser a trivial
// question; its error says why the session does not work any more. The session ends the guard.
func NewGuard(browser <-chan struct{}, onSilence func(waiting string), ping func() (struct{}, error)) *Guard {
	g := &Guard{browser: browser, onSilence: onSilence, ping: ping, lost: make(chan struct{}), ended: make(chan struct{})}
	g.Lose = sync.OnceFunc(func() { close(g.lost) })
	g.End = sync.OnceFunc(func() { close(g.ended) })
	go g.watch()
	return g
}

// watch turns the end of the browser into the loss of the session.
func (g *Guard) watch() {
	select {
	case <-g.browser:
		g.Lose()
	case <-g.lost:
	case <-g.ended:
	}
}

// Lost is closed when the session can no longer work.
func (g *Guard) Lost() <-chan struct{} { return g.lost }

// IsLost reports whether the session can no longer work.
func (g *Guard) IsLost() bool {
	if browserpool.Closed(g.browser) {
		g.Lose() // before anybody hears of it, so that this session is not tried again
	}
	return browserpool.Closed(g.lost)
}

// Ended is closed by End.
func (g *Guard) Ended() <-chan struct{} { return g.ended }

// Pause waits for so long, and fails when ctx is over or the session does not work any more.
func (g *Guard) Pause(ctx context.Context, d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-g.lost:
		return browserpool.ErrLost
	case <-g.ended:
		return browserpool.ErrClosed
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// explain turns playwright-go's errors into ours.
func (g *Guard) explain(ctx context.Context, err error) error {
	switch {
	case err == nil:
		return nil
	case DriverGone(err), crashed(err):
		g.Lose()
		return browserpool.ErrLost
	case errors.Is(err, pw.ErrTargetClosed):
		return g.ClosedError(ctx)
	case says(err, frameDetached):
		return cmp.Or(g.Answers(ctx), err)
	}
	return err
}

// Answers fails when driver and browser do not answer. The end of a page may be that of its browser, which is reported
// any time later.
func (g *Guard) Answers(ctx context.Context) error {
	a, err := Await(ctx, g, "the driver to answer", Async(g.ping))
	return cmp.Or(err, a.Err)
}

// ClosedError says why a page is closed.
func (g *Guard) ClosedError(ctx context.Context) error {
	return cmp.Or[error](g.Answers(ctx), &browserpool.PageError{Message: "the page was closed by a script of its own"})
}
