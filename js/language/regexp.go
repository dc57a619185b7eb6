package language

import (
	"errors"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/dop251/goja"

	"github.com/liveload/liveload/js/nesting"
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
	host   Host
	rt     *goja.Runtime
	key    *goja.Symbol // of the expression in an object
	native *goja.Object // goja's RegExp
	ours   *goja.Object // what the script has as RegExp
	maker  goja.Callable

	text  goja.String // the last one, while a global expression goes through it
	units []uint16
}

// defineRegExp replaces RegExp for scripts that name it, or have literals that goja runs wrongly; it returns what makes those.
func defineRegExp(host Host) (maker goja.Value, err error) {
	if !host.NeedsRegexps() && !host.Mentions("RegExp", "hasIndices", "unicodeSets") {
		return goja.Undefined(), nil
	}
	rt := host.Runtime()
	r := &regexps{host: host, rt: rt, key: goja.NewSymbol("expression"), native: rt.Get("RegExp").(*goja.Object)}
	r.ours = rt.ToValue(r.construct).(*goja.Object)
	prototype := r.native.Get("prototype").(*goja.Object)
	itself := rt.ToValue(func(call goja.FunctionCall) goja.Value { return call.This })
	err = errors.Join(
		r.ours.DefineDataProperty("name", rt.ToValue("RegExp"), goja.FLAG_FALSE, goja.FLAG_TRUE, goja.FLAG_FALSE),
		r.ours.DefineDataProperty("length", rt.ToValue(2), goja.FLAG_FALSE, goja.FLAG_TRUE, goja.FLAG_FALSE),
		r.ours.DefineDataProperty("prototype", prototype, goja.FLAG_FALSE, goja.FLAG_FALSE, goja.FLAG_FALSE),
		r.ours.DefineAccessorPropertySymbol(goja.SymSpecies, itself, nil, goja.FLAG_TRUE, goja.FLAG_FALSE),
		prototype.DefineAccessorProperty("hasIndices", r.hasFlag("d"), nil, goja.FLAG_TRUE, goja.FLAG_FALSE),
		prototype.DefineAccessorProperty("unicodeSets", r.hasFlag("v"), nil, goja.FLAG_TRUE, goja.FLAG_FALSE),
		prototype.DefineDataProperty("constructor", r.ours, goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_FALSE),
		rt.GlobalObject().DefineDataProperty("RegExp", r.ours, goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_FALSE),
	)
	return rt.ToValue(func(call goja.FunctionCall) goja.Value {
		return r.make(call.Argument(0), call.Argument(1), r.ours)
	}), err
}

// construct is RegExp, as a constructor and as a function.
func (r *regexps) construct(call goja.ConstructorCall) *goja.Object {
	pattern, flags, target := call.Argument(0), call.Argument(1), call.NewTarget
	if object, ok := pattern.(*goja.Object); ok && isRegExp(object) {
		if target == nil && goja.IsUndefined(flags) && object.Get("constructor") == goja.Value(r.ours) {
			return object
		}
		pattern = object.Get("source")
		if goja.IsUndefined(flags) {
			flags = object.Get("flags")
		}
	}
	if target == nil {
		target = r.ours
	}
	pattern, flags = textOrEmpty(pattern), textOrEmpty(flags)
	if nesting.Pattern(pattern.String()) {
		panic(r.syntaxError("Invalid regular expression: its groups are nested too deep"))
	}
	if regex.Needed(pattern.String(), flags.String()) {
		return r.make(pattern, flags, target).(*goja.Object)
	}
	made, err := r.rt.New(r.native, pattern, flags)
	if err != nil {
		panic(err)
	}
	if prototype, ok := target.Get("prototype").(*goja.Object); ok && prototype != made.Prototype() {
		err = made.SetPrototype(prototype)
	}
	if err != nil {
		panic(err)
	}
	return made
}

// hasFlag is a getter of a flag that goja does not know.
func (r *regexps) hasFlag(flag string) goja.Value {
	return r.rt.ToValue(func(call goja.FunctionCall) goja.Value {
		e := r.of(call.This)
		return r.rt.ToValue(e != nil && strings.Contains(e.source.flags, flag))
	})
}

func textOrEmpty(v goja.Value) goja.Value {
	if v == nil || goja.IsUndefined(v) {
		return goja.StringFromUTF16(nil)
	}
	return v.ToString()
}

// isRegExp says whether an object stands for a regular expression.
func isRegExp(object *goja.Object) bool {
	matcher := object.GetSymbol(goja.SymMatch)
	if matcher == nil || goja.IsUndefined(matcher) {
		return object.ClassName() == "RegExp"
	}
	return matcher.ToBoolean()
}

// make makes an object of target that our engine runs. What that needs is made with the first one.
func (r *regexps) make(pattern, flags, target goja.Value) goja.Value {
	if r.maker == nil {
		native := r.rt.NewObject()
		var err error
		for name, fn := range map[string]func(goja.FunctionCall) goja.Value{
			"source": r.source, "flags": r.flags, "compile": r.compile, "attach": r.attach, "exec": r.execute,
		} {
			err = errors.Join(err, native.Set(name, fn))
		}
		maker, runErr := run(r.rt, "regexp.js", r.native, native)
		if err = errors.Join(err, runErr); err != nil {
			panic(err)
		}
		r.maker, _ = goja.AssertFunction(maker)
	}
	made, err := r.maker(goja.Undefined(), pattern, flags, target)
	if err != nil {
		panic(err)
	}
	return made
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
