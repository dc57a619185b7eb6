package bundle

import (
	"regexp"
	"strings"
	"sync"

	"github.com/dop251/goja"
	"github.com/dop251/goja/parser"
	"github.com/evanw/esbuild/pkg/api"
)

// shorthand matches the beginning of a method such as { async load(x) {} }, whose text is no expression.
var shorthand = regexp.MustCompile(`^(async\s+)?(\*\s*)?#?([\p{L}_$][\p{L}\p{N}_$]*)\s*\(`)

// FunctionText returns the source of a function as an expression that can run elsewhere, such as in a page. ok is false for
// a built-in or bound function. It is called on the VM's goroutine.
func FunctionText(fn goja.Value) (text string, ok bool) {
	text = fn.String()
	if strings.Contains(text, "[native code]") {
		return "", false
	}
	if found := shorthand.FindStringSubmatch(text); found != nil && found[3] != "function" && found[3] != "async" {
		// Without its name, which may be a keyword, or hide a global that the method calls.
		return withHelpers(found[1] + "function " + found[2] + text[len(found[0])-1:]), true
	}
	return withHelpers(closed(text)), true
}

// closed restores the brackets that goja cuts off an arrow function: of (a) => ({ a }) it keeps (a) => ({ a }
func closed(text string) string {
	if !strings.Contains(text, "=>") {
		return text
	}
	const most = 5
	for whole := text; len(whole) <= len(text)+most; whole += ")" {
		if _, err := parser.ParseFile(nil, "", "("+whole+"\n)", 0, parser.WithDisableSourceMaps); err == nil {
			return whole
		}
	}
	return text
}

// helperName matches the functions that esbuild calls instead of for await and async generators, which goja lacks.
var helperName = regexp.MustCompile(`\b__(forAwait|asyncGenerator|await|yieldStar)\b`)

// helpers returns the definitions of all of these functions, as esbuild adds them to a program.
var helpers = sync.OnceValue(func() string {
	const uses = "async function* unused(x) { for await (const y of x) yield* await y }"
	made := api.Transform(uses, api.TransformOptions{Supported: supported(), Target: api.ES2023, MinifyWhitespace: true})
	return string(made.Code)
})

// withHelpers adds the helpers that a function calls.
func withHelpers(text string) string {
	if !helperName.MatchString(text) {
		return text
	}
	return "(() => {" + helpers() + "\nreturn (" + text + "\n)})()"
}
