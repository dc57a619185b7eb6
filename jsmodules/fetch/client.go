package fetch

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/dop251/goja"

	"github.com/liveload/liveload/browserpool"
	"github.com/liveload/liveload/js"
	"github.com/liveload/liveload/jsmodules/liveload"
)

// A client is the module in one VM. Its methods are called on the VM's goroutine.
type client struct {
	vm     *js.VM
	module *Module
	local  *localCookies // used while there is no user, as in config
}

// without makes the function of a method that sends no body: (url, options). With "" it takes method and body from the
// options.
func (c *client) without(method string) func(goja.FunctionCall) goja.Value {
	return func(call goja.FunctionCall) goja.Value {
		return c.start(method, call.Argument(0), nil, call.Argument(1))
	}
}

// with makes the function of a method that sends a body: (url, body, options).
func (c *client) with(method string) func(goja.FunctionCall) goja.Value {
	return func(call goja.FunctionCall) goja.Value {
		return c.start(method, call.Argument(0), call.Argument(1), call.Argument(2))
	}
}

// start sends a request and returns the promise of its response.
func (c *client) start(method string, url, body, options goja.Value) goja.Value {
	r, err := c.read(method, url, body, options)
	if err != nil {
		return c.rejected(fmt.Errorf("http: %w", err))
	}
	var store cookieStore = c.local
	r.recorder = liveload.Discard{}
	if u, ok := liveload.UserOf(c.vm); ok {
		store, r.recorder, r.path = u.Session(), u.Recorder(), u.PageLabel(href(r.url))
		r.applyContext(u.ContextOptions())
	}
	r.transport, r.mayTake = c.module.strict, c.vm.MayTake
	if r.insecure {
		r.transport = c.module.lax
	}
	ctx, cancel := context.WithCancelCause(c.vm.Context())
	release, err := c.cancelOn(r.signal, cancel)
	if err != nil {
		cancel(nil)
		return c.rejected(r.failed(err))
	}
	return c.vm.AsyncThen(nil, func(context.Context) (any, error) {
		defer cancel(nil)
		found, err := r.do(ctx, store)
		if err != nil {
			return nil, r.failed(err)
		}
		return func() goja.Value { return c.response(found) }, nil
	}, release)
}

// rejected returns the promise of a request that is not sent, so that catch() sees wrong arguments too.
func (c *client) rejected(err error) goja.Value {
	promise, _, reject := c.vm.Runtime().NewPromise()
	_ = reject(c.vm.NewError(err))
	return c.vm.Runtime().ToValue(promise)
}

// cancelOn cancels a request when its AbortSignal is aborted. The function that it returns stops listening: a signal may be that of many requests.
func (c *client) cancelOn(signal *goja.Object, cancel context.CancelCauseFunc) (release func() error, err error) {
	if signal == nil {
		return func() error { return nil }, nil
	}
	if signal.Get("aborted").ToBoolean() {
		return nil, errAborted
	}
	listen, ok := goja.AssertFunction(signal.Get("addEventListener"))
	stop, okToo := goja.AssertFunction(signal.Get("removeEventListener"))
	if !ok || !okToo {
		return nil, fmt.Errorf("option signal must be an AbortSignal")
	}
	name := c.vm.Runtime().ToValue("abort")
	listener := c.vm.Runtime().ToValue(func(goja.FunctionCall) goja.Value {
		cancel(errAborted)
		return goja.Undefined()
	})
	_, err = listen(signal, name, listener)
	return func() error {
		_, err := stop(signal, name, listener)
		return err
	}, err
}

// response makes the response object of the script.
func (c *client) response(r *response) goja.Value {
	rt := c.vm.Runtime()
	headers := rt.NewObject()
	for _, name := range slices.Sorted(maps.Keys(r.headers)) { // as those of fetch
		_ = headers.Set(name, r.headers[name]) // a plain object takes everything
	}
	text := func(goja.FunctionCall) goja.Value { return rt.ToValue(string(r.body)) }
	object := rt.NewObject()
	for name, value := range map[string]any{
		"status": r.status, "ok": r.status >= 200 && r.status < 300, "url": r.url, "headers": headers, "text": text,
		"bytes": func(goja.FunctionCall) goja.Value { return rt.ToValue(rt.NewArrayBuffer(append([]byte{}, r.body...))) },
		"json":  func(goja.FunctionCall) goja.Value { return c.parse(r) },
	} {
		_ = object.Set(name, value)
	}
	return object
}

func (c *client) parse(r *response) goja.Value {
	value, err := c.vm.ParseJSON(string(r.body))
	if err != nil {
		panic(c.vm.NewError(fmt.Errorf("http: the response of %s (status %d, %s) is not JSON: %w", r.url, r.status, cmp.Or(r.headers["content-type"], "no content-type"), err)))
	}
	return value
}

// cookies returns the promise of the cookies that requests would carry, as in a snapshot.
func (c *client) cookies() goja.Value {
	var store cookieStore = c.local
	if u, ok := liveload.UserOf(c.vm); ok {
		store = u.Session()
	}
	return c.vm.Async(nil, func(ctx context.Context) (any, error) {
		cookies, err := store.Cookies(ctx)
		if err != nil {
			return nil, err
		}
		return js.AsPlain(append([]browserpool.Cookie{}, cookies...)) // a list, also of none
	})
}
