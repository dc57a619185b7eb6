package js

import (
	"slices"
	"sync"

	"github.com/dop251/goja"
	"github.com/dop251/goja/ast"
	"github.com/dop251/goja/file"
	"github.com/dop251/goja/token"
	"github.com/dop251/goja/unistring"
)

// goja makes an object of some 600 bytes for each function, in every VM, as soon as the code around it
// runs. Bundled packages have many functions at their top level of which a scenario calls few. They are
// taken out of the program and compiled alone, and a VM makes one when its name is first read: as a
// property of the prototype of the global object, which is why the program then runs as a global script.
// A script whose names would hide globals of the language is run as a function instead, as a whole.

// compile compiles what esbuild has made of the script.
func (p *Program) compile(program *ast.Program) (err error) {
	l := newLifter(program)
	if l.hides {
		p.compiled, err = goja.CompileAST(wrapped(program), false)
		return err
	}
	p.lazy = map[string]*goja.Program{}
	rest := l.lift()
	for name, value := range l.lifted {
		if p.lazy[name], err = goja.CompileAST(alone(program.File, name, value), l.strict); err != nil {
			return err
		}
	}
	p.compiled, err = goja.CompileAST(rest, l.strict)
	return err
}

// makeLazy makes a function or class of the top level. From then on it is a property of the global object
// itself, where it is found sooner.
func (w *webGlobals) makeLazy(name string, program *goja.Program) goja.Value {
	value, err := w.vm.rt.RunProgram(program)
	if err == nil {
		err = w.vm.rt.GlobalObject().DefineDataProperty(name, value, goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_TRUE)
	}
	if err != nil {
		panic(err)
	}
	return value
}

// A lifter takes functions and classes out of a program.
type lifter struct {
	program  *ast.Program
	strict   bool
	hides    bool            // a name of the top level is that of a global
	times    map[string]int  // how often a name is declared at the top level
	assigned map[string]bool // names that are given another value somewhere, in whichever scope
	lifted   map[string]ast.Expression
	removed  map[*ast.Binding]bool
}

func newLifter(program *ast.Program) *lifter {
	l := &lifter{
		program: program, strict: isStrict(program.Body), times: map[string]int{}, assigned: map[string]bool{},
		lifted: map[string]ast.Expression{}, removed: map[*ast.Binding]bool{},
	}
	for _, declaration := range program.DeclarationList {
		l.declare(declaration.List)
	}
	for _, statement := range program.Body {
		switch s := statement.(type) {
		case *ast.FunctionDeclaration:
			l.declareName(s.Function.Name.Name.String())
		case *ast.ClassDeclaration:
			l.declareName(s.Class.Name.Name.String())
		case *ast.LexicalDeclaration:
			l.declare(s.List)
		}
	}
	return l
}

func (l *lifter) declare(bindings []*ast.Binding) {
	for _, binding := range bindings {
		for _, name := range names(binding.Target) {
			l.declareName(name)
		}
	}
}

func (l *lifter) declareName(name string) {
	l.times[name]++
	l.hides = l.hides || globalNames()[name]
}

// lift returns the program without what it has lifted.
func (l *lifter) lift() *ast.Program {
	walk(l.program.Body, l.noteAssigned)
	rest := &ast.Program{File: l.program.File}
	for _, statement := range l.program.Body {
		if left := l.liftStatement(statement); left != nil {
			rest.Body = append(rest.Body, left)
		}
	}
	for _, declaration := range l.program.DeclarationList {
		if list := l.left(declaration.List); len(list) > 0 {
			rest.DeclarationList = append(rest.DeclarationList, &ast.VariableDeclaration{Var: declaration.Var, List: list})
		}
	}
	return rest
}

// liftStatement returns what is left of a statement of the top level, or nil.
func (l *lifter) liftStatement(statement ast.Statement) ast.Statement {
	switch s := statement.(type) {
	case *ast.FunctionDeclaration:
		if l.take(s.Function.Name, s.Function) {
			return nil
		}
	case *ast.ClassDeclaration:
		if l.take(s.Class.Name, s.Class) {
			return nil
		}
	case *ast.VariableStatement:
		if list := l.liftBindings(s.List); len(list) > 0 {
			return &ast.VariableStatement{Var: s.Var, List: list}
		}
		return nil
	case *ast.LexicalDeclaration:
		if list := l.liftBindings(s.List); len(list) > 0 {
			return &ast.LexicalDeclaration{Idx: s.Idx, Token: s.Token, List: list}
		}
		return nil
	}
	return statement
}

