package fetch

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/dop251/goja"

	"github.com/liveload/liveload/jsmodules/liveload"
)

// read makes a request of the arguments of a call. An empty method is read from the options.
func (c *client) read(method string, address, body, options goja.Value) (*request, error) {
	r := &request{method: method, headers: http.Header{}, timeout: liveload.DefaultTimeout, follow: true}
	if u, ok := liveload.UserOf(c.vm); ok {
		r.timeout = u.Timeout()
	}
	var err error
	if r.url, err = parseAddress(address.String()); err != nil {
		return nil, err
	}
	if err := c.readBody(r, body); err != nil {
		return nil, err
	}
	if goja.IsUndefined(options) || goja.IsNull(options) {
		r.complete()
		return r, nil
	}
	given, ok := options.(*goja.Object)
	if !ok {
		return nil, fmt.Errorf("options must be an object, not %s", options)
	}
	for _, name := range given.Keys() {
		if err := c.readOption(r, method == "", name, given.Get(name)); err != nil {
			return nil, fmt.Errorf("option %s %w", name, err)
		}
	}
	if u, ok := liveload.UserOf(c.vm); ok {
		u.Secrets().LearnHeader(r.headers)
	}
	r.complete()
	return r, nil
}

// complete sets what the call has left out.
func (r *request) complete() {
	if r.method == "" {
		r.method = http.MethodGet
	}
	if r.contentType != "" && r.headers.Get("Content-Type") == "" {
		r.headers.Set("Content-Type", r.contentType)
	}
}

func (c *client) readOption(r *request, anyMethod bool, name string, v goja.Value) (err error) {
	names := []string{"headers", "timeout", "redirect", "signal"}
	if anyMethod {
		names = append(names, "method", "body")
	}
	switch {
	case !slices.Contains(names, name):
		return errors.New("does not exist: there is " + strings.Join(names, ", "))
	case goja.IsUndefined(v):
		return nil
	}
	switch name {
	case "method":
		r.method = strings.ToUpper(v.String())
	case "body":
		err = c.readBody(r, v)
	case "headers":
		err = r.readHeaders(v)
	case "timeout":
		liveload.TellShort(c.vm, nil, "timeout: %v", v)
		r.timeout, err = liveload.Duration(v)
		if err == nil && r.timeout <= 0 {
			err = errors.New("must be more than 0")
		}
	case "redirect":
		r.follow = v.String() == "follow"
		if !r.follow && v.String() != "manual" {
			err = fmt.Errorf(`must be "follow" or "manual", not %q`, v.String())
		}
	case "signal":
		signal, ok := v.(*goja.Object)
		if !ok {
			return errors.New("must be an AbortSignal")
		}
		r.signal = signal
	}
	return err
}

func (r *request) readHeaders(v goja.Value) error {
	given, ok := v.(*goja.Object)
	if !ok {
		return fmt.Errorf("must be an object of names and values, not %s", v)
	}
	for _, name := range given.Keys() {
		r.headers.Set(name, given.Get(name).String())
	}
	return nil
}

// readBody takes text and bytes as they are, URLSearchParams as a form, other objects as JSON.
func (c *client) readBody(r *request, v goja.Value) error {
	if v == nil || goja.IsUndefined(v) || goja.IsNull(v) {
		return nil
	}
	object, ok := v.(*goja.Object)
	if !ok {
		r.body, r.contentType = []byte(v.String()), "text/plain; charset=utf-8"
		return nil
	}
	switch data := object.Export().(type) {
	case goja.ArrayBuffer:
		r.body = slices.Clone(data.Bytes())
		return nil
	case []byte: // a view
		r.body = slices.Clone(data)
		return nil
	}
	if params, ok := c.vm.Runtime().Get("URLSearchParams").(*goja.Object); ok && c.vm.Runtime().InstanceOf(v, params) {
		r.body, r.contentType = []byte(v.String()), "application/x-www-form-urlencoded"
		return nil
	}
	encoded, err := c.vm.JSON(v)
	if err != nil {
		return fmt.Errorf("body must be text, bytes, a form or plain data: %w", err)
	}
	r.body, r.contentType = []byte(encoded), "application/json"
	return nil
}

// applyContext applies those context options of the scenario that concern requests.
func (r *request) applyContext(options map[string]any) {
	r.insecure, _ = options["ignoreHTTPSErrors"].(bool)
	extra, _ := options["extraHTTPHeaders"].(map[string]any)
	for name, value := range extra {
		if text, ok := value.(string); ok && r.headers.Get(name) == "" {
			r.headers.Set(name, text)
		}
	}
	if agent, ok := options["userAgent"].(string); ok && r.headers.Get("User-Agent") == "" {
		r.headers.Set("User-Agent", agent)
	}
}
