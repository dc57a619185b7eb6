// Package objects gives scripts Playwright's own objects, by their JavaScript names, as far as a load test can have
// them. It owns what scripts set up through them: listeners, routes, pages that they opened.
package objects

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	pw "github.com/playwright-community/playwright-go"

	"github.com/liveload/liveload/browserpool"
	"github.com/liveload/liveload/browserpool/playwright/calls"
)

// A Hub hands Playwright's own objects of a session to scripts. What playwright-go may change at any time is not read
// from it, but answered from views, requests and routes: see decision 8.
type Hub struct {
	guard       *calls.Guard
	disk        Disk
	drain       func(ctx context.Context, pages ...pw.Page)
	requested   func(Requested)
	context     pw.BrowserContext // set by Follow
	views       *views
	requests    *requests
	routes      *routes
	running     running
	objectLocks objectLocks
	first       sync.Once

	mu        sync.Mutex // may be held while playwright-go waits for its own locks
	listeners map[named]*listeners
	exposed   map[named]*atomic.Pointer[browserpool.Function]
	presets   presets

	leftMu sync.Mutex // taken on the goroutine that reads from the driver
	left   leftovers
	made   map[string]string // paths of files of this iteration, by what the script calls them
}

// leftovers are what has to end with an iteration, since the last Reset.
type leftovers struct {
	opened    []pw.Page // by the script
	dialogs   []pw.Dialog
	downloads []pw.Download        // of all pages
	cancelled map[pw.Download]bool // since the run has had its share of the disk
}

// New returns the hub of a session; drain takes the last telemetry of pages that are closed; requested takes requests that
// no page makes.
func New(guard *calls.Guard, drain func(ctx context.Context, pages ...pw.Page), requested func(Requested), disk Disk) *Hub {
	return &Hub{
		guard: guard, drain: drain, requested: requested, disk: disk, views: newViews(),
		requests: newRequests(), routes: newRoutes(),
		listeners: map[named]*listeners{}, exposed: map[named]*atomic.Pointer[browserpool.Function]{},
	}
}

// An object is one of them. It implements browserpool.Object and is comparable.
type object struct {
	hub   *Hub
	value any // of an interface of playwright-go
	kind  *kind
}

// Follow starts to track a context, before it has any page.
func (h *Hub) Follow(opened pw.BrowserContext) {
	h.context = opened
	h.views.follow(opened, h.meet)
}

// Of returns the object of a page, context or browser of the session, for a script.
func (h *Hub) Of(value any) browserpool.Object {
	h.first.Do(func() { h.requests.follow(h.context) })
	return h.wrap(value)
}

// NewPage opens a page, with the routes that the context has.
func (h *Hub) NewPage(opened pw.BrowserContext) (pw.Page, error) {
	page, err := opened.NewPage()
	if err != nil {
		return nil, err
	}
	return page, h.settleIn(page)
}

// Frames are those of a page, the main one first.
func (h *Hub) Frames(page pw.Page) []pw.Frame { return h.views.frames(page) }

// Detached reports whether a frame is gone, alone or with its page.
func (h *Hub) Detached(frame pw.Frame) bool { return h.views.detached(frame) }

// URL is the address of a request.
func (h *Hub) URL(r pw.Request) string { return h.requests.url(r) }

// wrap makes an object of a value of playwright-go, which must be of some kind.
func (h *Hub) wrap(value any) browserpool.Object { return object{h, value, kindOf(value)} }

// Type is the class in Playwright's documentation.
func (o object) Type() string { return o.kind.name }

// Members are the properties and methods by their JavaScript names.
func (o object) Members() map[string]browserpool.Shape { return o.kind.shapes }

// Call calls a method, or reads a property.
func (o object) Call(ctx context.Context, name string, args []any) (any, error) {
	m := o.kind.members[name]
	switch {
	case m == nil || m.shape == browserpool.Listening:
		return nil, fmt.Errorf("there is no method %q", name)
	case m.refuse != "":
		return nil, errors.New("it is not available in a load test: " + m.refuse)
	}
	waiting := strings.ToLower(o.kind.name[:1]) + o.kind.name[1:] + "." + name
	value, err := calls.Run(ctx, o.hub.guard, waiting, func(limit time.Duration) (any, error) { return o.invoke(m, args, limit) })
	if dialog, ok := o.value.(pw.Dialog); ok && err == nil && (name == "accept" || name == "dismiss") {
		o.hub.answered(dialog)
	}
	return value, callError(err)
}

