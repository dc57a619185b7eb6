package browserpool

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

// open makes a session in m, whose place it gives back when that fails. It returns when ctx is over,
// but the browser gets its full time even then: a browser that hangs must be noticed even when all callers
// have short deadlines.
func (p *Pool) open(ctx context.Context, m *member, opts SessionOptions) (Session, error) {
	patient, cancel := context.WithCancelCause(context.WithoutCancel(ctx))
	result := make(chan opened)
	started := p.start(func() {
		defer cancel(nil)
		defer p.cancelOnClose(cancel)()
		got := p.create(patient, m, opts)
		select {
		case result <- got:
		case <-ctx.Done():
			got.drop()
		}
	})
	if !started {
		cancel(nil)
		p.release(m)
		return nil, ErrClosed
	}
	select {
	case got := <-result:
		return got.session, got.err
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

// start runs f in a goroutine that Close waits for, unless the pool is closed.
func (p *Pool) start(f func()) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return false
	}
	p.work.Go(f)
	return true
}

// An opened is what an attempt to make a session gave.
type opened struct {
	session Session
	err     error
}

// drop closes a session whose caller is gone.
func (o opened) drop() {
	if o.session != nil {
		_ = o.session.Close(over()) // no caller is left to get the error
	}
}

// over is a ctx that has ended, for closing sessions without draining them.
func over() context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	return ctx
}

// create asks the browser for a session. A browser that takes too long is killed.
func (p *Pool) create(ctx context.Context, m *member, opts SessionOptions) opened {
	ctx, cancel := context.WithTimeoutCause(ctx, p.opts.SessionTimeout,
		fmt.Errorf("the browser opened no session within %v", p.opts.SessionTimeout))
	defer cancel()
	result := make(chan opened)
	left := make(chan struct{})
	defer close(left)
	p.work.Go(func() {
		s, err := m.browser.NewSession(ctx, opts)
		select {
		case result <- opened{s, err}:
		case <-left:
			opened{session: s}.drop()
		}
	})
	var got opened
	select {
	case got = <-result:
	case <-m.browser.Done():
		got.err = ErrLost
	case <-ctx.Done():
		got.err = context.Cause(ctx)
	}
	if got.err == nil {
		return p.adopt(m, got.session)
	}
	if Closed(p.closing) {
		got.err = ErrClosed // and not what closing did to the browser
	} else if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		m.browser.KillHung(context.Cause(ctx).Error())
	}
	p.release(m)
	return got
}

// adopt makes a session one of the pool's.
func (p *Pool) adopt(m *member, inner Session) opened {
	s := &pooledSession{Session: inner, pool: p, member: m}
	p.mu.Lock()
	defer p.mu.Unlock()
	m.open[s] = struct{}{}
	return opened{session: s}
}

// A pooledSession gives its place back when it is closed.
type pooledSession struct {
	Session
	pool   *Pool
	member *member

	once sync.Once
	err  error // of the first Close
}

// Close closes the session, and gives its place back when that is done or its browser killed.
func (s *pooledSession) Close(ctx context.Context) error {
	s.once.Do(func() {
		s.err = s.close(ctx)
		s.pool.remove(s)
	})
	return s.err
}

func (p *Pool) remove(s *pooledSession) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(s.member.open, s)
	s.member.used--
	p.serve()
}

func (s *pooledSession) close(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, s.pool.opts.SessionTimeout)
	defer cancel()
	result := make(chan error, 1)
	go func() { result <- s.Session.Close(ctx) }()
	select {
	case err := <-result:
		return err
	case <-ctx.Done():
	}
	if err, ok := within(s.pool.opts.CloseTimeout, result); ok {
		return err
	}
	s.member.browser.KillHung(fmt.Sprintf("a session did not close within %v", s.pool.opts.CloseTimeout))
	// A session records until Close returns, so it gets the moment that it needs to see its end.
	if err, ok := within(killGrace, result); ok {
		return err
	}
	return fmt.Errorf("close session: %w", ErrLost)
}

// within waits for a value.
func within[T any](limit time.Duration, values <-chan T) (value T, ok bool) {
	select {
	case value = <-values:
		return value, true
	case <-time.After(limit):
		return value, false
	}
}

// Obstacle implements Obstructed.
func (s *pooledSession) Obstacle() string { return ObstacleOf(s.Session) }

// LostBy implements Doomed.
func (s *pooledSession) LostBy() Crash {
	crash, _ := LostBy(s.Session)
	return crash
}
