package calls

import (
	_ "embed"
	"encoding/base64"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	pw "github.com/playwright-community/playwright-go"

	"github.com/liveload/liveload/browserpool"
	"github.com/liveload/liveload/ordered"
)

// Packing defines pack and unpack, which keep the order of keys: see the file.
//
//go:embed packing.js
var Packing string

// InOrder is the only key of an object in which the driver and objects exchange what Pack and Unpack know. See preload.js.
const InOrder = "liveload:in order"

// Carrying wraps code, a function, an expression or statements, so that it takes its argument number at from Pack, and
// gives a value for Unpack. The code sees the page as if it were not wrapped, and none of the names in here.
func Carrying(code string, at int) string {
	return fmt.Sprintf(`((read) => (...args) => {%s
  if (args.length > %d) args[%[2]d] = unpack(args[%[2]d]);
  const code = read(), value = typeof code === 'function' ? code(...args) : code;
  return value && typeof value.then === 'function' ? Promise.resolve(value).then((v) => pack(v)) : pack(value);
})(%s)`, Packing, at, reading(code))
}

// Taking is Carrying for code whose value stays in the page.
func Taking(code string, at int) string {
	return fmt.Sprintf(`((read) => (...args) => {%s
  if (args.length > %d) args[%[2]d] = unpack(args[%[2]d]);
  const code = read();
  return typeof code === 'function' ? code(...args) : code;
})(%s)`, Packing, at, reading(code))
}

// beginsAsFunction matches functions.
var beginsAsFunction = regexp.MustCompile(`^\s*(async\b|function\b|[\w$]+\s*=>|\(([^()]|\([^()]*\))*\)\s*=>)`)

// reading makes a function that gives what code is. What may be statements is evaluated as Playwright does it.
func reading(code string) string {
	if !strings.ContainsAny(code, ";\n") || beginsAsFunction.MatchString(code) {
		return "() => (" + code + "\n)"
	}
	text, _ := ordered.Text(code) // what is not UTF-8 becomes U+FFFD
	return "() => (0, eval)(" + text + ")"
}

// Boxed turns a function or an expression into a function that takes one argument from Pack and returns a truthy value
// in a box, which is not an element, whatever is in it.
func Boxed(code string) string {
	return `((read) => (arg) => {` + Packing + `
  const box = (value) => value && { value };
  const code = read(), value = typeof code === 'function' ? code(unpack(arg)) : code;
  return value instanceof Promise ? value.then(box) : box(value);
})(` + reading(code) + ")"
}

// Pack makes what the page gets of a plain value, which may have handles in it.
func Pack(value any) any {
	switch v := value.(type) {
	case []any:
		list := []any{0}
		for _, item := range v {
			list = append(list, packItem(item))
		}
		return list
	case *ordered.Object:
		list := []any{1}
		for _, key := range v.Keys() {
			item, _ := v.Get(key)
			list = append(list, key, packItem(item))
		}
		return list
	case map[string]any:
		return Pack(ordered.Of(v))
	case pw.JSHandle, browserpool.Object, *browserpool.RegExp, *browserpool.Function:
		return v
	case []byte:
		return []any{4, base64.StdEncoding.EncodeToString(v)}
	}
	switch argument := Argument(value).(type) {
	case []any, map[string]any:
		return Pack(argument)
	default:
		return argument
	}
}

func packItem(value any) any {
	if value == nil {
		return []any{3}
	}
	return Pack(value)
}

// Unpack makes plain values of what the page has given.
func Unpack(value any) (any, error) { return unpack(value, maxDepth) }

func unpack(value any, depth int) (any, error) {
	if depth < 0 {
		return nil, errCircular
	}
	list, ok := value.([]any)
	if !ok || len(list) == 0 {
		return Result(value)
	}
	switch last := list[len(list)-1]; list[0] {
	case 2, 2.0:
		digits, _ := last.(string)
		return strconv.ParseFloat(digits, 64)
	case 5, 5.0:
		text, _ := last.(string)
		return ordered.Parse([]byte(text))
	case 0, 0.0:
		items := make([]any, len(list)-1)
		for i, item := range list[1:] {
			var err error
			if items[i], err = unpack(item, depth-1); err != nil {
				return nil, err
			}
		}
		return items, nil
	}
	object := &ordered.Object{}
	for i := 1; i+1 < len(list); i += 2 {
		key, _ := list[i].(string)
		item, err := unpack(list[i+1], depth-1)
		if err != nil {
			return nil, err
		}
		object.Set(key, item)
	}
	return object, nil
}