// invoke runs on its own goroutine.
func (o object) invoke(m *member, args []any, limit time.Duration) (any, error) {
	if !o.hub.running.begin() {
		return nil, browserpool.ErrClosed
	}
	defer o.hub.running.calls.Done()
	if err := notTooLong(args); err != nil {
		return nil, err
	}
	args, keep, err := o.withoutPaths(m, args)
	if err != nil {
		return nil, err
	}
	value, err := o.call(m, args, limit)
	if err != nil || keep == nil {
		return value, err
	}
	return value, keep(value)
}

// call calls a method whose arguments name no files.
func (o object) call(m *member, args []any, limit time.Duration) (any, error) {
	args, unpack, err := o.carried(m, args)
	if err != nil {
		return nil, err
	}
	if answer := rule(answers(), o.kind, m); answer != nil {
		return answer(o, args, limit)
	}
	method := reflect.ValueOf(o.value).MethodByName(m.method)
	in, err := o.arguments(m, method.Type(), args)
	if err != nil {
		return nil, err
	}
	o.bound(m, in, limit)
	run := func() (any, error) {
		given := in
		if n := len(in); n > 0 && isOptions(in[n-1].Type()) && in[n-1].IsZero() {
			given = in[:n-1] // playwright-go trusts some options to be set when there are any
		}
		out, err := o.results(method.Call(given))
		if err != nil || !unpack {
			return out, err
		}
		return calls.Unpack(out)
	}
	if wrap := rule(around, o.kind, m); wrap != nil {
		return wrap(o, in, limit, run)
	}
	return run()
}

// bound keeps a call from going on when nobody waits for it any more: it could click in the next
// iteration. It also notes the timeouts that scripts set as defaults, and gives them to calls that say nothing
// else: the driver has forgotten those of most calls.
func (o object) bound(m *member, in []reflect.Value, limit time.Duration) {
	o.hub.mu.Lock()
	defer o.hub.mu.Unlock()
	o.hub.presets.note(m.name, in)
	for i, options := range in {
		if !isOptions(options.Type()) {
			continue
		}
		field := options.FieldByName("Timeout")
		if !field.IsValid() || field.Type() != reflect.TypeFor[*float64]() {
			continue
		}
		most := *calls.Milliseconds(limit)
		given, _ := field.Interface().(*float64)
		if given == nil {
			preset := o.hub.presets.of(m.name)
			if preset == 0 && limit >= calls.DefaultTimeout {
				continue
			}
			if preset > 0 {
				most = *calls.Milliseconds(min(preset, limit))
			}
		} else if *given > 0 && *given <= most {
			continue
		}
		changed := reflect.New(options.Type()).Elem()
		changed.Set(options)
		changed.FieldByName("Timeout").Set(reflect.ValueOf(&most))
		in[i] = changed
	}
}

// presets are what the script set as its default timeouts; 0 when it did not.
type presets struct {
	calls, navigations time.Duration
}

// note takes a call of setDefaultTimeout or setDefaultNavigationTimeout.
func (p *presets) note(method string, in []reflect.Value) {
	if !strings.HasPrefix(method, "setDefault") || len(in) != 1 {
		return
	}
	preset := browserpool.Timeout(in[0].Float())
	if method == "setDefaultNavigationTimeout" {
		p.navigations = preset
	} else {
		p.calls = preset
	}
}

func (p *presets) of(method string) time.Duration {
	if p.navigations > 0 && navigates[method] {
		return p.navigations
	}
	return p.calls
}

// navigates has the methods whose timeout setDefaultNavigationTimeout sets.
var navigates = map[string]bool{
	"goto": true, "reload": true, "goBack": true, "goForward": true, "setContent": true, "waitForURL": true, "waitForLoadState": true,
}

// callError keeps what happened and what was waited for of Playwright's message, not the whole log.
func callError(err error) error {
	var e *pw.Error
	if !errors.As(err, &e) {
		if errors.Is(err, pw.ErrTimeout) {
			return calls.TimeoutError(err.Error())
		}
		return err
	}
	text, log, _ := strings.Cut(e.Message, "\nCall log:")
	text = strings.TrimSpace(strings.TrimPrefix(text, "Error: "))
	if _, rest, ok := strings.Cut(text, ": "); ok && strings.HasPrefix(rest, "Timeout ") {
		text = rest
	}
	for line := range strings.Lines(log) {
		if line = strings.TrimLeft(stripColours(strings.TrimSpace(line)), "- "); line != "" {
			text = strings.TrimSuffix(text, ".") + ": " + line
			break
		}
	}
	if errors.Is(err, pw.ErrTimeout) {
		return calls.TimeoutError(text)
	}
	return &browserpool.PageError{Message: text}
}

func stripColours(text string) string {
	return strings.NewReplacer("\x1b[2m", "", "\x1b[22m", "", "\x1b[0m", "").Replace(text)
}
