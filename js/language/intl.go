package language

import (
	"errors"
	"fmt"
	"time"

	"github.com/dop251/goja"

	"github.com/liveload/liveload/js/intl"
)

// localized are the methods that know locales, by the constructors that have them.
var localized = map[string][]string{
	"toLocaleString":     {"Number", "BigInt", "Date", "Array", "TypedArray"},
	"toLocaleDateString": {"Date"}, "toLocaleTimeString": {"Date"},
	"localeCompare": {"String"}, "toLocaleUpperCase": {"String"}, "toLocaleLowerCase": {"String"},
}

var typedArrays = []string{
	"Uint8Array", "Uint8ClampedArray", "Uint16Array", "Uint32Array", "Int8Array", "Int16Array", "Int32Array", "Float32Array", "Float64Array",
	"BigInt64Array", "BigUint64Array",
}

// locales are what knows locales in one VM, made when it is first called.
type locales struct {
	rt        *goja.Runtime
	made      *goja.Object
	collators map[[2]string]*intl.Collator
}

// defineIntl adds Intl and the methods that know locales to scripts that name them.
func defineIntl(host Host) error {
	l := &locales{rt: host.Runtime()}
	var failed error
	for method, constructors := range localized {
		if !host.Mentions(method) {
			continue
		}
		for _, constructor := range constructors {
			if constructor == "TypedArray" && !host.Mentions(typedArrays...) {
				continue
			}
			failed = errors.Join(failed, l.replace(constructor, method))
		}
	}
	if !host.Mentions("Intl") {
		return failed
	}
	global := l.rt.GlobalObject()
	return errors.Join(failed, global.DefineAccessorProperty("Intl",
		l.rt.ToValue(func(goja.FunctionCall) goja.Value { return l.get("Intl") }),
		l.rt.ToValue(func(call goja.FunctionCall) goja.Value {
			_ = global.DefineDataProperty("Intl", call.Argument(0), goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_FALSE)
			return goja.Undefined()
		}), goja.FLAG_TRUE, goja.FLAG_FALSE))
}

// replace has a method of a prototype done by intl.js, which is read when it is first called.
func (l *locales) replace(constructor, method string) error {
	name := constructor
	if constructor == "TypedArray" {
		name = "Uint8Array"
	}
	prototype := l.rt.Get(name).(*goja.Object).Get("prototype").(*goja.Object)
	if constructor == "TypedArray" {
		prototype, constructor = prototype.Prototype(), "Array"
	}
	key := constructor + " " + method
	fn := l.rt.ToValue(func(call goja.FunctionCall) goja.Value {
		inner, _ := goja.AssertFunction(l.get(key))
		v, err := inner(call.This, call.Arguments...)
		if err != nil {
			panic(err)
		}
		return v
	}).(*goja.Object)
	return errors.Join(
		fn.DefineDataProperty("name", l.rt.ToValue(method), goja.FLAG_FALSE, goja.FLAG_TRUE, goja.FLAG_FALSE),
		prototype.DefineDataProperty(method, fn, goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_FALSE),
	)
}

// get returns what intl.js makes under a name.
func (l *locales) get(name string) goja.Value {
	if l.made == nil {
		native := l.rt.NewObject()
		for name, fn := range l.natives() {
			if err := native.Set(name, l.throwing(fn)); err != nil {
				panic(err)
			}
		}
		made, err := run(l.rt, "intl.js", l.rt.ToValue(define(l.rt)), native)
		if err != nil {
			panic(err)
		}
		l.made = made.(*goja.Object)
	}
	return l.made.Get(name)
}

// throwing makes a function of the script that throws what Intl throws.
func (l *locales) throwing(fn func(goja.FunctionCall) (any, error)) func(goja.FunctionCall) goja.Value {
	return func(call goja.FunctionCall) goja.Value {
		result, err := fn(call)
		if err == nil {
			return l.rt.ToValue(result)
		}
		name := "Error"
		if _, ok := errors.AsType[*intl.RangeError](err); ok {
			name = "RangeError"
		}
		thrown, newErr := l.rt.New(l.rt.Get(name), l.rt.ToValue(err.Error()))
		if newErr != nil {
			panic(newErr)
		}
		panic(thrown)
	}
}

// read reads settings that intl.js has made.
func read[T any](l *locales, v goja.Value) (settings T, err error) {
	err = l.rt.ExportTo(v, &settings)
	return settings, err
}

func (l *locales) parts(parts []intl.Part) *goja.Object {
	values := make([]any, len(parts))
	for i, part := range parts {
		object := l.rt.NewObject()
		_ = object.Set("type", part.Type)
		_ = object.Set("value", part.Value)
		values[i] = object
	}
	return l.rt.NewArray(values...)
}

func (l *locales) texts(texts []string) *goja.Object {
	values := make([]any, len(texts))
	for i, text := range texts {
		values[i] = text
	}
	return l.rt.NewArray(values...)
}

// dateFormat is a DateTimeFormat of the script.
type dateFormat struct{ intl.DateTimeFormat }

func (l *locales) date(call goja.FunctionCall) ([]intl.Part, error) {
	format, ok := call.Argument(0).Export().(*dateFormat)
	if !ok {
		return nil, fmt.Errorf("%v is no format", call.Argument(0))
	}
	return format.Format(time.UnixMilli(call.Argument(1).ToInteger()))
}

func (l *locales) number(call goja.FunctionCall) ([]intl.Part, error) {
	format, ok := call.Argument(0).Export().(*intl.NumberFormat)
	if !ok {
		return nil, fmt.Errorf("%v is no format", call.Argument(0))
	}
	if text, ok := call.Argument(1).Export().(string); ok {
		if parts, ok := format.Text(text); ok {
			return parts, nil
		}
	}
	return format.Float(call.Argument(1).ToFloat()), nil
}
