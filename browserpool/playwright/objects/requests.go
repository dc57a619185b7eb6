package objects

import (
	"errors"
	"fmt"
	"maps"
	"net/url"
	"reflect"
	"strings"
	"sync"
	"time"

	pw "github.com/playwright-community/playwright-go"

	"github.com/liveload/liveload/browserpool"
	"github.com/liveload/liveload/ordered"
)

// requests is what can change at any time about the requests of a session. playwright-go writes why a
// request failed, how long it took and what a route makes of it without a lock; here it is kept under one.
// Its methods may be called on the goroutine that reads from the driver: nothing is called under the lock
// that could wait.
type requests struct {
	mu       sync.RWMutex
	routed   map[pw.Request]*routed
	failed   map[pw.Request]string
	timings  map[pw.Request]pw.RequestTiming
	unplaced []func() bool // events of requests that have no page yet; each returns true when it was delivered
}

func newRequests() *requests {
	r := &requests{routed: map[pw.Request]*routed{}}
	r.reset()
	return r
}

// reset drops what belongs to an iteration. Requests that a handler still holds are kept.
func (r *requests) reset() {
	r.mu.Lock()
	defer r.mu.Unlock()
	maps.DeleteFunc(r.routed, func(_ pw.Request, one *routed) bool { return browserpool.Closed(one.settled) })
	r.failed, r.timings = map[pw.Request]string{}, map[pw.Request]pw.RequestTiming{}
}

// follow notes failures from the first use of objects on.
func (r *requests) follow(opened pw.BrowserContext) {
	opened.OnRequestFailed(func(request pw.Request) {
		failure := request.Failure()
		r.mu.Lock()
		defer r.mu.Unlock()
		if failure != nil {
			r.failed[request] = failure.Error()
		}
	})
}

// ended notes how long a request took, once playwright-go no longer writes to that.
func (r *requests) ended(request pw.Request) {
	timing := *request.Timing()
	r.mu.Lock()
	defer r.mu.Unlock()
	r.timings[request] = timing
}

// whenPlaced calls dispatch once the request has a page, which playwright-go may add later. dispatch runs on the goroutine
// that reads from the driver.
func (r *requests) whenPlaced(request pw.Request, dispatch func()) {
	if hasPage(request) {
		dispatch()
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.unplaced = append(r.unplaced, func() bool {
		if !hasPage(request) {
			return false
		}
		dispatch()
		return true
	})
}

// hasPage is asked on the goroutine that reads from the driver only.
func hasPage(request pw.Request) bool {
	return !request.IsNavigationRequest() || request.Frame() != nil
}

// arrived delivers the events that waited for a page.
func (r *requests) arrived() {
	r.mu.Lock()
	waiting := r.unplaced
	r.unplaced = nil
	r.mu.Unlock()
	for _, dispatch := range waiting {
		if !dispatch() {
			r.mu.Lock()
			r.unplaced = append(r.unplaced, dispatch)
			r.mu.Unlock()
		}
	}
}

// requestData is what a request asks for, with what routes have changed.
type requestData struct {
	url, method string
	headers     map[string]string
	body        []byte
}

func dataOf(request pw.Request) requestData {
	body, _ := request.PostDataBuffer() // a body that cannot be decoded is not there
	return requestData{request.URL(), request.Method(), request.Headers(), body}
}

// url is called for every request while a script listens for requests by URL.
func (r *requests) url(request pw.Request) string {
	r.mu.RLock()
	defer r.mu.RUnlock()
	if one := r.routed[request]; one != nil {
		return one.data().url
	}
	return request.URL()
}

func (r *requests) data(request pw.Request) requestData {
	r.mu.RLock()
	defer r.mu.RUnlock()
	if one := r.routed[request]; one != nil {
		return one.data()
	}
	return dataOf(request)
}

// take makes a routed of a request before anybody can write to it.
func (r *requests) take(route pw.Route) *routed {
	request := route.Request()
	r.mu.Lock()
	defer r.mu.Unlock()
	settled := make(chan struct{})
	one := &routed{
		route: route, request: request, original: dataOf(request),
		settled: settled, settle: sync.OnceFunc(func() { close(settled) }),
	}
	r.routed[request] = one
	return one
}

func (r *requests) find(request pw.Request) *routed {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.routed[request]
}

var errRunning = errors.New("it is known when the request is finished: await response.finished(), or listen to requestfinished")

// requestAnswers are the members of requests that are answered from here.
var requestAnswers = map[string]answerer{
	"Request.url":            ofRequest(func(d requestData) (any, error) { return d.url, nil }),
	"Request.method":         ofRequest(func(d requestData) (any, error) { return d.method, nil }),
	"Request.headers":        ofRequest(func(d requestData) (any, error) { return plainHeaders(d.headers), nil }),
	"Request.postData":       ofBody(func(d requestData) (any, error) { return string(d.body), nil }),
	"Request.postDataBuffer": ofBody(func(d requestData) (any, error) { return d.body, nil }),
	"Request.postDataJSON":   ofBody(postDataJSON),
	"Request.failure": func(o object, _ []any, _ time.Duration) (any, error) {
		r := o.hub.requests
		r.mu.RLock()
		defer r.mu.RUnlock()
		if text, ok := r.failed[o.value.(pw.Request)]; ok {
			return map[string]any{"errorText": text}, nil
		}
		return nil, nil
	},
	"Request.timing": func(o object, _ []any, _ time.Duration) (any, error) {
		r := o.hub.requests
		r.mu.RLock()
		timing, ok := r.timings[o.value.(pw.Request)]
		r.mu.RUnlock()
		if !ok {
			return nil, errRunning
		}
		return o.hub.export(reflect.ValueOf(timing))
	},
}

func ofRequest(answer func(requestData) (any, error)) answerer {
	return func(o object, _ []any, _ time.Duration) (any, error) {
		return answer(o.hub.requests.data(o.value.(pw.Request)))
	}
}

// ofBody is ofRequest, and null for a request without a body.
func ofBody(answer func(requestData) (any, error)) answerer {
	return ofRequest(func(d requestData) (any, error) {
		if d.body == nil {
			return nil, nil
		}
		return answer(d)
	})
}

func plainHeaders(headers map[string]string) map[string]any {
	made := make(map[string]any, len(headers))
	for name, value := range headers {
		made[name] = value
	}
	return made
}

// postDataJSON reads JSON, or the fields of a form.
func postDataJSON(d requestData) (any, error) {
	if strings.HasPrefix(d.headers["content-type"], "application/x-www-form-urlencoded") {
		return formFields(string(d.body))
	}
	value, err := ordered.Parse(d.body)
	if err != nil {
		return nil, fmt.Errorf("the body is not JSON: %w", err)
	}
	return value, nil
}

// formFields reads a form, whose last field of a name counts.
func formFields(body string) (any, error) {
	made := &ordered.Object{}
	for pair := range strings.SplitSeq(body, "&") {
		if pair == "" {
			continue
		}
		name, value, _ := strings.Cut(pair, "=")
		name, err := url.QueryUnescape(name)
		if err == nil {
			value, err = url.QueryUnescape(value)
		}
		if err != nil {
			return nil, fmt.Errorf("the body is not a form: %w", err)
		}
		made.Set(name, value)
	}
	return made, nil
}
