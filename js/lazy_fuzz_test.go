package js

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// FuzzLazySameAsEager makes programs of two modules that import each other from a number, and compares
// both ways to run them.
func FuzzLazySameAsEager(f *testing.F) {
	for seed := range uint64(40) {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, seed uint64) {
		g := &generator{Rand: rand.New(rand.NewPCG(seed, 1))}
		program := "// file: s.js\n" + g.module("./b.js", "b", "a") + "export default () => [" + g.list("a") + ", " + g.list("b") + "].map(show)\n" +
			"// file: b.js\n" + g.module("./s.js", "a", "b") +
			"// file: z.js\n" + fuel
		entry := writeProgram(t, program)
		if _, err := Bundle(entry, BundleOptions{Modules: testModules}); err != nil {
			return // such as an assignment to a constant
		}
		if lazily, eagerly, p := bothWays(t, entry); lazily != eagerly {
			t.Errorf("lazily:\n%s\neagerly:\n%s\nof:\n%s", lazily, eagerly, p.source.Code)
		}
	})
}

// fuel ends programs that would run for ever.
const fuel = `export const z = { n: 150, kept: [] }
export function run(f, ...x) { if (--z.n < 0) return 'empty'; return typeof f === 'function' ? f(...x) : 'no function ' + show(f) }
export function attempt(f) { try { return f() } catch (e) { return String(e) } }
export function show(x) { return typeof x === 'function' ? x.name + x.length + Object.keys(x) : typeof x === 'object' && x ? Object.keys(x).join() : String(x) }
export class Base { static s() { return this.name } m() { return 'base' } }
export function log(...x) { console.log(...x.map(show)) }
`

// generated is how many names a module declares: x1 to x8 in module x.
const generated = 8

type generator struct {
	*rand.Rand
	of string
}

func (g *generator) module(from, theirs, ours string) string {
	var b strings.Builder
	g.of = ours
	fmt.Fprintf(&b, "import { z, run, attempt, show, log, Base } from './z.js'\nimport { %s } from '%s'\n", g.list(theirs), from)
	if g.IntN(4) == 0 {
		fmt.Fprintf(&b, "import * as all from '%s'\nlog(Object.keys(all)); log(all.%s1)\n", from, theirs)
	}
	for i := range generated {
		for g.IntN(2) == 0 {
			b.WriteString(g.statement() + ";\n")
		}
		name := fmt.Sprint(ours, i+1)
		declaration := g.declaration(name)
		for i%3 == 0 && strings.HasPrefix(declaration, "const ") { // these get other values
			declaration = g.declaration(name)
		}
		b.WriteString(declaration + ";\n")
	}
	fmt.Fprintf(&b, "export { %s }\n", g.list(ours))
	return b.String()
}

func (g *generator) list(module string) string {
	names := make([]string, generated)
	for i := range names {
		names[i] = fmt.Sprint(module, i+1)
	}
	return strings.Join(names, ", ")
}

func (g *generator) one(of ...string) string { return of[g.IntN(len(of))] }

func (g *generator) name() string { return fmt.Sprint(g.one("a", "b"), g.IntN(generated)+1) }

func (g *generator) own() string { return fmt.Sprint(g.of, g.IntN(generated)+1) }

func (g *generator) declaration(name string) string {
	body := g.body(name)
	switch g.IntN(13) {
	case 0, 1, 2:
		return "function " + name + body
	case 3, 4:
		return "const " + name + " = (p, q) => " + g.expression(2)
	case 5:
		return g.one("let ", "var ", "const ") + name + " = function" + g.one("", " own", " "+name) + body
	case 6:
		return "class " + name + " { m" + body + " static s" + body + " " + g.one("", "f = "+g.expression(1), "static g = "+g.expression(1)) + " }"
	case 7:
		return "class " + name + " extends " + g.one(g.name(), "Error", "Map", "Base") + " { m" + body + " }"
	case 8:
		return g.one("let ", "var ", "const ") + name + " = " + g.expression(2)
	case 9:
		return "const " + name + " = { f" + body + ", get g() { return " + g.expression(1) + " }, h: " + g.expression(1) + " }"
	case 10:
		return "var { x: " + name + " = " + g.expression(1) + " } = {}"
	case 11:
		return "const " + name + " = class " + g.one("", "Own ") + "{ static m" + body + " }"
	}
	return "let " + name
}

// body is that of a function, with parameters that may hide names.
func (g *generator) body(own string) string {
	statements := ""
	for g.IntN(3) == 0 {
		statements += g.statement() + "; "
	}
	return "(" + g.one("", "p", g.name(), "p = "+g.expression(1), "{ x, "+g.name()+" } = {}", "...p") + ") { " + statements + "return " + g.expression(2) + " }"
}

func (g *generator) statement() string {
	switch g.IntN(10) {
	case 0:
		return fmt.Sprint(g.of, 1+3*g.IntN(3)) + " = " + g.expression(1)
	case 1:
		return "if (" + g.expression(1) + ") { " + g.one("let ", "var v", "const ") + g.own() + " = " + g.expression(1) + " }"
	case 2:
		return "z.kept.push(" + g.expression(1) + ")"
	case 3:
		return "log(attempt(() => run(z.kept.pop(), " + g.expression(0) + ")))"
	case 4:
		return "attempt(() => { " + g.name() + ".prop = " + g.expression(1) + " })"
	case 5:
		return "for (const " + g.own() + " of [" + g.expression(0) + "]) log(" + g.expression(0) + ")"
	case 6:
		return "try { log(" + g.expression(2) + ") } catch (" + g.one("e", g.own()) + ") { log(" + g.expression(0) + ") }"
	}
	return "log(attempt(() => " + g.expression(2) + "))"
}

func (g *generator) expression(depth int) string {
	if depth == 0 {
		return g.one(g.name(), g.name(), "typeof "+g.name(), "1", "'text'")
	}
	inner := func() string { return g.expression(depth - 1) }
	switch g.IntN(11) {
	case 0, 1:
		return "run(" + g.name() + ", " + inner() + ")"
	case 2:
		return "(() => " + inner() + ")"
	case 3:
		return "(function (" + g.name() + ") { return " + inner() + " })"
	case 4:
		return "attempt(() => new " + g.name() + "().m(" + inner() + "))"
	case 5:
		return "attempt(() => " + g.name() + ".s(" + inner() + "))"
	case 6:
		return "(" + inner() + " === " + inner() + ")"
	case 7:
		return "({})[" + inner() + "]"
	case 8:
		return "[" + inner() + ", " + inner() + "]"
	case 9:
		return "attempt(() => " + g.name() + "." + g.one("name", "prop", "f()", "g", "length", "prototype.m") + ")"
	}
	return "(" + inner() + ", " + inner() + ")"
}
