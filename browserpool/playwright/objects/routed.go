package objects

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"sync"
	"time"

	pw "github.com/playwright-community/playwright-go"

	"github.com/liveload/liveload/browserpool"
	"github.com/liveload/liveload/ordered"
)

// A routed is a request in the hands of a script's handlers.
type routed struct {
	route   pw.Route
	request pw.Request

	// turn is held while playwright-go reads or writes the request: it has no lock of its own.
	turn sync.Mutex

	mu       sync.Mutex
	original requestData
	changes  pw.RouteContinueOptions // by the handlers so far
	verdict  chan bool               // of the handler whose turn it is: whether it answered; nil when nobody's
	settled  chan struct{}           // closed by settle
	settle   func()                  // called when playwright-go no longer writes to the request
}

var errHandled = errors.New("the route is already handled")

// data is what the request asks for by now.
func (r *routed) data() requestData {
	r.mu.Lock()
	defer r.mu.Unlock()
	d := r.original
	if r.changes.URL != nil {
		d.url = *r.changes.URL
	}
	if r.changes.Method != nil {
		d.method = *r.changes.Method
	}
	if r.changes.Headers != nil {
		d.headers = maps.Clone(r.changes.Headers)
	}
	switch body := r.changes.PostData.(type) {
	case string:
		d.body = []byte(body)
	case []byte:
		d.body = body
	}
	return d
}

// begin gives the next handler its turn.
func (r *routed) begin() <-chan bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.verdict = make(chan bool, 1)
	return r.verdict
}

// decide ends the turn of a handler; it fails when that has happened already.
func (r *routed) decide(answered bool) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.verdict == nil {
		return errHandled
	}
	r.verdict <- answered
	r.verdict = nil
	return nil
}

func (r *routed) open() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.verdict == nil {
		return errHandled
	}
	return nil
}

// release lets the request go where it would have gone, with what handlers have changed.
func (r *routed) release() {
	r.turn.Lock()
	defer r.turn.Unlock()
	defer r.settle()
	r.mu.Lock()
	changes := r.changes
	r.verdict = nil
	r.mu.Unlock()
	_ = r.route.Fallback(pw.RouteFallbackOptions(changes)) // it was answered meanwhile, or the page is gone
}

// change merges what a handler wants to change.
func (r *routed) change(o object, args []any) error {
	if len(args) == 0 || args[0] == nil {
		return nil
	}
	given, _ := args[0].(map[string]any)
	if body, ok := given["postData"]; ok {
		encoded, err := bodyOf(body)
		if err != nil {
			return err
		}
		given = maps.Clone(given)
		given["postData"] = encoded
		args = []any{given}
	}
	v, err := o.assign(args[0], reflect.TypeFor[pw.RouteContinueOptions](), "options")
	if err != nil {
		return cmp.Or(err, surplus(args, 1))
	}
	options := v.Interface().(pw.RouteContinueOptions)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.changes.URL = cmp.Or(options.URL, r.changes.URL)
	r.changes.Method = cmp.Or(options.Method, r.changes.Method)
	if options.Headers != nil {
		r.changes.Headers = options.Headers
	}
	if options.PostData != nil {
		r.changes.PostData = options.PostData
	}
	return nil
}

// bodyOf makes text or bytes of a body.
func bodyOf(value any) (any, error) {
	switch value.(type) {
	case nil, string, []byte:
		return value, nil
	case *browserpool.Function, *browserpool.RegExp, object:
		return nil, mismatch("postData", "a text, bytes or plain data", value)
	}
	text, err := ordered.Text(value)
	if err != nil {
		return nil, fmt.Errorf("postData is not plain data: %w", err)
	}
	return text, nil
}

// routed is the request of a route whose handler has not answered.
func (o object) routed() (*routed, error) {
	r := o.hub.requests.find(o.value.(pw.Route).Request())
	if r == nil { // handled by an iteration that is over
		return nil, errHandled
	}
	return r, r.open()
}

// routeAnswers are the ways of a handler to go on with a request.
var routeAnswers = map[string]answerer{
	"Route.continue": func(o object, args []any, _ time.Duration) (any, error) {
		r, err := o.routed()
		if err != nil {
			return nil, err
		}
		r.turn.Lock()
		defer r.turn.Unlock()
		if err := cmp.Or(r.open(), r.change(o, args)); err != nil {
			return nil, err
		}
		r.mu.Lock()
		changes := r.changes
		r.mu.Unlock()
		if err := r.route.Continue(changes); err != nil {
			return nil, err
		}
		r.settle()
		return nil, r.decide(true)
	},
	"Route.fallback": func(o object, args []any, _ time.Duration) (any, error) {
		r, err := o.routed()
		if err != nil {
			return nil, err
		}
		if err := r.change(o, args); err != nil {
			return nil, err
		}
		return nil, r.decide(false)
	},
}

// answering is around the calls that answer a request themselves.
func answering(o object, _ []reflect.Value, _ time.Duration, run func() (any, error)) (any, error) {
	r, err := o.routed()
	if err != nil {
		return nil, err
	}
	out, err := run()
	if err != nil {
		return nil, err
	}
	r.settle()
	return out, r.decide(true)
}

// abortCodes are the reasons that Route.abort takes. The driver accepts any other one silently, and the page waits
// for the request forever.
var abortCodes = []string{
	"aborted", "accessdenied", "addressunreachable", "blockedbyclient", "blockedbyresponse", "connectionaborted",
	"connectionclosed", "connectionfailed", "connectionrefused", "connectionreset", "internetdisconnected",
	"namenotresolved", "timedout", "failed",
}

func aborting(args []any) ([]any, error) {
	if len(args) == 0 || args[0] == nil {
		return args, nil
	}
	if code, ok := args[0].(string); ok && slices.Contains(abortCodes, code) {
		return args, nil
	}
	return nil, fmt.Errorf("there is no error code %s%s", show(args[0]), DidYouMean(fmt.Sprint(args[0]), slices.Values(abortCodes)))
}

// fetching is around Route.fetch, which reads the request.
func fetching(o object, in []reflect.Value, _ time.Duration, run func() (any, error)) (any, error) {
	r, err := o.routed()
	if err != nil {
		return nil, err
	}
	r.turn.Lock()
	defer r.turn.Unlock()
	if err := r.open(); err != nil {
		return nil, err
	}
	changed := r.data()
	options := in[0].Interface().(pw.RouteFetchOptions)
	options.URL = cmp.Or(options.URL, &changed.url)
	options.Method = cmp.Or(options.Method, &changed.method)
	if options.Headers == nil {
		options.Headers = changed.headers
	}
	if options.PostData == nil && changed.body != nil {
		options.PostData = changed.body
	}
	in[0] = reflect.ValueOf(options)
	return run()
}
