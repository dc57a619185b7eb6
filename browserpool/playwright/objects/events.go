package objects

import (
	"context"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"sync"
	"sync/atomic"
	"time"
	"unicode/utf8"

	pw "github.com/playwright-community/playwright-go"

	"github.com/liveload/liveload/browserpool"
	"github.com/liveload/liveload/browserpool/playwright/calls"
	"github.com/liveload/liveload/browserpool/playwright/pattern"
)

// A named thing of an object is an event that is listened to, or a function that was exposed.
type named struct {
	value any
	name  string
}

// listeners are the functions that listen to one event. playwright-go gets only one function for it, since
// it compares functions by their code and could not distinguish two listeners.
type listeners struct {
	handler func(...any)

	mu   sync.Mutex
	all  map[int]func(any)
	last int
}

// Listen has fn called for each event.
func (o object) Listen(ctx context.Context, event string, url any, fn func(any)) (stop func(), err error) {
	emitter, ok := o.value.(pw.EventEmitter)
	if !ok || !o.kind.anyName && !slices.Contains(o.kind.events, event) {
		return nil, fmt.Errorf("there is no event %q%s", event, DidYouMean(event, slices.Values(o.kind.events)))
	}
	matches, err := urlMatcher(url)
	if err != nil {
		return nil, err
	}
	filtered := func(value any) {
		if about, ok := value.(object); ok && !matches(about.address()) {
			return
		}
		fn(value)
	}
	id, err := calls.Run(ctx, o.hub.guard, "a listener", func(time.Duration) (int, error) {
		return o.hub.add(emitter, named{o.value, event}, filtered), nil
	})
	if err != nil {
		return nil, err
	}
	return func() { o.hub.remove(emitter, named{o.value, event}, id) }, nil
}

// address is the URL that an event is about.
func (o object) address() string {
	switch v := o.value.(type) {
	case pw.Request:
		return o.hub.requests.url(v)
	case pw.Response:
		return v.URL()
	}
	return ""
}

func urlMatcher(url any) (func(string) bool, error) {
	switch v := url.(type) {
	case nil:
		return func(string) bool { return true }, nil
	case *browserpool.RegExp:
		pattern, err := regexpOf(v)
		if err != nil {
			return nil, err
		}
		return pattern.MatchString, nil
	case string:
		source, err := pattern.Glob(v)
		if err != nil {
			return nil, err
		}
		pattern, err := regexp.Compile(source)
		if err != nil {
			return nil, fmt.Errorf("the pattern %q: %w", v, err)
		}
		return pattern.MatchString, nil
	}
	return nil, mismatch("the URL", "a text or a regular expression", url)
}

func (h *Hub) add(emitter pw.EventEmitter, key named, fn func(any)) int {
	h.mu.Lock()
	defer h.mu.Unlock()
	l := h.listeners[key]
	if l == nil {
		l = &listeners{all: map[int]func(any){}}
		l.handler = func(payload ...any) { l.emit(h, key.name, payload) }
		h.listeners[key] = l
		emitter.On(key.name, l.handler)
		if key.name == "requestfailed" { // which playwright-go does not ask the driver for
			emitter.On("request", nobody)
		}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.last++
	l.all[l.last] = fn
	return l.last
}

// remove removes a listener, and the last one also from Playwright, which unsubscribes at the driver. It does not wait
// for a driver that hangs.
func (h *Hub) remove(emitter pw.EventEmitter, key named, id int) {
	calls.Async(func() (any, error) {
		h.mu.Lock()
		defer h.mu.Unlock()
		l := h.listeners[key]
		if l != nil && l.drop(id) == 0 {
			delete(h.listeners, key)
			emitter.RemoveListener(key.name, l.handler)
			if key.name == "requestfailed" {
				emitter.RemoveListener("request", nobody)
			}
		}
		return nil, nil
	})
}

// nobody makes the driver report requests.
func nobody(...any) {}

func (l *listeners) drop(id int) (left int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.all, id)
	return len(l.all)
}

// emit runs on the goroutine that reads from the driver: nothing else is read meanwhile.
func (l *listeners) emit(h *Hub, event string, payload []any) {
	var value any
	if len(payload) > 0 {
		value = payload[0]
	}
	switch v := value.(type) {
	case pw.Request:
		if event == "requestfinished" || event == "requestfailed" {
			h.requests.ended(v)
		}
		h.requests.whenPlaced(v, func() { l.dispatch(h, v) })
	case pw.Response:
		h.requests.whenPlaced(v.Request(), func() { l.dispatch(h, v) })
	case pw.Dialog: // dispatched on its own goroutine
		h.leftMu.Lock()
		h.left.dialogs = append(h.left.dialogs, v)
		h.leftMu.Unlock()
		l.dispatch(h, v)
	case []byte:
		l.dispatch(h, frameOf(v))
	default:
		l.dispatch(h, value)
	}
}

// frameOf is a frame of a WebSocket. playwright-go does not distinguish those of text from those of bytes.
func frameOf(payload []byte) map[string]any {
	if utf8.Valid(payload) {
		return map[string]any{"payload": string(payload)}
	}
	return map[string]any{"payload": payload}
}

func (l *listeners) dispatch(h *Hub, payload any) {
	var value any
	if payload != nil {
		value, _ = h.export(reflect.ValueOf(payload))
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	for id := 1; id <= l.last; id++ {
		if fn := l.all[id]; fn != nil {
			fn(value)
		}
	}
}

// expose has pages call a function. It is exposed once, as Playwright cannot take one back, and runs what the
// current iteration means by it.
func expose(o object, args []any, _ time.Duration) (any, error) {
	if len(args) != 2 {
		return nil, fmt.Errorf("takes a name and a function")
	}
	name, ok := args[0].(string)
	if !ok {
		return nil, mismatch("the name", "a text", args[0])
	}
	fn, ok := args[1].(*browserpool.Function)
	if !ok {
		return nil, mismatch("argument 2", "a function", args[1])
	}
	o.hub.mu.Lock()
	e, known := o.hub.exposed[named{o.value, name}]
	if !known {
		e = &atomic.Pointer[browserpool.Function]{}
		o.hub.exposed[named{o.value, name}] = e
	}
	o.hub.mu.Unlock()
	e.Store(fn)
	if known {
		return nil, nil
	}
	exposer := o.value.(interface {
		ExposeFunction(name string, binding pw.ExposedFunction) error
	})
	err := exposer.ExposeFunction(name, func(args ...any) any { return callExposed(e.Load(), args) })
	if err != nil {
		o.hub.mu.Lock()
		defer o.hub.mu.Unlock()
		delete(o.hub.exposed, named{o.value, name})
	}
	return nil, err
}

func callExposed(fn *browserpool.Function, args []any) any {
	plain := make([]any, len(args))
	for i, arg := range args {
		var err error
		if plain[i], err = calls.Result(arg); err != nil {
			panic(err) // which playwright-go turns into a rejection in the page
		}
	}
	value, err := fn.Call(plain...)
	if err != nil {
		panic(err)
	}
	return map[string]any{calls.InOrder: calls.Pack(value)}
}
