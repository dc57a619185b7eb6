package language

import (
	"errors"
	"reflect"
	"slices"
	"strings"
	"unicode/utf16"

	"github.com/dop251/goja"

	"github.com/liveload/liveload/js/regex"
)

// execute is RegExp.prototype.exec for our expressions.
func (r *regexps) execute(call goja.FunctionCall) goja.Value {
	e := r.of(call.This)
	if e == nil {
		panic(r.rt.NewTypeError("exec needs a regular expression"))
	}
	object := call.This.(*goja.Object)
	text := textOf(call.Argument(0))
	moves := strings.ContainsAny(e.source.flags, "gy")
	at := 0
	if last := object.Get("lastIndex").ToInteger(); moves && last > 0 {
		at = int(min(last, int64(text.Length())+1))
	}
	var captures []int
	if at <= text.Length() {
		captures = r.match(e, text, at)
	}
	if captures == nil || !moves {
		r.text, r.units = nil, nil
	}
	if moves {
		next := 0
		if captures != nil {
			next = captures[1]
		}
		if err := object.Set("lastIndex", next); err != nil {
			panic(err)
		}
	}
	if captures == nil {
		return goja.Null()
	}
	return r.result(e, text, captures)
}

func (r *regexps) match(e *expression, text goja.String, at int) []int {
	if !same(r.text, text) {
		r.text, r.units = text, unitsOf(text)
	}
	captures, err := e.regexp.Match(r.units, at, func() bool {
		ctx := r.host.Context()
		return ctx != nil && ctx.Err() != nil
	})
	switch {
	case errors.Is(err, regex.ErrStopped):
		r.host.EndCall()
	case err != nil:
		panic(r.rt.NewGoError(err))
	}
	return captures
}

// same says whether a text is surely the other one: comparing their characters for each match of a long text would take long.
func same(a, b goja.String) bool {
	if a == nil {
		return false
	}
	x, y := reflect.ValueOf(a), reflect.ValueOf(b)
	if x.Type() != y.Type() || a.Length() != b.Length() {
		return false
	}
	if kind := x.Kind(); kind == reflect.Slice || kind == reflect.Pointer {
		return x.Pointer() == y.Pointer()
	}
	return a.SameAs(b) // Go does not compare texts that are in the same place
}

// result is the array that exec returns.
func (r *regexps) result(e *expression, text goja.String, captures []int) goja.Value {
	values := make([]any, len(captures)/2)
	for i := range values {
		values[i] = goja.Undefined()
		if from, to := captures[2*i], captures[2*i+1]; from >= 0 {
			values[i] = text.Substring(from, to)
		}
	}
	array := r.rt.NewArray(values...)
	r.set(array, "index", captures[0])
	r.set(array, "input", text)
	r.set(array, "groups", r.groups(e, values))
	if strings.Contains(e.source.flags, "d") {
		r.set(array, "indices", r.indices(e, captures))
	}
	return array
}

// indices is where the groups are in the text, as the flag d asks for.
func (r *regexps) indices(e *expression, captures []int) goja.Value {
	places := make([]any, len(captures)/2)
	for i := range places {
		places[i] = goja.Undefined()
		if from, to := captures[2*i], captures[2*i+1]; from >= 0 {
			places[i] = r.rt.NewArray(from, to)
		}
	}
	indices := r.rt.NewArray(places...)
	r.set(indices, "groups", r.groups(e, places))
	return indices
}

// groups are values by the names of their groups. Of several groups of a name, the one that matched counts.
func (r *regexps) groups(e *expression, values []any) goja.Value {
	if len(e.regexp.Names) == 0 {
		return goja.Undefined()
	}
	groups := r.rt.CreateObject(nil)
	for _, name := range e.regexp.Names {
		if value := values[name.Group]; groups.Get(name.Name) == nil || value != goja.Undefined() {
			r.set(groups, name.Name, value)
		}
	}
	return groups
}

func (r *regexps) set(object *goja.Object, name string, value any) {
	if err := object.Set(name, value); err != nil {
		panic(err)
	}
}

func textOf(v goja.Value) goja.String { return v.ToString().(goja.String) }

func unitsOf(text goja.String) []uint16 {
	units := make([]uint16, text.Length())
	for i := range units {
		units[i] = text.CharAt(i)
	}
	return units
}

// hasLone says whether a text has half a pair, which a Go string cannot have.
func hasLone(units []uint16) bool {
	return slices.Contains(utf16.Decode(units), '\uFFFD')
}

// shownSource is a pattern as a literal would have it.
func shownSource(pattern string) string {
	if pattern == "" {
		return "(?:)"
	}
	var b strings.Builder
	escaped, inClass := false, false
	for _, c := range pattern {
		switch {
		case c == '\n':
			b.WriteString(strings.TrimPrefix(`\n`, map[bool]string{true: `\`}[escaped]))
			escaped = false
			continue
		case escaped:
			escaped = false
		case c == '\\':
			escaped = true
		case c == '[':
			inClass = true
		case c == ']':
			inClass = false
		case c == '/' && !inClass:
			b.WriteByte('\\')
		}
		b.WriteRune(c)
	}
	return b.String()
}

func sorted(flags string) string {
	letters := []rune(flags)
	slices.Sort(letters)
	return string(letters)
}
