package calls

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	pw "github.com/playwright-community/playwright-go"

	"github.com/liveload/liveload/browserpool"
	"github.com/liveload/liveload/ordered"
)

// playwright-go carries objects as maps and so loses the order of their keys. As lists they keep it: a list of data
// begins with 0, an object is a list of 1, a key, its value, the next key, and so on; a number that playwright-go
// cannot carry out of a page is a list of 2 and its digits, and null on its way in, which it makes undefined, a list of 3.

const unpacking = `
  const unpack = (v) => {
    if (!Array.isArray(v)) return v;
    if (v[0] === 0) return v.slice(1).map(unpack);
    if (v[0] === 3) return null;
    const pairs = [];
    for (let i = 1; i < v.length; i += 2) pairs.push([v[i], unpack(v[i + 1])]);
    return Object.fromEntries(pairs);
  };`

// carrying makes a function of the code of a script: it takes argument %[2]d, and returns its value, in lists. The code is
// in an argument of it, so that it sees none of the names in here.
const carrying = `((read) => (...args) => {` + unpacking + `
  const pack = (v, left) => {
    if (left === 0) throw new Error('%[1]s');
    if (typeof v === 'number') return Number.isInteger(v) && Math.abs(v) > 2 ** 53 ? [2, String(v)] : v;
    if (v === null || typeof v !== 'object') return v;
    if (Array.isArray(v)) { const list = [0]; for (let i = 0; i < v.length; i++) list.push(pack(v[i], left - 1)); return list; }
    if (typeof v.toJSON === 'function') return pack(v.toJSON(), left - 1);
    if (Object.prototype.toString.call(v) !== '[object Object]') return v;
    const list = [1];
    for (const key of Object.keys(v)) if (v[key] !== undefined && typeof v[key] !== 'function') list.push(key, pack(v[key], left - 1));
    return list;
  };
  if (args.length > %[2]d) args[%[2]d] = unpack(args[%[2]d]);
  const code = read(), value = typeof code === 'function' ? code(...args) : code;
  return value && typeof value.then === 'function' ? Promise.resolve(value).then((v) => pack(v, %[3]d)) : pack(value, %[3]d);
})(`

// Carrying wraps code, a function or an expression, so that it takes its argument number at from Pack, and gives a
// value for Unpack. The code sees the page as if it were not wrapped.
func Carrying(code string, at int) string {
	return fmt.Sprintf(carrying, errCircular.Message, at, maxDepth) + "() => (" + code + "\n))"
}

// Taking is Carrying for code whose value stays in the page.
func Taking(code string, at int) string {
	return fmt.Sprintf(`((read) => (...args) => {%s
  if (args.length > %[2]d) args[%[2]d] = unpack(args[%[2]d]);
  const code = read();
  return typeof code === 'function' ? code(...args) : code;
})(() => (%[3]s
))`, unpacking, at, code)
}

// beginsAsFunction matches functions, and expressions in brackets.
var beginsAsFunction = regexp.MustCompile(`^\s*(\(|async\b|function\b|[\w$]+\s*=>)`)

// Statements says that code may be more than a function or an expression: such code cannot be wrapped, and objects that it
// gives have their keys sorted.
func Statements(code string) bool {
	return strings.ContainsAny(code, ";\n") && !beginsAsFunction.MatchString(code)
}

// Boxed turns a function or an expression into a function that takes one argument from Pack and returns a truthy value
// in a box, which is not an element, whatever is in it.
func Boxed(code string) string {
	return `((read) => (arg) => {` + unpacking + `
  const box = (value) => value && { value };
  const code = read(), value = typeof code === 'function' ? code(unpack(arg)) : code;
  return value instanceof Promise ? value.then(box) : box(value);
})(() => (` + code + "\n))"
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
	case pw.JSHandle, browserpool.Object, *browserpool.RegExp, *browserpool.Function, []byte:
		return v
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
func Unpack(value any) (any, error) {
	list, ok := value.([]any)
	if !ok || len(list) == 0 {
		return Result(value)
	}
	switch list[0] {
	case 2, 2.0:
		digits, _ := list[1].(string)
		return strconv.ParseFloat(digits, 64)
	case 0, 0.0:
		items := make([]any, len(list)-1)
		for i, item := range list[1:] {
			var err error
			if items[i], err = Unpack(item); err != nil {
				return nil, err
			}
		}
		return items, nil
	}
	object := &ordered.Object{}
	for i := 1; i+1 < len(list); i += 2 {
		key, _ := list[i].(string)
		item, err := Unpack(list[i+1])
		if err != nil {
			return nil, err
		}
		object.Set(key, item)
	}
	return object, nil
}
