package page

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/dop251/goja"

	"github.com/liveload/liveload/browserpool"
)

// waitTime is the default timeout of a wait for an event.
const waitTime = 30 * time.Second

// A defaultWait is the default timeout that the script has set for a session; 0 when it has set none.
type defaultWait struct {
	session browserpool.Scriptable
	limit   time.Duration
}

// of drops the timeout of another session.
func (p *defaultWait) of(session browserpool.Scriptable) {
	if p.session != session {
		*p = defaultWait{session: session}
	}
}

// set takes the arguments of setDefaultTimeout, of which 0 is no timeout.
func (p *defaultWait) set(args []any) {
	ms, _ := args[0].(float64)
	p.limit = browserpool.Timeout(ms)
}

// A listener is a function of the script that is called for an event.
type listener struct {
	object browserpool.Object
	event  string
	fn     *goja.Object
	stop   func()
	ended  atomic.Bool
}

// listening does the methods about events. Listening begins before it returns, so that no event is missed that the
// script's next line causes.
func (b *Binding) listening(on *handle, name string, call goja.FunctionCall) goja.Value {
	switch name {
	case "on", "addListener":
		b.on(on, name, call, false)
	case "once":
		b.on(on, name, call, true)
	case "off", "removeListener":
		fn, _ := call.Argument(1).(*goja.Object)
		event := call.Argument(0).String()
		b.off(func(l *listener) bool {
			return l.object == on.object && l.event == event && fn != nil && l.fn.SameAs(fn)
		}, 1)
	case "removeAllListeners":
		all, event := goja.IsUndefined(call.Argument(0)), call.Argument(0).String()
		b.off(func(l *listener) bool { return l.object == on.object && (all || l.event == event) }, math.MaxInt)
	default:
		return b.waitFor(on, name, call)
	}
	return call.This
}

func (b *Binding) on(on *handle, name string, call goja.FunctionCall, once bool) {
	event := call.Argument(0).String()
	fn, ok := goja.AssertFunction(call.Argument(1))
	if !ok {
		panic(b.fail(on, name, nil, fmt.Errorf("the second argument must be a function, not %s", call.Argument(1))))
	}
	l := &listener{object: on.object, event: event, fn: call.Argument(1).(*goja.Object)}
	post := b.vm.Events()
	stop, err := on.object.Listen(b.context(), event, nil, func(value any) {
		post(func() error {
			if l.ended.Load() {
				return nil // stopped while the event was queued
			}
			if once {
				b.off(func(other *listener) bool { return other == l }, 1)
			}
			_, err := fn(b.wrap(on.object, on.path), b.toScript(value))
			return err
		})
	})
	if err != nil {
		panic(b.fail(on, name, nil, err))
	}
	l.stop = stop
	b.keep(l)
	b.order.listened()
}

// A wait describes the event that the script waits for.
type wait struct {
	event   string
	url     any
	fits    goja.Callable // the predicate; nil accepts every event
	timeout time.Duration
	shown   []any // arguments to name in errors
}

// waitFor returns a promise of the next matching event.
func (b *Binding) waitFor(on *handle, name string, call goja.FunctionCall) goja.Value {
	w, err := b.readWait(name, call)
	if err != nil {
		panic(b.fail(on, name, nil, err))
	}
	found := make(chan any, 1)
	post := b.vm.Events()
	stop, err := on.object.Listen(b.context(), w.event, w.url, func(value any) {
		post(func() error { return b.offer(w, value, found) })
	})
	if err != nil {
		panic(b.fail(on, name, nil, err))
	}
	closed, unclosed := b.closing(on, w.event)
	b.order.listened()
	session, lost := b.session, (<-chan struct{})(nil)
	if session != nil {
		lost = session.Lost()
	}
	return b.vm.Async(nil, func(ctx context.Context) (any, error) {
		defer stop()
		defer unclosed()
		limit := time.NewTimer(w.timeout)
		defer limit.Stop()
		var err error
		select {
		case value := <-found:
			return func() goja.Value { return b.toScript(value) }, nil
		case <-limit.C:
			err = &waitError{w.timeout, w.event}
		case <-lost:
			err = browserpool.ErrLost
		case <-closed:
			err = fmt.Errorf("it was closed while waiting for event %q", w.event)
		case <-ctx.Done():
			err = context.Cause(ctx)
		}
		return nil, on.inVain(ctx, session, name, w.shown, err)
	})
}

