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
	d := doubts{declared: l.times, fine: map[any]bool{}, kept: map[any]bool{}, other: map[string]bool{}}
	walk(l.program.Body, d.look)
	if d.found || len(d.other) == 0 {
		return d.found
	}
	walk(l.program.Body, d.lookAtOther)
	return d.found
}

// doubts are what is found in a program. Nodes come from the outside inwards.
type doubts struct {
	declared map[string]int
	fine     map[any]bool    // expressions that, were they globalThis, would reach none of the program's names
	kept     map[any]bool    // expressions whose values have names
	other    map[string]bool // other names of globalThis
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
		d.called(n.Target, n.Initializer)
	case *ast.ExpressionStatement:
		d.fine[n.Expression] = true
	case *ast.AssignExpression:
		if d.fine[n] {
			d.called(n.Left, n.Right)
		}
	case *ast.ConditionalExpression:
		if !d.kept[n] {
			d.searches(n.Consequent)
			d.searches(n.Alternate)
		}
	case *ast.CallExpression:
		d.calls(n.Callee, n.ArgumentList)
	case *ast.NewExpression:
		d.calls(n.Callee, n.ArgumentList)
	case *ast.PropertyShort:
		d.found = d.found || n.Name.Name == "globalThis"
	}
}

// called notes that globalThis gets another name.
func (d *doubts) called(target any, value ast.Expression) {
	if id, ok := target.(*ast.Identifier); ok && isName(value, "globalThis") {
		d.other[id.Name.String()], d.fine[value] = true, true
	}
}

// lookAtOther looks how the other names of globalThis are used.
func (d *doubts) lookAtOther(node any) {
	switch n := node.(type) {
	case *ast.Identifier:
		d.found = d.found || d.other[n.Name.String()] && !d.fine[n]
	case *ast.Binding:
		d.fine[n.Target] = true
	case *ast.AssignExpression:
		d.fine[n.Left] = true
	case *ast.DotExpression:
		d.member(n.Left, n.Identifier.Name.String())
	case *ast.PropertyShort:
		d.found = d.found || d.other[n.Name.Name.String()]
	}
}

// searches notes an expression with which packages look for the global object, and then for globals of
// elsewhere.
func (d *doubts) searches(e ast.Expression) {
	if !isName(e, "globalThis") {
		return
	}
	d.fine[e] = true
	d.looksElsewhere()
}

func (d *doubts) looksElsewhere() {
	for _, name := range strings.Fields(elsewhere) {
		d.found = d.found || d.declared[name] > 0
	}
}

func (d *doubts) member(of ast.Expression, name string) {
	if optional, ok := of.(*ast.Optional); ok {
		of = optional.Expression
	}
	d.fine[of] = d.declared[name] == 0
}

// calls finds code in texts.
func (d *doubts) calls(callee ast.Expression, args []ast.Expression) {
	if !isName(callee, "Function") {
		return
	}
	for _, arg := range args {
		text, ok := arg.(*ast.StringLiteral)
		d.found = d.found || !ok || strings.TrimSuffix(text.Value.String(), ";") != "return this"
	}
	d.looksElsewhere()
}

func isName(e ast.Expression, name string) bool {
	id, ok := e.(*ast.Identifier)
	return ok && id.Name.String() == name
}

// elsewhere are globals of browsers, Node and others, which packages look for on the global object.
const elsewhere = `Blob Buffer Bun CustomEvent Deno EventTarget File FormData Headers MessageChannel Request Response WebSocket
	XMLHttpRequest clearImmediate define document fetch global localStorage location name navigator process self
	sessionStorage setImmediate window`

// globalNames are names that a top level must not have: those of the language, ours, those of a program.
var globalNames = sync.OnceValue(func() map[string]bool {
	names := map[string]bool{"module": true, "exports": true, "require": true, "__proto__": true}
	for _, name := range goja.New().GlobalObject().GetOwnPropertyNames() {
		names[name] = true
	}
	for name := range webTable() {
		names[name] = true
	}
	return names
})
