package nesting

import (
	"strings"
	"testing"
)

// TestSource has texts that are nested deep, and long ones that only look so.
func TestSource(t *testing.T) {
	const many = 300_000
	deep := strings.Repeat("(", many)
	for _, test := range []struct {
		name, text string
		deep       bool
	}{
		{"brackets", deep, true},
		{"arrays", strings.Repeat("[", many) + strings.Repeat("]", many), true},
		{"objects", strings.Repeat("{a:", many), true},
		{"operators", "1" + strings.Repeat("+1", 3*many), true},
		{"unary operators", strings.Repeat("!", 5*many) + "1", true},
		{"arrow functions", strings.Repeat("a=>", 3*many) + "1", true},
		{"arrow functions that would take goja minutes", strings.Repeat("a=>", many/10) + "1", true},
		{"else", strings.Repeat("if(a){b()}else ", many) + "{}", true},
		{"templates", strings.Repeat("`${", many), true},
		{"groups of a regular expression", "/" + deep + "/", true},
		{"brackets behind a division", "a = 1 / 2; " + deep, true},
		{"constants", strings.Repeat("1??", 13) + "1", true},
		{"constants in brackets", within("(", "1", "||!0)", 13), true},
		{"constants behind a variable", "a = b || " + strings.Repeat("'a' && ", 14) + "1", true},
		{"labels", strings.Repeat("a:", 2000), true},
		{"labels of blocks", within("a:{", "", "}", 2000), true},
		{"parameters of arrow functions", within("(a=", "1", ")=>1", 9), true},
		{"parameters of asynchronous ones", within("async (a=", "1", ") /**/ => 1", 9), true},
		{"parameters within all kinds of brackets", within("(a={b:[`${", "1", "}`]})=>{}", 9), true},

		{"a text", "f('" + deep + "')", false},
		{"an escaped quote", `f("\"` + deep + `")`, false},
		{"a template", "f(`" + deep + "`)", false},
		{"a template with something in it", "f(`" + deep + "${ {a: `" + deep + "`} }" + deep + "`)", false},
		{"a comment", "/*" + deep + "*/ f() //" + deep, false},
		{"a class in a regular expression", "f(/[" + deep + "]/)", false},
		{"a regular expression behind return", "function f() { return /[" + deep + "'\"`]/ }", false},
		{"calls", strings.Repeat("f(g([1, {a: 2}]));", many), false},
		{"items", "[" + strings.Repeat("{a: [1]},", many) + "]", false},
		{"lines without semicolons", strings.Repeat("f(1)\n", 100_000), false},
		{"functions", strings.Repeat("function f(a) { if (a) { return /\\(/.test(a) } }\n", 50_000), false},
		{"arrow functions of a pipeline", strings.Repeat("f(a=>b=>c=>1)\n", 8000), false},
		{"a few parameters of arrow functions", within("(a=", "1", ")=>1", 8), false},
		{"arrow functions within the bodies of others", within("f((a, {b})=>{", "1", "})", 1000), false},
		{"arrow functions that return others", strings.Repeat("(a)=>", 1000) + "1", false},
		{"comparisons with constants", strings.Repeat("a === 'b' || (a) == 1 || f(null) && ", 1000) + "1", false},
		{"few constants", strings.Repeat("f(true || false, null ?? 1);", 1000), false},
		{"objects within objects", within("{a:", "1", "}", 800), false},
		{"cases that fall through", "switch(a){" + strings.Repeat("case b:", 10_000) + "}", false},
		{"a choice of many", strings.Repeat("a?b:", 7000) + "c", false},
		{"cases", "switch(a){" + strings.Repeat("case 1:b();break;", many) + "}", false},
		{"properties", "({" + strings.Repeat("a:1,", many) + "})", false},
		{"a long sum", "a" + strings.Repeat("+a", 10_000), false},
		{"a long sum of texts", "f(" + strings.Repeat("'line\\n' +\n", 10_000) + "'')", false},
		{"brackets that close nothing", strings.Repeat(")", many), false},
		{"a text that ends in the middle", "f('" + deep, false},
	} {
		if got := Source(test.text); got != test.deep {
			t.Errorf("%s: %v, not %v", test.name, got, test.deep)
		}
	}
}

// within puts a text so many times within others.
func within(before, text, after string, times int) string {
	return strings.Repeat(before, times) + text + strings.Repeat(after, times)
}

func TestJSON(t *testing.T) {
	deep := strings.Repeat("[", Deepest+1)
	for text, want := range map[string]bool{
		deep:                                 true,
		strings.Repeat(`{"a":`, Deepest+1):   true,
		deep[1:] + "          ":              false,
		`["` + deep + `", "\"` + deep + `"]`: false,
		strings.Repeat("[],", Deepest):       false,
	} {
		if got := JSON(text); got != want {
			t.Errorf("%.20s: %v, not %v", text, got, want)
		}
	}
}

func TestPattern(t *testing.T) {
	deep := strings.Repeat("(", DeepestPattern+1)
	for text, want := range map[string]bool{
		deep: true, "[" + deep + "]": false, strings.ReplaceAll(deep, "(", `\(`): false, strings.Repeat("(a)", DeepestPattern): false,
	} {
		if got := Pattern(text); got != want {
			t.Errorf("%.20s: %v, not %v", text, got, want)
		}
	}
}

// FuzzSource looks for texts over which the scanner breaks, or stands still.
func FuzzSource(f *testing.F) {
	for _, seed := range []string{"a`${b`${c}`}`/[/]/.x", "'\\", "/*", "`${", "}/(/)", "a\n/b/c"} {
		f.Add(seed)
	}
	padding := strings.Repeat(" ", short) // short texts are mostly not read
	f.Fuzz(func(t *testing.T, text string) {
		if Source(padding+text) && !Source(text+padding) {
			t.Errorf("%q is nested too deep only behind spaces", text)
		}
	})
}
