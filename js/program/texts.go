package program

import (
	"reflect"

	"github.com/dop251/goja/ast"
	"github.com/dop251/goja/token"
	"github.com/dop251/goja/unistring"
)

// textGuard is the parameter of the program that looks at what an addition or a template has made, and returns it: a few of them, each
// twice as long as the one before, take all memory before anybody who only looks now and then sees it.
const textGuard = "(text)"

// guardTexts has the program show what it puts together of two values that may both be long texts, but within what was seen.
func (p *Program) guardTexts(program *ast.Program, seen map[any]bool) {
	var within func(ast.Expression) ast.Expression
	within = func(e ast.Expression) ast.Expression {
		if !joins(e) || seen[e] {
			return e
		}
		seen[e] = true
		replace(reflect.ValueOf(e).Elem(), seen, within)
		p.texts = true
		if assignment, is := e.(*ast.AssignExpression); is && repeatable(assignment.Left) { // a text that is too long is not assigned
			sum := &ast.BinaryExpression{Operator: token.PLUS, Left: assignment.Left, Right: assignment.Right}
			assignment.Operator, assignment.Right = token.ASSIGN, callOf(textGuard, sum)
			return assignment
		}
		return callOf(textGuard, e)
	}
	replace(reflect.ValueOf(program.Body), seen, within)
}

// repeatable says whether the target of an assignment may be evaluated twice.
func repeatable(target ast.Expression) bool {
	if property, is := target.(*ast.DotExpression); is {
		target = property.Left
	}
	return len(again(target)) > 0
}

// joins says whether an expression may join texts that are long.
func joins(e ast.Expression) bool {
	switch e := e.(type) {
	case *ast.BinaryExpression:
		return e.Operator == token.PLUS && !short(e.Left) && !short(e.Right)
	case *ast.AssignExpression:
		return e.Operator == token.PLUS && !short(e.Right)
	case *ast.TemplateLiteral:
		return len(e.Expressions) > 0 && (e.Tag == nil || isRaw(e.Tag))
	}
	return false
}

func isRaw(tag ast.Expression) bool {
	raw, is := tag.(*ast.DotExpression)
	return is && raw.Identifier.Name == "raw"
}

// short says whether an expression is never a long text.
func short(e ast.Expression) bool {
	switch e := e.(type) {
	case *ast.StringLiteral, *ast.NumberLiteral, *ast.BooleanLiteral, *ast.NullLiteral, *ast.UnaryExpression:
		return true
	case *ast.BinaryExpression: // all but these make numbers and truth values
		return e.Operator != token.PLUS && e.Operator != token.LOGICAL_AND && e.Operator != token.LOGICAL_OR && e.Operator != token.COALESCE
	}
	return false
}

// callOf calls a parameter of the program with arguments, at the place of the first one.
func callOf(parameter string, arguments ...ast.Expression) ast.Expression {
	at := arguments[0].Idx0()
	return &ast.CallExpression{Callee: &ast.Identifier{Name: unistring.NewFromString(parameter), Idx: at}, LeftParenthesis: at, ArgumentList: arguments, RightParenthesis: at}
}
