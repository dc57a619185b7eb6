package program

import (
	"github.com/dop251/goja/ast"
	"github.com/dop251/goja/parser"
)

// mendSuperInField has an arrow function read what a field takes from the class above, as in x = super.x + 1, since goja refuses that in
// the field itself.
func mendSuperInField(node any) {
	field, ok := node.(*ast.FieldDefinition)
	if !ok || len(superIn(field.Initializer)) == 0 {
		return
	}
	at := field.Initializer.Idx0()
	field.Initializer = &ast.CallExpression{LeftParenthesis: at, RightParenthesis: at, Callee: &ast.ArrowFunctionLiteral{
		Start: at, ParameterList: &ast.ParameterList{Opening: at, Closing: at}, Body: &ast.ExpressionBody{Expression: field.Initializer},
	}}
}

// superOf is what stands for super in an async generator, for which esbuild makes a function that is no method:
// __asyncGenerator(this, arguments, function* () {}). The 0 is where the function goes.
const superOf = `class A { a() { ((__super) => 0)(new Proxy({}, {
  get: (_, key) => { const value = super[key]; return typeof value === 'function' ? value.bind(this) : value },
  set: (_, key, value) => { super[key] = value; return true },
})) } }`

// mendSuperInGenerator has the generator of an async generator reach super through an object of the method around it.
func mendSuperInGenerator(node any) {
	expression, ok := node.(ast.Expression)
	if !ok {
		return
	}
	arguments := argumentsOf(expression, "__asyncGenerator", 3)
	if arguments == nil {
		return
	}
	generator, ok := arguments[2].(*ast.FunctionLiteral)
	if !ok {
		return
	}
	found := superIn(generator.Body)
	if len(found) == 0 {
		return
	}
	for _, left := range found {
		*left = &ast.Identifier{Name: "__super", Idx: (*left).Idx0()}
	}
	template, err := parser.ParseFile(nil, "", superOf, 0, parser.WithDisableSourceMaps)
	if err != nil {
		return // it is ours, and parses
	}
	walk(template.Body, func(node any) {
		if arrow, ok := node.(*ast.ArrowFunctionLiteral); ok && len(arrow.ParameterList.List) == 1 {
			arrow.Body = &ast.ExpressionBody{Expression: generator}
		}
		if call, ok := node.(*ast.CallExpression); ok && arguments[2] == ast.Expression(generator) {
			arguments[2] = call
		}
	})
}

// superIn returns where code names super itself, and not only in a function or class of its own.
func superIn(code any) (found []*ast.Expression) {
	note := func(left *ast.Expression) {
		if _, ok := (*left).(*ast.SuperExpression); ok {
			found = append(found, left)
		}
	}
	walkInto(code, func(node any) bool {
		switch node := node.(type) {
		case *ast.DotExpression:
			note(&node.Left)
		case *ast.BracketExpression:
			note(&node.Left)
		case *ast.FunctionLiteral, *ast.ClassLiteral:
			return false
		}
		return true
	})
	return found
}
