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

// SessionsPerBrowser is how many sessions share a browser unless PoolOptions say otherwise: a browser costs as much memory
// as some four light sessions, and a crash ends as many as it has.
const SessionsPerBrowser = 25

// PoolOptions say how many sessions share a browser and how long things may take. The zero value of
// each field is its default.
type PoolOptions struct {
	SessionsPerBrowser int           // how many one browser gets before another is started
	MaxLaunches        int           // browsers started at the same time; 2 by default
	LaunchTimeout      time.Duration // bound on one launch; 60 s by default
	SessionTimeout     time.Duration // bound on opening a session, and on draining it; 30 s by default
	// CloseTimeout is how much longer than its ctx a session may take to close; 30 s by default. A
	// browser that exceeds this or SessionTimeout counts as hung and is replaced.
	CloseTimeout time.Duration
	Logger       *slog.Logger // nil discards
	OnCrash      func(Crash)  // called for each replaced browser; nil ignores it
}

func (o PoolOptions) withDefaults() PoolOptions {
	setDefault(&o.SessionsPerBrowser, SessionsPerBrowser)
	setDefault(&o.MaxLaunches, 2)
	setDefault(&o.LaunchTimeout, 60*time.Second)
	setDefault(&o.SessionTimeout, 30*time.Second)
	setDefault(&o.CloseTimeout, 30*time.Second)
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.OnCrash == nil {
		o.OnCrash = func(Crash) {}
	}
	return o
}

func setDefault[T int | time.Duration](field *T, value T) {
	if *field <= 0 {
		*field = value
	}
}

// A Pool is the Engine over a Launcher. It puts each session into the least loaded browser, starts a
// browser when all are full, and replaces those that crash or hang.
type Pool struct {
	launcher Launcher
	opts     PoolOptions

	mu        sync.Mutex
	browsers  []*member
	waiters   []chan place // of each NewSession that waits, in order of arrival; each gets one answer
	launching int
	closed    bool

	closing chan struct{} // closed when Close begins
	done    chan struct{} // closed when the first Close has ended
	failure error         // of the first Close; valid after done

	work sync.WaitGroup // goroutines of the pool; each ends soon after its browser does
}

// A member is a browser of the pool.
type member struct {
	browser Browser
	used    int                         // sessions, and those being opened; guarded by Pool.mu
	open    map[*pooledSession]struct{} // guarded by Pool.mu
}

// A place is a member with one session counted, or why there is none.
type place struct {
	member *member
	err    error
}

// NewPool returns a pool without browsers: the first session starts one. The pool closes the launcher.
func NewPool(launcher Launcher, opts PoolOptions) *Pool {
	return &Pool{
		launcher: launcher, opts: opts.withDefaults(),
		closing: make(chan struct{}), done: make(chan struct{}),
	}
}

// launchAttempts is how many browsers may die while a session is opened in them before NewSession
// gives up.
const launchAttempts = 3

// NewSession opens a session in the least loaded browser. When that browser dies meanwhile, it takes
// another one.
func (p *Pool) NewSession(ctx context.Context, opts SessionOptions) (Session, error) {
	var err error
	for range launchAttempts {
		var m *member
		if m, err = p.acquire(ctx); err != nil {
			break
		}
		var s Session
		if s, err = p.open(ctx, m, opts); err == nil {
			return s, nil
		}
		if ctx.Err() != nil || !p.died(ctx, m.browser, err) {
			break
		}
	}
	return nil, fmt.Errorf("open session: %w", err)
}

// died reports whether err comes from the end of the browser. A session may see that end a moment before
// the browser's Done, and until then the pool would choose this browser again.
func (p *Pool) died(ctx context.Context, b Browser, err error) bool {
	if !errors.Is(err, ErrLost) {
		return ended(b)
	}
	select {
	case <-b.Done():
		return true
	case <-ctx.Done():
	case <-p.closing:
	case <-time.After(killGrace):
	}
	return false
}

func ended(b Browser) bool { return Closed(b.Done()) }

// Closed reports whether a channel is closed that nothing is sent on.
func Closed(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}

// acquire counts one session in a browser that has a place, and waits for one when none has.
func (p *Pool) acquire(ctx context.Context) (*member, error) {
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	w := make(chan place, 1)
	p.mu.Lock()
	if p.closed {
		p.mu.Unlock()
		return nil, ErrClosed
	}
	p.waiters = append(p.waiters, w)
	p.serve()
	p.mu.Unlock()

	select {
	case got := <-w:
		return got.member, got.err
	case <-ctx.Done():
		p.withdraw(w)
		return nil, context.Cause(ctx)
	}
}

// withdraw takes back a request, or the place that it was given meanwhile.
func (p *Pool) withdraw(w chan place) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if i := slices.Index(p.waiters, w); i >= 0 {
		p.waiters = slices.Delete(p.waiters, i, i+1)
		return
	}
	if got := <-w; got.member != nil {
		got.member.used--
		p.serve()
	}
}

// release gives a place back.
func (p *Pool) release(m *member) {
	p.mu.Lock()
	defer p.mu.Unlock()
	m.used--
	p.serve()
}

// serve gives places to waiters and starts browsers for those that get none. p.mu is held.
func (p *Pool) serve() {
	for len(p.waiters) > 0 {
		m := p.leastLoaded()
		if m == nil {
			break
		}
		m.used++
		p.answer(place{member: m})
	}
	missing := (len(p.waiters) + p.opts.SessionsPerBrowser - 1) / p.opts.SessionsPerBrowser
	for p.launching < min(missing, p.opts.MaxLaunches) && !p.closed {
		p.launching++
		p.work.Go(p.launch)
	}
}

// leastLoaded is the browser with the most places left, nil when all are full. p.mu is held.
func (p *Pool) leastLoaded() *member {
	var best *member
	for _, m := range p.browsers {
		if m.used < p.opts.SessionsPerBrowser && (best == nil || m.used < best.used) && !ended(m.browser) {
			best = m
		}
	}
	return best
}

// answer answers the first waiter. p.mu is held.
func (p *Pool) answer(got place) {
	p.waiters[0] <- got
	p.waiters = slices.Delete(p.waiters, 0, 1)
}
