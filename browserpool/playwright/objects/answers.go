package objects

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	pw "github.com/playwright-community/playwright-go"

	"github.com/liveload/liveload/browserpool"
	"github.com/liveload/liveload/browserpool/playwright/calls"
	"github.com/liveload/liveload/ordered"
)

// An answerer answers instead of a method of playwright-go.
type answerer = func(o object, args []any, limit time.Duration) (any, error)

// answers are the members that playwright-go is not asked for: it reads without a lock what the goroutine
// that reads from the driver writes. Keys are members of one kind, or of all.
var answers = sync.OnceValue(func() map[string]answerer {
	all := map[string]answerer{
		"exposeFunction": expose,
		"waitForTimeout": pause,
		"json":           readJSON,
		"Page.frames":    reading(func(h *Hub, page pw.Page) any { return wrapAll(h, h.views.frames(page)) }),
		"Page.frame":     findFrame,
		"Page.workers": reading(func(h *Hub, page pw.Page) any {
			seen, _ := h.views.look(page)
			return wrapAll(h, seen.workers)
		}),
		"Page.close":    closing,
		"Page.isClosed": reading(func(h *Hub, page pw.Page) any { return !h.isOpen(page) }),
		"Page.viewportSize": func(o object, _ []any, _ time.Duration) (any, error) {
			seen, _ := o.hub.views.look(o.value.(pw.Page))
			return o.hub.export(reflect.ValueOf(seen.size))
		},
		"Frame.childFrames":             reading(func(h *Hub, frame pw.Frame) any { return wrapAll(h, h.views.children(frame)) }),
		"Frame.isDetached":              reading(func(h *Hub, frame pw.Frame) any { return h.views.detached(frame) }),
		"BrowserContext.serviceWorkers": reading(func(h *Hub, _ pw.BrowserContext) any { return wrapAll(h, h.views.serviceWorkers()) }),
		// Those of other users are not the script's.
		"Browser.contexts": reading(func(h *Hub, _ pw.Browser) any { return []any{h.wrap(h.context)} }),
	}
	maps.Copy(all, routing)
	maps.Copy(all, routeAnswers)
	maps.Copy(all, requestAnswers)
	maps.Copy(all, handleAnswers)
	return all
})

// reading answers with what the hub knows of an object.
func reading[T any](read func(h *Hub, of T) any) answerer {
	return func(o object, _ []any, _ time.Duration) (any, error) { return read(o.hub, o.value.(T)), nil }
}

// readJSON gives what playwright-go writes to a pointer.
func readJSON(o object, _ []any, _ time.Duration) (any, error) {
	var text json.RawMessage
	if err := o.value.(interface{ JSON(v any) error }).JSON(&text); err != nil {
		return nil, err
	}
	return ordered.Parse(text)
}

// pause ends with the iteration, which playwright-go's does not.
func pause(_ object, args []any, limit time.Duration) (any, error) {
	if len(args) != 1 {
		return nil, fmt.Errorf("takes milliseconds")
	}
	ms, ok := args[0].(float64)
	if !ok {
		return nil, mismatch("argument 1", "a number", args[0])
	}
	time.Sleep(min(time.Duration(max(ms, 0)*float64(time.Millisecond)), limit))
	return nil, nil
}

func wrapAll[T any](h *Hub, values []T) []any {
	list := make([]any, len(values))
	for i, value := range values {
		list[i] = h.wrap(value)
	}
	return list
}

// findFrame looks for a frame by name or URL.
func findFrame(o object, args []any, _ time.Duration) (any, error) {
	args, err := fold("name")(args)
	if err != nil {
		return nil, err
	}
	in, err := o.rest(&member{}, reflect.TypeFor[pw.PageFrameOptions](), args, 0)
	if err != nil {
		return nil, err
	}
	options := in[0].Interface().(pw.PageFrameOptions)
	url := options.URL
	if pattern, ok := url.(*regexp.Regexp); ok {
		url = &browserpool.RegExp{Source: pattern.String()}
	}
	matches, err := urlMatcher(url)
	if err != nil {
		return nil, err
	}
	for _, frame := range o.hub.views.frames(o.value.(pw.Page)) {
		if options.Name != nil && frame.Name() == *options.Name || options.URL != nil && matches(frame.URL()) {
			return o.hub.wrap(frame), nil
		}
	}
	return nil, nil
}

// A wrapper does what has to happen before and after a call of playwright-go. in may be changed, run makes
// the call.
type wrapper = func(o object, in []reflect.Value, limit time.Duration, run func() (any, error)) (any, error)

