package js

import (
	"slices"

	"github.com/dop251/goja/ast"
	"github.com/dop251/goja/token"
)

// A lifter takes functions and classes out of a program.
type lifter struct {
	program  *ast.Program
	strict   bool
	hides    bool            // a name of the top level is that of a global
	times    map[string]int  // how often a name is declared at the top level
	assigned map[string]bool // names that are given another value somewhere, in whichever scope
	lifted   map[string]ast.Expression
	removed  map[*ast.Binding]bool
	early    *early
}

func newLifter(program *ast.Program) *lifter {
	l := &lifter{
		program: program, strict: isStrict(program.Body), times: map[string]int{}, assigned: map[string]bool{},
		lifted: map[string]ast.Expression{}, removed: map[*ast.Binding]bool{},
		early: newEarly(program),
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
		return statement
	case *ast.ClassDeclaration:
		name := s.Class.Name
		l.early.define(&ast.Binding{Target: name, Initializer: s.Class})
		if !l.early.read[name.Name.String()] && l.take(name, s.Class) {
			return nil
		}
		return statement
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
	l.early.run(statement)
	return statement
}

func (l *lifter) liftBindings(list []*ast.Binding) []*ast.Binding {
	for _, binding := range list {
		id, ok := binding.Target.(*ast.Identifier)
		if ok && !l.early.read[id.Name.String()] && l.take(id, binding.Initializer) {
			l.removed[binding] = true
		}
		l.early.define(binding)
	}
	return l.left(list)
}

func (l *lifter) left(list []*ast.Binding) []*ast.Binding {
	return slices.DeleteFunc(slices.Clone(list), func(b *ast.Binding) bool { return l.removed[b] })
}

// take lifts a value, if nothing can tell when it is made and its name stands for nothing else.
func (l *lifter) take(id *ast.Identifier, value ast.Expression) bool {
	name := id.Name.String()
	if l.times[name] != 1 || l.assigned[name] || !l.isLiftable(value) {
		return false
	}
	l.lifted[name] = value
	return true
}

func (l *lifter) isLiftable(value ast.Expression) bool {
	switch v := value.(type) {
	case *ast.FunctionLiteral, *ast.ArrowFunctionLiteral:
		return true
	case *ast.ClassLiteral:
		return l.isFixed(v.SuperClass) && !slices.ContainsFunc(v.Body, runsAtOnce)
	}
	return false
}

// isFixed says whether a superclass is the same constructor at any time.
func (l *lifter) isFixed(super ast.Expression) bool {
	if super == nil {
		return true
	}
	id, ok := super.(*ast.Identifier)
	if !ok {
		return false
	}
	name := id.Name.String()
	_, class := l.lifted[name].(*ast.ClassLiteral)
	return class || l.times[name] == 0 && !l.assigned[name] && slices.Contains(oftenExtended, name)
}

// oftenExtended are constructors of the language that scripts extend.
var oftenExtended = []string{"Array", "Error", "Map", "Object", "Promise", "RangeError", "Set", "TypeError"}

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
	switch at := target.(type) {
	case *ast.DotExpression:
		if name := at.Identifier.Name.String(); slices.Contains(oftenExtended, name) { // of the global object?
			l.assigned[name] = true
		}
		return
	case nil, *ast.BracketExpression, *ast.PrivateDotExpression:
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
		switch n := node.(type) {
		case *ast.Identifier:
			found = append(found, n.Name.String())
		case *ast.PropertyShort:
			found = append(found, n.Name.Name.String())
		}
	})
	return found
}
