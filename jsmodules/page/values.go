package page

import (
	"context"
	"errors"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strconv"
	"time"

	"github.com/dop251/goja"

	"github.com/liveload/liveload/browserpool"
	"github.com/liveload/liveload/js/bundle"
	"github.com/liveload/liveload/js/web"
	"github.com/liveload/liveload/ordered"
)

const (
	// deepest bounds how far values may nest: a deeper one probably contains itself.
	deepest = 100
	// most bounds how many values one call may pass on: a script can claim any length of an array at no cost, and pass
	// the same array a thousand times.
	most = 1 << 20
)

var (
	errDeep  = errors.New("an argument contains itself, or is nested more than 100 deep")
	errLarge = errors.New("the arguments have more than a million values")
)

// A reader makes Go values of the values of one call.
type reader struct {
	*Binding
	ctx  context.Context
	left int // values that may still follow
}

func (b *Binding) reader() *reader { return &reader{b, b.context(), most} }

// arguments makes Go values of a call's arguments, without undefined ones at the end.
func (b *Binding) arguments(args []goja.Value) ([]any, error) {
	for len(args) > 0 && goja.IsUndefined(args[len(args)-1]) {
		args = args[:len(args)-1]
	}
	values := make([]any, len(args))
	r := b.reader()
	for i, arg := range args {
		var err error
		if values[i], err = r.toGo(arg, deepest); err != nil {
			return nil, err
		}
	}
	return values, nil
}

// toGo makes a Go value of a value of the script.
func (r *reader) toGo(v goja.Value, depth int) (any, error) {
	if r.left--; r.left < 0 {
		return nil, errLarge
	}
	if r.left%1024 == 0 && r.ctx.Err() != nil {
		return nil, context.Cause(r.ctx) // an interrupt stops JavaScript only
	}
	if v == nil || goja.IsUndefined(v) || goja.IsNull(v) {
		return nil, nil
	}
	if depth == 0 {
		return nil, errDeep
	}
	obj, ok := v.(*goja.Object)
	if !ok {
		return scalar(v)
	}
	if on := handleOf(obj); on != nil {
		return on.object, nil
	}
	if fn, ok := goja.AssertFunction(obj); ok {
		return r.function(fn, obj), nil
	}
	switch obj.ExportType() {
	case reflect.TypeFor[time.Time]():
		return obj.Export(), nil
	case reflect.TypeFor[goja.ArrayBuffer]():
		return slices.Clone(obj.Export().(goja.ArrayBuffer).Bytes()), nil
	case reflect.TypeFor[*goja.Promise]():
		return nil, errors.New("an argument is a promise: await it first")
	}
	switch obj.ClassName() {
	case "RegExp":
		return &browserpool.RegExp{Source: field(obj, "source").String(), Flags: field(obj, "flags").String()}, nil
	case "Array":
		return r.listToGo(obj, depth)
	case "Boolean", "Number", "String":
		return scalar(r.vm.Runtime().ToValue(obj.Export())) // new String("x")
	}
	if bytes, ok := web.Viewed(obj); ok {
		return slices.Clone(bytes), nil
	}
	if params, ok := r.vm.Runtime().Get("URLSearchParams").(*goja.Object); ok && r.vm.Runtime().InstanceOf(v, params) {
		return obj.String(), nil
	}
	if plain, ok := goja.AssertFunction(field(obj, "toJSON")); ok { // a URL, say
		v, err := plain(obj)
		if err != nil {
			return nil, err
		}
		return r.toGo(v, depth-1)
	}
	return r.objectToGo(obj, depth)
}

func scalar(v goja.Value) (any, error) {
	switch exported := v.Export().(type) {
	case bool, string, float64:
		return exported, nil
	case int64:
		return float64(exported), nil
	}
	return nil, fmt.Errorf("%s cannot be passed to the browser: use a number or a text", v)
}

func (r *reader) listToGo(obj *goja.Object, depth int) (any, error) {
	n := field(obj, "length").ToInteger()
	if n > int64(r.left) {
		return nil, errLarge
	}
	list := make([]any, n)
	for i := range list {
		var err error
		if list[i], err = r.toGo(obj.Get(strconv.Itoa(i)), depth-1); err != nil {
			return nil, err
		}
	}
	return list, nil
}

