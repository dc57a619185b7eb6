package browserpool

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
)

// launch starts a browser, and watches it until it is gone.
func (p *Pool) launch() {
	browser, err := p.tryLaunch()

	p.mu.Lock()
	p.launching--
	switch {
	case err != nil:
		p.refuse(err)
		p.serve()
		p.mu.Unlock()
	case p.closed:
		p.mu.Unlock()
		browser.Kill()
	default:
		m := &member{browser: browser, open: map[*pooledSession]struct{}{}}
		p.browsers = append(p.browsers, m)
		p.work.Go(func() { p.watch(m) })
		p.serve()
		p.mu.Unlock()
	}
}

func (p *Pool) tryLaunch() (Browser, error) {
	ctx, cancel := context.WithCancelCause(context.Background())
	defer cancel(nil)
	defer p.cancelOnClose(cancel)()
	ctx, stop := context.WithTimeoutCause(ctx, p.opts.LaunchTimeout,
		fmt.Errorf("no browser started within %v", p.opts.LaunchTimeout))
	defer stop()
	return p.launcher.Launch(ctx)
}

// cancelOnClose calls cancel when the pool closes before stop was called.
func (p *Pool) cancelOnClose(cancel context.CancelCauseFunc) (stop func()) {
	finished := make(chan struct{})
	p.work.Go(func() {
		select {
		case <-p.closing:
			cancel(ErrClosed)
		case <-finished:
		}
	})
	return func() { close(finished) }
}

// refuse answers those for whom the failed browser was meant, so that no caller waits in vain and a
// machine that cannot start browsers does not try forever. p.mu is held.
func (p *Pool) refuse(err error) {
	if p.closed {
		return
	}
	p.opts.Logger.Warn("a browser does not start", slog.Any("error", err))
	for range min(len(p.waiters), p.opts.SessionsPerBrowser) {
		p.answer(place{err: err})
	}
}

// watch takes a browser that is gone out of the pool.
func (p *Pool) watch(m *member) {
	<-m.browser.Done()
	m.browser.Kill() // a crashed browser may have children left
	p.mu.Lock()
	p.browsers = slices.DeleteFunc(p.browsers, func(other *member) bool { return other == m })
	lost, closed := m.used, p.closed
	p.serve()
	p.mu.Unlock()
	if closed {
		return
	}
	crash := m.browser.Crash()
	p.opts.Logger.Warn("a browser is gone: "+crash.String(), slog.Int("sessions", lost))
	p.opts.OnCrash(crash)
}
