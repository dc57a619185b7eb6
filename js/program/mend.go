package program

import (
	"math/big"
	"slices"
	"strings"

	"github.com/dop251/goja/ast"
	"github.com/dop251/goja/file"
	"github.com/dop251/goja/token"
)

// mend rewrites code that goja would compile wrongly.
func (p *Program) mend(program *ast.Program) {
	if strings.Contains(p.source.Code, "arguments") { // visiting every node of a program takes time
		mendArguments(program.Body)
	}
	if strings.Contains(p.source.Code, "eval(") {
		walk(program.Body, mendScopeOfEval)
	}
	if strings.Contains(p.source.Code, "n") && strings.ContainsAny(p.source.Code, "*<") {
		walk(program.Body, mendBigConstant)
	}
	if strings.Contains(p.source.Code, "super") {
		walk(program.Body, mendSuperInField)
		if strings.Contains(p.source.Code, "__asyncGenerator") {
			walk(program.Body, mendSuperInGenerator)
		}
	}
}

// mendArguments looks for functions whose arguments an arrow function reads. When only one does, goja reads another
// variable, or panics: it moves arguments to where arrow functions find them only when a second one asks. So such a
// function gets one more arrow function, which is never called.
func mendArguments(tree any) {
	walkInto(tree, func(node any) bool {
		function, ok := node.(*ast.FunctionLiteral)
		if !ok {
			return true
		}
		if readByArrow(function) {
			first := afterDirectives(function.Body.List)
			function.Body.List = slices.Insert(slices.Clone(function.Body.List), first, readArguments(function.Body.LeftBrace))
		}
		mendArguments([]any{function.ParameterList, function.Body})
		return false
	})
}

// readByArrow says whether an arrow function that has the arguments of function names them.
func readByArrow(function *ast.FunctionLiteral) (found bool) {
	inArrow := func(node any) bool {
		id, ok := node.(*ast.Identifier)
		found = found || ok && id.Name == "arguments"
		_, other := node.(*ast.FunctionLiteral)
		return !other
	}
	walkInto([]any{function.ParameterList, function.Body}, func(node any) bool {
		switch n := node.(type) {
		case *ast.FunctionLiteral:
			return false
		case *ast.ArrowFunctionLiteral:
			walkInto([]any{n.ParameterList, n.Body}, inArrow)
			return false
		}
		return true
	})
	return found
}

// afterDirectives returns the index of the first statement after directives such as 'use strict'.
func afterDirectives(body []ast.Statement) int {
	i := slices.IndexFunc(body, func(statement ast.Statement) bool {
		s, ok := statement.(*ast.ExpressionStatement)
		if !ok {
			return true
		}
		_, ok = s.Expression.(*ast.StringLiteral)
		return !ok
	})
	if i < 0 {
		return len(body)
	}
	return i
}

// readArguments returns the statement () => arguments.
func readArguments(at file.Idx) ast.Statement {
	return &ast.ExpressionStatement{Expression: &ast.ArrowFunctionLiteral{
		Start: at, ParameterList: &ast.ParameterList{Opening: at, Closing: at},
		Body: &ast.ExpressionBody{Expression: &ast.Identifier{Name: "arguments", Idx: at}},
	}}
}

// mendBigConstant keeps goja from calculating 9n ** 99999999n when it compiles a script, which may take minutes and cannot
// be interrupted. goja takes an expression with a comma for no constant.
func mendBigConstant(node any) {
	n, ok := node.(*ast.BinaryExpression)
	if !ok || n.Operator != token.EXPONENT && n.Operator != token.SHIFT_LEFT {
		return
	}
	if isBig(n.Left) || isBig(n.Right) {
		n.Left = &ast.SequenceExpression{Sequence: []ast.Expression{n.Left}}
	}
}

func isBig(e ast.Expression) bool {
	literal, ok := e.(*ast.NumberLiteral)
	if !ok {
		return false
	}
	_, ok = literal.Value.(*big.Int)
	return ok
}
