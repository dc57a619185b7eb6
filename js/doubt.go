package js

import (
	"strings"
	"sync"

	"github.com/dop251/goja"
	"github.com/dop251/goja/ast"
	"github.com/dop251/goja/token"
)

// doubtful says whether a program could find out that its top level is that of a global script: it
// reaches its own names through the global object, or has code in texts.
func (l *lifter) doubtful() bool {
	d := doubts{declared: l.times, fine: map[any]bool{}, kept: map[any]bool{}}
	walk(l.program.Body, d.look)
	return d.found
}

// doubts are what is found in a program. Nodes come from the outside inwards.
type doubts struct {
	declared map[string]int
	fine     map[any]bool // uses of globalThis that reach none of the program's names
	kept     map[any]bool // expressions whose values have names
	found    bool
}

func (d *doubts) look(node any) {
	switch n := node.(type) {
	case *ast.Identifier:
		d.found = d.found || n.Name == "eval" || n.Name == "globalThis" && !d.fine[n]
	case *ast.DotExpression:
		d.member(n.Left, n.Identifier.Name.String())
	case *ast.BracketExpression:
		if text, ok := n.Member.(*ast.StringLiteral); ok {
			d.member(n.Left, text.Value.String())
		}
	case *ast.UnaryExpression:
		d.fine[n.Operand] = d.fine[n.Operand] || n.Operator == token.TYPEOF
	case *ast.BinaryExpression:
		same := n.Operator == token.STRICT_EQUAL || n.Operator == token.STRICT_NOT_EQUAL
		d.fine[n.Left], d.fine[n.Right] = same, same
	case *ast.Binding:
		d.kept[n.Initializer] = true
	case *ast.ConditionalExpression: // packages look for the global object so, for globals of elsewhere
		d.fine[n.Consequent], d.fine[n.Alternate] = !d.kept[n], !d.kept[n]
	case *ast.CallExpression:
		d.calls(n.Callee, n.ArgumentList)
	case *ast.NewExpression:
		d.calls(n.Callee, n.ArgumentList)
	case *ast.PropertyShort:
		d.found = d.found || n.Name.Name == "globalThis"
	}
}

func (d *doubts) member(of ast.Expression, name string) {
	if optional, ok := of.(*ast.Optional); ok {
		of = optional.Expression
	}
	d.fine[of] = d.declared[name] == 0
}

// calls finds code in texts, but for that with which packages look for the global object.
func (d *doubts) calls(callee ast.Expression, args []ast.Expression) {
	if !isName(callee, "Function") {
		return
	}
	for _, arg := range args {
		text, ok := arg.(*ast.StringLiteral)
		d.found = d.found || !ok || strings.TrimSuffix(text.Value.String(), ";") != "return this"
	}
}

func isName(e ast.Expression, name string) bool {
	id, ok := e.(*ast.Identifier)
	return ok && id.Name.String() == name
}

// elsewhere are globals of browsers, Node and others, which packages look for on the global object.
const elsewhere = `Blob Buffer Bun CustomEvent Deno EventTarget File FormData Headers MessageChannel Request Response WebSocket
	XMLHttpRequest clearImmediate define document fetch global localStorage location name navigator process self
	sessionStorage setImmediate window`

// globalNames are names that a top level must not have: those of the language, ours, those of a program,
// those that every object has, and those that packages look for.
var globalNames = sync.OnceValue(func() map[string]bool {
	names := map[string]bool{"module": true, "exports": true, "require": true}
	for _, name := range strings.Fields(elsewhere) {
		names[name] = true
	}
	rt := goja.New()
	for object := rt.GlobalObject(); object != nil; object = object.Prototype() {
		for _, name := range object.GetOwnPropertyNames() {
			names[name] = true
		}
	}
	for name := range webTable() {
		names[name] = true
	}
	return names
})
