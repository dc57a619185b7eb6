package browserpool

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"
)

// Close ends sessions, browsers and the launcher, politely until ctx is over, then by force.
func (p *Pool) Close(ctx context.Context) error {
	if p.beginClose() {
		p.failure = p.shutDown(ctx)
		close(p.done)
		return p.failure
	}
	select {
	case <-p.done:
		return p.failure
	case <-ctx.Done():
		return fmt.Errorf("close pool: %w", context.Cause(ctx))
	}
}

// beginClose reports whether this is the first Close.
func (p *Pool) beginClose() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return false
	}
	p.closed = true
	close(p.closing)
	for len(p.waiters) > 0 {
		p.answer(place{err: ErrClosed})
	}
	return true
}

// killGrace is how long Close waits, beyond its ctx, for what it killed.
const killGrace = 5 * time.Second

func (p *Pool) shutDown(ctx context.Context) error {
	p.closeSessions(ctx)
	p.closeBrowsers(ctx)
	var errs []error
	if !p.awaitWork() {
		errs = append(errs, errors.New("close pool: a browser does not end"))
	}
	if err := p.launcher.Close(ctx); err != nil {
		errs = append(errs, fmt.Errorf("close pool: %w", err))
	}
	return errors.Join(errs...)
}

func (p *Pool) closeSessions(ctx context.Context) {
	p.mu.Lock()
	var open []*pooledSession
	for _, m := range p.browsers {
		for s := range m.open {
			open = append(open, s)
		}
	}
	p.mu.Unlock()
	var all sync.WaitGroup
	for _, s := range open {
		all.Go(func() { _ = s.Close(ctx) }) // its caller gets the error
	}
	all.Wait()
}

func (p *Pool) closeBrowsers(ctx context.Context) {
	p.mu.Lock()
	members := slices.Clone(p.browsers)
	p.mu.Unlock()
	var all sync.WaitGroup
	for _, m := range members {
		all.Go(func() {
			if err := m.browser.Close(ctx); err != nil {
				p.opts.Logger.Warn("a browser does not close", slog.Any("error", err))
				m.browser.Kill()
			}
		})
	}
	all.Wait()
}

// awaitWork waits for the pool's goroutines, and reports whether they ended.
func (p *Pool) awaitWork() bool {
	ended := make(chan struct{}, 1)
	go func() {
		p.work.Wait()
		ended <- struct{}{}
	}()
	_, ok := within(killGrace, ended)
	return ok
}