// closing returns a channel that is closed with the page or socket, after earlier events were offered; nil when the
// object cannot close, or the script waits for that very event.
func (b *Binding) closing(on *handle, event string) (closed chan struct{}, stop func()) {
	if event == "close" {
		return nil, func() {}
	}
	closed = make(chan struct{})
	post := b.vm.Events()
	once := sync.OnceFunc(func() { close(closed) })
	stop, err := on.object.Listen(b.context(), "close", nil, func(any) {
		post(func() error { once(); return nil })
	})
	if err != nil {
		return nil, func() {}
	}
	return closed, stop
}

// offer asks the predicate about an event. A predicate that throws ends the iteration; one that gives
// a promise answers later, and a promise that it rejects stays unhandled.
func (b *Binding) offer(w wait, value any, found chan<- any) error {
	verdict := b.vm.Runtime().ToValue(true)
	if w.fits != nil {
		var err error
		if verdict, err = w.fits(goja.Undefined(), b.toScript(value)); err != nil {
			return err
		}
	}
	return b.await(verdict, func(verdict goja.Value) {
		if verdict.ToBoolean() {
			select {
			case found <- value:
			default: // there was one already
			}
		}
	}, func() {})
}

// readWait reads waitForEvent(event, options or predicate) and waitForRequest(url or predicate, options).
func (b *Binding) readWait(name string, call goja.FunctionCall) (wait, error) {
	w := wait{timeout: cmp.Or(b.wait.limit, waitTime)}
	first, second := call.Argument(0), call.Argument(1)
	if name == "waitForEvent" {
		w.event = first.String()
		w.shown = []any{w.event}
	} else {
		w.event = strings.ToLower(strings.TrimPrefix(name, "waitFor"))
		if fits, ok := goja.AssertFunction(first); ok {
			w.fits = fits
			w.shown = []any{&browserpool.Function{}}
		} else {
			url, err := b.reader().toGo(first, deepest)
			if err != nil {
				return w, err
			}
			w.url = url
			w.shown = []any{url}
		}
	}
	if fits, ok := goja.AssertFunction(second); ok {
		w.fits = fits
		return w, nil
	}
	return w, w.options(second, name == "waitForEvent")
}

func (w *wait) options(v goja.Value, predicate bool) error {
	if goja.IsUndefined(v) || goja.IsNull(v) {
		return nil
	}
	options, ok := v.(*goja.Object)
	if !ok {
		return fmt.Errorf("options must be an object, not %s", v)
	}
	for _, key := range options.Keys() {
		value := field(options, key)
		switch {
		case goja.IsUndefined(value):
		case key == "timeout":
			ms := value.ToFloat()
			if !(ms >= 0 && ms < 1e12) {
				return fmt.Errorf("timeout must be milliseconds, not %s", value)
			}
			w.timeout = browserpool.Timeout(ms)
		case key == "predicate" && predicate:
			if w.fits, ok = goja.AssertFunction(value); !ok {
				return fmt.Errorf("predicate must be a function, not %s", value)
			}
		default:
			return fmt.Errorf("options: there is no %q", key)
		}
	}
	return nil
}

// A waitError says that an event did not come in time.
type waitError struct {
	after time.Duration
	event string
}

func (e *waitError) Error() string {
	return fmt.Sprintf("Timeout %dms exceeded while waiting for event %q", e.after.Milliseconds(), e.event)
}

// Is matches context.DeadlineExceeded.
func (e *waitError) Is(target error) bool { return target == context.DeadlineExceeded }
