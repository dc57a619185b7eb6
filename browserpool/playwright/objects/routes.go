package objects

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	pw "github.com/playwright-community/playwright-go"

	"github.com/liveload/liveload/browserpool"
	"github.com/liveload/liveload/browserpool/playwright/calls"
)

// routes are what a script does with requests. playwright-go reads its own list of handlers without a
// lock while requests are under way. And it sets a handler with a lock held until the driver has answered,
// which its own reading from the driver needs when a worker of the page ends: it would wait for itself. So
// each page gets one handler of playwright-go's, once, while it has no workers, and keeps it; which of the
// script's handlers get a request is decided here.
type routes struct {
	mu      sync.RWMutex
	entries []*routeEntry            // the newest first
	pages   map[pw.Page]func() error // whose requests are intercepted once this has returned nil
	used    bool                     // there has been an entry
	over    chan struct{}            // closed when the iteration is
}

// A routeEntry is one call of route.
type routeEntry struct {
	owner   any // a pw.Page or pw.BrowserContext
	url     any // as the script said it
	matches func(string) bool
	fn      *browserpool.Function
	left    int // how often it is called; below 0 without end

	running sync.WaitGroup
}

func newRoutes() *routes {
	return &routes{pages: map[pw.Page]func() error{}, over: make(chan struct{})}
}

// end takes all routes away; requests that they have go on.
func (r *routes) end() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.entries = nil
	close(r.over)
	r.over = make(chan struct{})
}

// choose are the entries that a request of the page meets, those of the page before those of its context.
func (r *routes) choose(page pw.Page, url string) (chosen []*routeEntry, over <-chan struct{}) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	var shared []*routeEntry
	for _, entry := range r.entries {
		_, ofContext := entry.owner.(pw.BrowserContext)
		switch {
		case entry.owner == page && entry.matches(url):
			chosen = append(chosen, entry)
		case ofContext && entry.matches(url):
			shared = append(shared, entry)
		}
	}
	return append(chosen, shared...), r.over
}

// use counts a call of an entry; false when it is taken away or used up.
func (r *routes) use(entry *routeEntry) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !slices.Contains(r.entries, entry) {
		return false
	}
	entry.running.Add(1)
	if entry.left--; entry.left == 0 {
		r.drop(func(one *routeEntry) bool { return one == entry })
	}
	return true
}

// drop is called with the lock held.
func (r *routes) drop(which func(*routeEntry) bool) (dropped []*routeEntry) {
	r.entries = slices.DeleteFunc(slices.Clone(r.entries), func(one *routeEntry) bool {
		if which(one) {
			dropped = append(dropped, one)
			return true
		}
		return false
	})
	return dropped
}

func (r *routes) remove(which func(*routeEntry) bool) []*routeEntry {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.drop(which)
}

// ever reports whether the script has had routes: then pages are intercepted from when they open, while they
// have no workers.
func (r *routes) ever() bool {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.used
}

var errWorkers = errors.New("the page has workers already: set routes before it starts them, playwright-go could wait for itself")

// intercept intercepts the requests of a page, from when it returns.
func (h *Hub) intercept(page pw.Page) error {
	r := h.routes
	r.mu.Lock()
	start := r.pages[page]
	if start == nil {
		start = sync.OnceValue(func() error {
			err := h.startIntercepting(page)
			if err != nil {
				h.leave(page)
			}
			return err
		})
		r.pages[page] = start
	}
	r.mu.Unlock()
	return start()
}

func (h *Hub) startIntercepting(page pw.Page) error {
	seen, open := h.views.look(page)
	switch {
	case !open:
		return &browserpool.PageError{Message: "the page is closed"}
	case len(seen.workers) > 0:
		return errWorkers
	}
	wanted := func(url string) bool {
		chosen, _ := h.routes.choose(page, url)
		return len(chosen) > 0
	}
	return page.Route(wanted, func(route pw.Route) { h.dispatch(page, route) })
}

// leave removes a page that closed.
func (h *Hub) leave(page pw.Page) {
	h.routes.mu.Lock()
	defer h.routes.mu.Unlock()
	delete(h.routes.pages, page)
}

// settleIn waits until a page that has just opened is intercepted, if the script has had routes.
func (h *Hub) settleIn(page pw.Page) error {
	if !h.routes.ever() {
		return nil
	}
	return h.intercept(page)
}

// dispatch gives a request to the handlers of the script, one after the other. playwright-go calls it on a
// separate goroutine for each request.
func (h *Hub) dispatch(page pw.Page, route pw.Route) {
	request := h.requests.take(route)
	chosen, over := h.routes.choose(page, request.data().url)
	for _, entry := range chosen {
		if h.routes.use(entry) && h.handle(entry, request, over) {
			return
		}
	}
	request.release()
}