// around are the members that have one.
var around = map[string]wrapper{
	"setInputFiles": emptying, "setFiles": emptying,

	"APIRequestContext.get": asking, "APIRequestContext.post": asking, "APIRequestContext.put": asking, "APIRequestContext.patch": asking,
	"APIRequestContext.delete": asking, "APIRequestContext.head": asking, "APIRequestContext.fetch": asking,

	"Route.abort": answering, "Route.fulfill": answering, "Route.fetch": fetching,

	"Request.allHeaders": sentHeaders(func(headers map[string]string, _ []reflect.Value) any { return plainHeaders(headers) }),
	"Request.headersArray": sentHeaders(func(headers map[string]string, _ []reflect.Value) any {
		list := []any{}
		for _, name := range slices.Sorted(maps.Keys(headers)) {
			list = append(list, map[string]any{"name": name, "value": headers[name]})
		}
		return list
	}),
	"Request.headerValue": sentHeaders(func(headers map[string]string, in []reflect.Value) any {
		if value, ok := headers[strings.ToLower(in[0].String())]; ok {
			return value
		}
		return nil
	}),
	// These write what they read to the object, to have it for the next time.
	"Response.allHeaders": alone, "Response.headersArray": alone, "Response.headerValues": alone,
	"Response.headerValue": func(o object, in []reflect.Value, limit time.Duration, run func() (any, error)) (any, error) {
		return orNull(alone(o, in, limit, run))
	},

	"Response.finished": func(o object, _ []reflect.Value, _ time.Duration, run func() (any, error)) (any, error) {
		out, err := run()
		if err == nil {
			o.hub.requests.ended(o.value.(pw.Response).Request())
		}
		return out, err
	},
	"Page.setViewportSize": func(o object, in []reflect.Value, _ time.Duration, run func() (any, error)) (any, error) {
		defer o.hub.objectLocks.take(o.value)()
		out, err := run()
		if err == nil {
			o.hub.views.resized(o.value.(pw.Page), int(in[0].Int()), int(in[1].Int()))
		}
		return out, err
	},
	"BrowserContext.newPage": func(o object, _ []reflect.Value, _ time.Duration, _ func() (any, error)) (any, error) {
		page, err := o.hub.NewPage(o.value.(pw.BrowserContext))
		if err != nil {
			return nil, err
		}
		o.hub.leftMu.Lock()
		o.hub.left.opened = append(o.hub.left.opened, page)
		o.hub.leftMu.Unlock()
		return o.hub.wrap(page), nil
	},
	"goto": noFiles, "CDPSession.send": noFiles,
	"waitForURL": again, "waitForLoadState": again,
	"waitForFunction": waitingFor, "ConsoleMessage.args": logged,

	"Download.saveAs": savingDownload, "Download.path": notingDownload,
	"getAttribute": attribute,
	"Download.failure": func(o object, _ []reflect.Value, _ time.Duration, run func() (any, error)) (any, error) {
		if _, err := run(); err != nil {
			return o.hub.downloadError(o, err).Error(), nil
		}
		return nil, nil
	},
	"WebError.error": func(_ object, _ []reflect.Value, _ time.Duration, run func() (any, error)) (any, error) {
		_, err := run()
		return calls.PlainError(err), nil
	},
}

// alone makes other calls on the object wait.
func alone(o object, _ []reflect.Value, _ time.Duration, run func() (any, error)) (any, error) {
	defer o.hub.objectLocks.take(o.value)()
	return run()
}

// sentHeaders asks for the headers of a request once it has an answer: until then routes may write to it.
// unsent makes the result for a request that never gets one.
func sentHeaders(unsent func(headers map[string]string, in []reflect.Value) any) wrapper {
	return func(o object, in []reflect.Value, limit time.Duration, run func() (any, error)) (any, error) {
		request := o.value.(pw.Request)
		response, err := request.Response()
		if err != nil {
			return nil, err
		}
		if response == nil {
			return unsent(o.hub.requests.data(request).headers, in), nil
		}
		if routed := o.hub.requests.find(request); routed != nil {
			select {
			case <-routed.settled:
			case <-time.After(limit):
				return nil, calls.TimeoutError("the request is still in the hands of a route handler")
			}
		}
		return orNull(alone(o, in, limit, run))
	}
}

// orNull is for texts that are empty in Go, and null in JavaScript, when there are none.
func orNull(out any, err error) (any, error) {
	if out == "" {
		return nil, err
	}
	return out, err
}

// oneWait is how long playwright-go waits for a navigation at a time. What happens between its look and
// its listening is lost to it, and it takes the listeners of other calls away with its own.
const oneWait = time.Second

// again waits for a navigation as often as time allows.
func again(o object, in []reflect.Value, limit time.Duration, run func() (any, error)) (any, error) {
	last := len(in) - 1
	options := reflect.New(in[last].Type()).Elem()
	options.Set(in[last])
	timeout := options.FieldByName("Timeout")
	patience := calls.DefaultTimeout
	if given := timeout.Interface().(*float64); given != nil {
		patience = time.Duration(*given * float64(time.Millisecond))
	}
	end := time.Now().Add(min(patience, limit))
	for {
		left := time.Until(end)
		timeout.Set(reflect.ValueOf(calls.Milliseconds(max(min(left, oneWait), time.Millisecond))))
		in[last] = options
		out, err := run()
		if !errors.Is(err, pw.ErrTimeout) {
			return out, err
		}
		if left <= oneWait {
			return nil, calls.TimeoutError("Timeout " + patience.Round(time.Millisecond).String() + " exceeded")
		}
	}
}