func (r *reader) objectToGo(obj *goja.Object, depth int) (any, error) {
	made := &ordered.Object{}
	for _, key := range obj.Keys() {
		v := obj.Get(key)
		if v == nil || goja.IsUndefined(v) {
			continue
		}
		item, err := r.toGo(v, depth-1)
		if err != nil {
			return nil, err
		}
		made.Set(key, item)
	}
	return made, nil
}

// field reads a property; undefined when it is missing.
func field(obj *goja.Object, name string) goja.Value {
	if v := obj.Get(name); v != nil {
		return v
	}
	return goja.Undefined()
}

// function makes the Go side of a function: its text for pages, and a way to call it from any goroutine.
func (b *Binding) function(fn goja.Callable, obj *goja.Object) *browserpool.Function {
	source, _ := bundle.FunctionText(obj)
	post, ctx := b.vm.Events(), b.context()
	return &browserpool.Function{Source: source, Key: obj, Call: func(args ...any) (any, error) {
		done := make(chan outcome, 1)
		post(func() error { return b.call(fn, args, done) })
		select {
		case o := <-done:
			return o.value, o.err
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		}
	}}
}

// An outcome is what a function of the script has returned.
type outcome struct {
	value any
	err   error
}

var errThrown = errors.New("the function of the script failed")

// call runs a function on the VM's goroutine. What it throws ends the call of the VM, as in a timer;
// a promise that it rejects stays unhandled, which ends the iteration as failed.
func (b *Binding) call(fn goja.Callable, args []any, done chan<- outcome) error {
	values := make([]goja.Value, len(args))
	for i, arg := range args {
		values[i] = b.toScript(arg)
	}
	v, err := fn(goja.Undefined(), values...)
	if err != nil {
		done <- outcome{err: errThrown}
		return err
	}
	return b.await(v, func(v goja.Value) {
		value, err := b.reader().toGo(v, deepest)
		done <- outcome{value, err}
	}, func() { done <- outcome{err: errThrown} })
}

// await calls done with a value, or failed when it is a promise that is rejected, which stays unhandled.
func (b *Binding) await(v goja.Value, done func(goja.Value), failed func()) error {
	var then goja.Callable
	obj, ok := v.(*goja.Object)
	if ok {
		then, ok = goja.AssertFunction(obj.Get("then"))
	}
	if !ok {
		done(v)
		return nil
	}
	rt := b.vm.Runtime()
	_, err := then(obj, rt.ToValue(func(call goja.FunctionCall) goja.Value {
		done(call.Argument(0))
		return goja.Undefined()
	}), rt.ToValue(func(call goja.FunctionCall) goja.Value {
		failed()
		panic(call.Argument(0))
	}))
	return err
}

// toScript makes a value of the script of what an object has returned.
func (b *Binding) toScript(value any) goja.Value {
	rt := b.vm.Runtime()
	switch v := value.(type) {
	case nil:
		return goja.Null()
	case float64:
		if v == math.Trunc(v) && math.Abs(v) < 1<<53 && !(v == 0 && math.Signbit(v)) {
			return rt.ToValue(int64(v))
		}
		return rt.ToValue(v)
	case []byte:
		return b.construct("Uint8Array", rt.ToValue(rt.NewArrayBuffer(v)))
	case time.Time:
		return b.construct("Date", rt.ToValue(v.UnixMilli()))
	case error:
		return b.vm.NewError(v)
	case browserpool.Object:
		return b.wrap(v, lower(v.Type()))
	case []any:
		items := make([]any, len(v))
		for i, item := range v {
			items[i] = b.toScript(item)
		}
		return rt.NewArray(items...)
	case map[string]any:
		return b.toScript(ordered.Of(v))
	case *ordered.Object:
		made := rt.NewObject()
		for _, key := range v.Keys() {
			item, _ := v.Get(key)
			// Set would call what the script may have put into Object.prototype.
			if err := made.DefineDataProperty(key, b.toScript(item), goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_TRUE); err != nil {
				panic(err)
			}
		}
		return made
	}
	return rt.ToValue(value) // bool, string
}

// construct makes an object of a class of the language; null when the script has replaced the class.
func (b *Binding) construct(class string, arg goja.Value) (made goja.Value) {
	rt := b.vm.Runtime()
	constructor, ok := rt.Get(class).(*goja.Object)
	if !ok {
		return goja.Null()
	}
	object, err := rt.New(constructor, arg)
	if err != nil {
		return goja.Null()
	}
	return object
}