// handle calls one handler; true when the request needs nothing more.
func (h *Hub) handle(entry *routeEntry, request *routed, over <-chan struct{}) bool {
	defer entry.running.Done()
	verdict := request.begin()
	// What the script throws is the script's error already; the request goes on.
	if _, err := entry.fn.Call(h.wrap(request.route), h.wrap(request.request)); err != nil {
		return request.decide(false) != nil && <-verdict
	}
	select {
	case answered := <-verdict:
		return answered
	case <-over:
		return request.decide(false) != nil && <-verdict
	}
}

// routing are the members of pages and contexts that are about routes.
var routing = map[string]answerer{
	"route":      addRoute,
	"unroute":    removeRoutes,
	"unrouteAll": removeAllRoutes,
}

func addRoute(o object, args []any, _ time.Duration) (any, error) {
	entry, err := o.readRoute(args)
	if err != nil {
		return nil, err
	}
	h := o.hub
	h.routes.mu.Lock()
	h.routes.used = true
	h.routes.entries = slices.Insert(slices.Clone(h.routes.entries), 0, entry)
	h.routes.mu.Unlock()
	for _, page := range o.routedPages() {
		if err := h.intercept(page); err != nil && h.isOpen(page) {
			h.routes.remove(func(one *routeEntry) bool { return one == entry })
			return nil, err
		}
	}
	return nil, nil
}

func (h *Hub) isOpen(page pw.Page) bool {
	_, open := h.views.look(page)
	return open
}

// routedPages are the pages that a route of the object is about.
func (o object) routedPages() []pw.Page {
	if page, ok := o.value.(pw.Page); ok {
		return []pw.Page{page}
	}
	return o.hub.views.open()
}

func (o object) readRoute(args []any) (*routeEntry, error) {
	if len(args) < 2 {
		return nil, fmt.Errorf("takes a URL, a function and maybe { times }")
	}
	fn, ok := args[1].(*browserpool.Function)
	if !ok {
		return nil, mismatch("argument 2", "a function", args[1])
	}
	if args[0] == nil {
		return nil, mismatch("the URL", "a text or a regular expression", nil)
	}
	matches, err := urlMatcher(args[0])
	if err != nil {
		return nil, err
	}
	entry := &routeEntry{owner: o.value, url: args[0], matches: matches, fn: fn, left: -1}
	rest, err := unfold(2, "times")(args)
	if err != nil {
		return nil, err
	}
	if len(rest) > 2 && rest[2] != nil {
		times, ok := rest[2].(float64)
		if !ok || times < 1 {
			return nil, mismatch("times", "a number above 0", rest[2])
		}
		entry.left = int(times)
	}
	return entry, surplus(rest, 3)
}

func removeRoutes(o object, args []any, _ time.Duration) (any, error) {
	if len(args) == 0 {
		return nil, fmt.Errorf("takes a URL and maybe a function")
	}
	var fn *browserpool.Function
	if len(args) > 1 && args[1] != nil {
		given, ok := args[1].(*browserpool.Function)
		if !ok {
			return nil, mismatch("argument 2", "a function", args[1])
		}
		fn = given
	}
	o.hub.routes.remove(func(one *routeEntry) bool {
		return one.owner == o.value && sameURL(one.url, args[0]) && (fn == nil || fn.Key == one.fn.Key)
	})
	return nil, surplus(args, 2)
}

func sameURL(a, b any) bool {
	if x, ok := a.(*browserpool.RegExp); ok {
		y, ok := b.(*browserpool.RegExp)
		return ok && *x == *y
	}
	return a == b
}

func removeAllRoutes(o object, args []any, limit time.Duration) (any, error) {
	behavior, err := unfold(0, "behavior")(args)
	if err != nil {
		return nil, err
	}
	how := any("default")
	if len(behavior) > 0 && behavior[0] != nil {
		how = behavior[0]
	}
	switch how {
	case "default", "wait":
	case "ignoreErrors":
		return nil, fmt.Errorf("behavior ignoreErrors is not available: what a handler throws fails the iteration, catch it there")
	default:
		return nil, mismatch("behavior", `"default" or "wait"`, how)
	}
	dropped := o.hub.routes.remove(func(one *routeEntry) bool { return one.owner == o.value })
	if how == "default" {
		return nil, nil
	}
	ended := calls.Async(func() (struct{}, error) {
		for _, entry := range dropped {
			entry.running.Wait()
		}
		return struct{}{}, nil
	})
	select {
	case <-ended:
		return nil, nil
	case <-time.After(limit):
		return nil, context.DeadlineExceeded
	}
}
