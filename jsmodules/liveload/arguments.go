package liveload

import (
	"fmt"
	"math/big"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/dop251/goja"

	"github.com/liveload/liveload/js"
	"github.com/liveload/liveload/js/bundle"
	"github.com/liveload/liveload/statuses"
)

// An argumentError names the argument that is wrong.
type argumentError struct {
	argument string
	cause    error
}

func (e *argumentError) Error() string { return e.argument + " " + e.cause.Error() }

func (e *argumentError) Unwrap() error { return e.cause }

// parse converts and checks the resolved arguments of op.
func (op *operation) parse(vm *js.VM, values []goja.Value) (arguments, error) {
	a := arguments{values: make([]any, len(op.params)), opts: options{files: vm.Files()}}
	for i, p := range op.params {
		v := goja.Undefined()
		if i < len(values) {
			v = values[i]
		}
		if p.optional && goja.IsUndefined(v) {
			continue
		}
		converted, err := convert(vm, p.kind, v)
		if err != nil {
			return a, &argumentError{p.name, hinted(vm, p, v, err)}
		}
		a.values[i] = converted
	}
	if len(values) > len(op.params)+1 {
		return a, fmt.Errorf("%s takes (%s), not %d arguments", op.name, op.signature(), len(values))
	}
	if err := op.misplaced(values); err != nil {
		return a, err
	}
	if len(values) == len(op.params)+1 {
		return a, op.parseOptions(vm, values[len(op.params)], &a.opts)
	}
	return a, nil
}

func (op *operation) signature() string {
	var names []string
	for _, p := range op.params {
		names = append(names, p.name)
	}
	if op.do != nil {
		names = append(names, "options")
	}
	return strings.Join(names, ", ")
}

// convert makes a Go value of an argument.
func convert(vm *js.VM, k kind, v goja.Value) (any, error) {
	switch k {
	case selector:
		s, ok := v.Export().(string)
		if !ok || s == "" {
			return nil, fmt.Errorf("must be a text that is not empty, not %s", Show(v))
		}
		return s, nil
	case text:
		return textOf(v)
	case flag:
		var b bool
		err := readBool(v, &b)
		return b, err
	case loading:
		return oneOf(v, "click", "submit", "change", "focus", "blur", "keydown", "keyup")
	case address:
		if href, ok := hrefOf(v); ok {
			return href, nil
		}
		return convert(vm, selector, v)
	case pattern:
		if isRegExp(v) {
			return v.String(), nil
		}
		if href, ok := hrefOf(v); ok {
			return "/^" + regexp.QuoteMeta(href) + "$/", nil // a glob would read some characters as its own
		}
		return convert(vm, selector, v)
	case choices:
		return choicesOf(v)
	case uploads:
		return uploadsOf(v)
	case pageCode:
		return pageCodeOf(v)
	}
	return vm.Plain(v)
}

// hrefOf returns the address of a URL, be it ours or that of a package.
func hrefOf(v goja.Value) (string, bool) {
	obj, ok := v.(*goja.Object)
	if !ok {
		return "", false
	}
	href, ok := obj.Get("href").(goja.String)
	if !ok || href.Length() == 0 {
		return "", false
	}
	return href.String(), true
}

func textOf(v goja.Value) (string, error) {
	switch x := v.Export().(type) {
	case string:
		return x, nil
	case int64, float64:
		return v.String(), nil
	}
	return "", fmt.Errorf("must be a text, not %s", Show(v))
}

// pageCodeOf returns the text of a function as the script has it.
func pageCodeOf(v goja.Value) (string, error) {
	if _, ok := goja.AssertFunction(v); ok {
		code, ok := bundle.FunctionText(v)
		if !ok {
			return "", fmt.Errorf("must be a function of the script: a built-in or bound one has no text to send to the page")
		}
		return code, nil
	}
	if s, ok := v.Export().(string); ok && s != "" {
		return s, nil
	}
	return "", fmt.Errorf("must be a function or its text, not %s", Show(v))
}

func readStatuses(vm *js.VM, v goja.Value) (statuses.Set, error) {
	plain, err := vm.Plain(v)
	if err != nil {
		return nil, err
	}
	return statuses.Read(plain)
}

func oneOf(v goja.Value, allowed ...string) (string, error) {
	if s, ok := v.Export().(string); ok && slices.Contains(allowed, s) {
		return s, nil
	}
	return "", fmt.Errorf("must be one of %s, not %s", strings.Join(allowed, ", "), Show(v))
}

// TellShort warns about a time below 10 that is written as a bare number: whoever writes sleep(1) usually means a second, as in
// k6. shown is the call, with the time in place of %v.
func TellShort(vm *js.VM, stack []goja.StackFrame, shown string, v goja.Value) {
	if !isNumber(v) { // a symbol cannot become one, and an object would be asked
		return
	}
	if n := v.ToFloat(); n > 0 && n < 10 {
		vm.WarnAt(stack, fmt.Sprintf("%s is %v ms, since bare numbers are milliseconds: write '%vs' for seconds, or '%vms' if it is meant",
			fmt.Sprintf(shown, v), v, v, v))
	}
}

func isNumber(v goja.Value) bool {
	switch v.Export().(type) {
	case int64, float64:
		return true
	}
	return false
}

// Duration reads milliseconds, or a text such as "1.5s", "200ms", "2m".
func Duration(v goja.Value) (time.Duration, error) {
	const longest = 24 * 365 * time.Hour
	switch x := v.Export().(type) {
	case int64:
		if x >= 0 && x <= longest.Milliseconds() {
			return time.Duration(x) * time.Millisecond, nil
		}
	case float64:
		if x >= 0 && x <= float64(longest.Milliseconds()) {
			return time.Duration(x * float64(time.Millisecond)), nil
		}
	case string:
		if d, err := time.ParseDuration(x); err == nil && d >= 0 && d <= longest {
			return d, nil
		}
	}
	return 0, fmt.Errorf(`must be milliseconds or a text like "1.5s" or "2m", not %s`, Show(v))
}

// Show describes a value in an error: scalars as they are, other values by their type.
func Show(v goja.Value) string {
	if _, ok := goja.AssertFunction(v); ok {
		return "a function"
	}
	if obj, ok := v.(*goja.Object); ok {
		switch obj.ClassName() {
		case "Array":
			return "an array"
		case "RegExp":
			return shorten(obj.String())
		}
		return "an object"
	}
	switch v := v.(type) {
	case *goja.Symbol:
		return "a symbol"
	case goja.String:
		return shorten(strconv.Quote(cutText(v.String())))
	}
	if n, ok := v.Export().(*big.Int); ok {
		return shorten(n.String()) + "n"
	}
	return shorten(v.String())
}

func shorten(s string) string {
	const most = 60
	if runes := []rune(s); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return s
}
