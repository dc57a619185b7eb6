package program

import (
	"strings"

	"github.com/dop251/goja/ast"
	"github.com/dop251/goja/file"
	"github.com/dop251/goja/unistring"
)

// wrapped is a program whose value is a function of module, exports, require, regexpMaker, guard and textGuard that runs the original
// one. ES modules and CommonJS files of the author are strict; CommonJS packages are as strict as they say, as in Node.
//
// esbuild puts each CommonJS file into a function of its own: var require_x = __commonJS({ "x.js"(exports, module) {} }).
// Those of packages stay in the wrapper, all else goes into a strict function within it. The variables of both are the
// wrapper's, so that each sees the other's.
func wrapped(program *ast.Program) *ast.Program {
	begin := file.Idx(program.File.Base())
	packages, modules := splitBySloppiness(program.Body)
	body := append([]ast.Statement{useStrict(begin)}, modules...)
	if len(packages) > 0 {
		inner := &ast.ArrowFunctionLiteral{Start: begin, ParameterList: &ast.ParameterList{}, Body: &ast.BlockStatement{List: body}}
		body = append(packages, &ast.ExpressionStatement{Expression: &ast.CallExpression{Callee: inner}})
	}
	var params []*ast.Binding
	for _, name := range []string{"module", "exports", "require", regexpMaker, guard, textGuard} {
		params = append(params, &ast.Binding{Target: &ast.Identifier{Name: unistring.NewFromString(name), Idx: begin}})
	}
	function := &ast.ArrowFunctionLiteral{
		Start: begin, ParameterList: &ast.ParameterList{List: params}, Body: &ast.BlockStatement{List: body},
		DeclarationList: program.DeclarationList,
	}
	return &ast.Program{File: program.File, Body: []ast.Statement{&ast.ExpressionStatement{Expression: function}}}
}

// splitBySloppiness separates CommonJS packages, and the helper that defines them, from all other statements. It makes
// the author's own CommonJS files strict.
func splitBySloppiness(statements []ast.Statement) (packages, others []ast.Statement) {
	var helper ast.Statement
	for _, statement := range statements {
		name, value := soleVariable(statement)
		path, function := commonJSFile(value)
		switch {
		case name == "__commonJS":
			helper = statement
		case function == nil:
			others = append(others, statement)
		case strings.Contains(path, "node_modules/"):
			packages = append(packages, statement)
		default:
			function.Body.List = append([]ast.Statement{useStrict(function.Body.LeftBrace)}, function.Body.List...)
			others = append(others, statement)
		}
	}
	switch {
	case helper == nil:
	case packages == nil:
		others = append([]ast.Statement{helper}, others...)
	default:
		packages = append([]ast.Statement{helper}, packages...)
	}
	return packages, others
}

// commonJSFile recognises __commonJS({ "path"(exports, module) { ... } }).
func commonJSFile(value ast.Expression) (path string, function *ast.FunctionLiteral) {
	arguments := argumentsOf(value, "__commonJS", 1)
	if arguments == nil {
		return "", nil
	}
	object, ok := arguments[0].(*ast.ObjectLiteral)
	if !ok || len(object.Value) != 1 {
		return "", nil
	}
	property, ok := object.Value[0].(*ast.PropertyKeyed)
	if !ok {
		return "", nil
	}
	key, ok := property.Key.(*ast.StringLiteral)
	if !ok {
		return "", nil
	}
	function, _ = property.Value.(*ast.FunctionLiteral)
	return key.Value.String(), function
}

func useStrict(at file.Idx) ast.Statement {
	return &ast.ExpressionStatement{Expression: &ast.StringLiteral{Idx: at, Literal: `"use strict"`, Value: "use strict"}}
}
