package program

import (
	"slices"

	"github.com/dop251/goja/ast"
	"github.com/dop251/goja/token"
)

// inEval is a variable that no script can name.
const inEval = "(eval)"

// mendScopeOfEval declares a variable in functions with code that calls eval, and with parameters that are not just names. Where such a
// function declares none of its own, goja miscounts the scopes around it: it reads other variables there, or panics.
func mendScopeOfEval(node any) {
	switch f := node.(type) {
	case *ast.FunctionLiteral:
		if !simple(f.ParameterList) && callsEval([]any{f.ParameterList, f.Body}) {
			declareFirst(f.Body)
		}
	case *ast.ArrowFunctionLiteral:
		if simple(f.ParameterList) || !callsEval([]any{f.ParameterList, f.Body}) {
			return
		}
		body, ok := f.Body.(*ast.BlockStatement)
		if concise, is := f.Body.(*ast.ExpressionBody); is {
			at := concise.Expression.Idx0()
			body, ok = &ast.BlockStatement{LeftBrace: at, List: []ast.Statement{&ast.ReturnStatement{Return: at, Argument: concise.Expression}}, RightBrace: f.Idx1()}, true
			f.Body = body
		}
		if ok {
			declareFirst(body)
		}
	}
}

func simple(parameters *ast.ParameterList) bool {
	if parameters.Rest != nil {
		return false
	}
	for _, one := range parameters.List {
		if _, name := one.Target.(*ast.Identifier); !name || one.Initializer != nil {
			return false
		}
	}
	return true
}

func callsEval(tree any) (found bool) {
	walk(tree, func(node any) {
		call, is := node.(*ast.CallExpression)
		found = found || is && isName(call.Callee, "eval")
	})
	return found
}

func declareFirst(body *ast.BlockStatement) {
	at := body.LeftBrace
	declaration := &ast.LexicalDeclaration{
		Idx: at, Token: token.LET, List: []*ast.Binding{{Target: &ast.Identifier{Name: inEval, Idx: at}}},
	}
	first := afterDirectives(body.List)
	body.List = slices.Insert(slices.Clone(body.List), first, ast.Statement(declaration))
}