func (l *lifter) liftBindings(list []*ast.Binding) []*ast.Binding {
	for _, binding := range list {
		if id, ok := binding.Target.(*ast.Identifier); ok && l.take(id, binding.Initializer) {
			l.removed[binding] = true
		}
	}
	return l.left(list)
}

func (l *lifter) left(list []*ast.Binding) []*ast.Binding {
	return slices.DeleteFunc(slices.Clone(list), func(b *ast.Binding) bool { return l.removed[b] })
}

// take lifts a value, if nothing can tell when it is made and its name stands for nothing else.
func (l *lifter) take(id *ast.Identifier, value ast.Expression) bool {
	name := id.Name.String()
	if l.times[name] != 1 || l.assigned[name] || !isLiftable(value) {
		return false
	}
	l.lifted[name] = value
	return true
}

func isLiftable(value ast.Expression) bool {
	switch v := value.(type) {
	case *ast.FunctionLiteral, *ast.ArrowFunctionLiteral:
		return true
	case *ast.ClassLiteral:
		if _, named := v.SuperClass.(*ast.Identifier); v.SuperClass != nil && !named {
			return false
		}
		return !slices.ContainsFunc(v.Body, runsAtOnce)
	}
	return false
}

// runsAtOnce says whether a part of a class runs when the class is made.
func runsAtOnce(element ast.ClassElement) bool {
	switch e := element.(type) {
	case *ast.MethodDefinition:
		return e.Computed
	case *ast.FieldDefinition:
		return e.Computed || e.Static
	}
	return true
}

// noteAssigned notes the names that a node assigns to, and rather too many.
func (l *lifter) noteAssigned(node any) {
	var target any
	switch n := node.(type) {
	case *ast.AssignExpression:
		target = n.Left
	case *ast.UnaryExpression:
		if n.Operator == token.INCREMENT || n.Operator == token.DECREMENT || n.Operator == token.DELETE {
			target = n.Operand
		}
	case *ast.ForIntoExpression:
		target = n.Expression
	}
	switch target.(type) {
	case nil, *ast.DotExpression, *ast.BracketExpression, *ast.PrivateDotExpression:
		return
	}
	for _, name := range names(target) {
		l.assigned[name] = true
	}
}

// names returns all identifiers in a target.
func names(target any) []string {
	var found []string
	walk(target, func(node any) {
		if id, ok := node.(*ast.Identifier); ok {
			found = append(found, id.Name.String())
		}
	})
	return found
}

// alone is a program whose value is that of the constant name: so it gets its name.
func alone(in *file.File, name string, value ast.Expression) *ast.Program {
	id := &ast.Identifier{Name: unistring.NewFromString(name), Idx: value.Idx0()}
	constant := &ast.LexicalDeclaration{Idx: value.Idx0(), Token: token.CONST, List: []*ast.Binding{{Target: id, Initializer: value}}}
	return &ast.Program{File: in, Body: []ast.Statement{&ast.BlockStatement{
		LeftBrace: value.Idx0(), List: []ast.Statement{constant, &ast.ExpressionStatement{Expression: id}}, RightBrace: value.Idx1(),
	}}}
}

// wrapped is a program whose value is a function of module, exports and require that does the rest.
func wrapped(program *ast.Program) *ast.Program {
	begin := file.Idx(program.File.Base())
	var params []*ast.Binding
	for _, name := range []string{"module", "exports", "require"} {
		params = append(params, &ast.Binding{Target: &ast.Identifier{Name: unistring.NewFromString(name), Idx: begin}})
	}
	function := &ast.FunctionLiteral{
		Function: begin, ParameterList: &ast.ParameterList{List: params}, Body: &ast.BlockStatement{List: program.Body},
		DeclarationList: program.DeclarationList,
	}
	return &ast.Program{File: program.File, Body: []ast.Statement{&ast.ExpressionStatement{Expression: function}}}
}

func isStrict(body []ast.Statement) bool {
	for _, statement := range body {
		expression, ok := statement.(*ast.ExpressionStatement)
		if !ok {
			return false
		}
		directive, ok := expression.Expression.(*ast.StringLiteral)
		if !ok {
			return false
		}
		if directive.Value == "use strict" {
			return true
		}
	}
	return false
}

// globalNames are the globals of the language, ours, and those of a program.
var globalNames = sync.OnceValue(func() map[string]bool {
	names := map[string]bool{"module": true, "exports": true, "require": true}
	for _, name := range goja.New().GlobalObject().GetOwnPropertyNames() {
		names[name] = true
	}
	for name := range webTable() {
		names[name] = true
	}
	return names
})
