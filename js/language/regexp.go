package language

import (
	"errors"
	"sync"
	"sync/atomic"

	"github.com/dop251/goja"

	"github.com/liveload/liveload/js/regex"
)

// expressions are compiled regular expressions of all VMs, up to mostExpressions.
var (
	expressions     sync.Map // source to *expression
	expressionCount atomic.Int64
)

const mostExpressions = 5000

type source struct{ pattern, flags string }

type expression struct {
	source
	regexp *regex.Regexp
}

// regexps runs the regular expressions of one VM.
type regexps struct {
	host Host
	rt   *goja.Runtime
	key  *goja.Symbol // of the expression in an object

	text  goja.String // the last one
	units []uint16
}

// defineRegExp replaces RegExp for scripts that name it, or have literals that goja runs wrongly; it returns what makes those.
func defineRegExp(host Host) (maker goja.Value, err error) {
	if !host.NeedsRegexps() && !host.Mentions("RegExp") {
		return goja.Undefined(), nil
	}
	rt := host.Runtime()
	r := &regexps{host: host, rt: rt, key: goja.NewSymbol("expression")}
	native := rt.NewObject()
	for name, fn := range map[string]func(goja.FunctionCall) goja.Value{
		"source": r.source, "flags": r.flags, "compile": r.compile, "attach": r.attach, "exec": r.execute,
		"needed": func(call goja.FunctionCall) goja.Value {
			return rt.ToValue(regex.Needed(call.Argument(0).String(), call.Argument(1).String()))
		},
	} {
		err = errors.Join(err, native.Set(name, fn))
	}
	if err != nil {
		return nil, err
	}
	return run(rt, "regexp.js", native)
}

// of returns our expression in a regular expression, or nil.
func (r *regexps) of(v goja.Value) *expression {
	object, ok := v.(*goja.Object)
	if !ok {
		return nil
	}
	hidden := object.GetSymbol(r.key)
	if hidden == nil {
		return nil
	}
	e, _ := hidden.Export().(*expression)
	return e
}

func (r *regexps) source(call goja.FunctionCall) goja.Value {
	if e := r.of(call.Argument(0)); e != nil {
		return r.rt.ToValue(shownSource(e.pattern))
	}
	return goja.Undefined()
}

func (r *regexps) flags(call goja.FunctionCall) goja.Value {
	if e := r.of(call.Argument(0)); e != nil {
		return r.rt.ToValue(sorted(e.source.flags))
	}
	return goja.Undefined()
}

func (r *regexps) compile(call goja.FunctionCall) goja.Value {
	text := textOf(call.Argument(0))
	key := source{text.String(), call.Argument(1).String()}
	units := unitsOf(text)
	whole := key.pattern == goja.StringFromUTF16(units).String() && !hasLone(units)
	if whole {
		if known, ok := expressions.Load(key); ok {
			return r.rt.ToValue(known)
		}
	}
	compiled, err := regex.Compile(units, key.flags)
	if err != nil {
		panic(r.syntaxError("Invalid regular expression: /" + key.pattern + "/" + key.flags + ": " + err.Error()))
	}
	e := &expression{key, compiled}
	if whole && expressionCount.Add(1) <= mostExpressions {
		expressions.Store(key, e)
	}
	return r.rt.ToValue(e)
}

func (r *regexps) syntaxError(message string) *goja.Object {
	constructor := r.rt.Get("SyntaxError")
	e, err := r.rt.New(constructor, r.rt.ToValue(message))
	if err != nil {
		panic(err)
	}
	return e
}

// attach makes an object of goja's run an expression.
func (r *regexps) attach(call goja.FunctionCall) goja.Value {
	object := call.Argument(0).(*goja.Object)
	if err := object.DefineDataPropertySymbol(r.key, call.Argument(1), goja.FLAG_FALSE, goja.FLAG_FALSE, goja.FLAG_FALSE); err != nil {
		panic(err)
	}
	return object
}
