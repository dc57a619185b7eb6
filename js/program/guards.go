package program

import (
	"math/big"
	"reflect"
	"regexp"
	"slices"
	"strconv"

	"github.com/dop251/goja/ast"
	"github.com/dop251/goja/token"
	"github.com/dop251/goja/unistring"
)

// guard is the parameter of the program that looks at a value before goja does something with it that may take more memory or
// stack than there is: it is called with a word for what that is, the value, which it returns, and where it goes if that is known.
const guard = "(guard)"

// What a guard is asked before.
const (
	GuardSource = "source" // a program is compiled
	GuardParts  = "parts"  // a function is compiled of all arguments, which become texts
	GuardArray  = "array"  // an array is made of so many elements
	GuardLength = "length" // the length of an array, which comes third if it may be evaluated twice, is set
	GuardPower  = "power"  // something, which comes third if it may be evaluated twice, is raised to a power; or something is shifted left
	GuardProxy  = "proxy"  // a Proxy is made with this target, or this handler
	// GuardBytes, with a digit behind it, is so many bytes for each element of a buffer.
	GuardBytes = "bytes"
	// GuardList, before another word, is what a list of arguments is for.
	GuardList = "list of "
)

// elements are how many bytes an element of a buffer takes.
var elements = map[string]string{
	"ArrayBuffer": "1", "Int8Array": "1", "Uint8Array": "1", "Uint8ClampedArray": "1", "Int16Array": "2", "Uint16Array": "2",
	"Int32Array": "4", "Uint32Array": "4", "Float32Array": "4", "Float64Array": "8", "BigInt64Array": "8", "BigUint64Array": "8",
}

// ElementBytes is how many bytes an element of a buffer of this class takes; 0 for other classes.
func ElementBytes(class string) int {
	n, _ := strconv.Atoi(elements[class])
	return n
}

var (
	guarded = regexp.MustCompile(`\beval\b|\b(?:Function|Proxy)\s*\(|\.\s*constructor\s*\(|Array(?:Buffer)?\s*\(|\blength['"` + "`" + `]?\]?\s*(?:\+|\*{1,2}|<<)?=|\*\*|<<`)
	// bigs is in all programs that can have a BigInt: without one, powers take no memory.
	bigs = regexp.MustCompile(`(?i)BigInt|\b\d\w*n\b`)
)

// guardGrowth has the program ask before it does what a few characters of a script can make take any amount of memory.
func (p *Program) guardGrowth(program *ast.Program, seen map[any]bool) {
	if !guarded.MatchString(p.source.Code) {
		return
	}
	powers := bigs.MatchString(p.source.Code)
	replace(reflect.ValueOf(program.Body), seen, func(e ast.Expression) ast.Expression {
		switch e := e.(type) {
		case *ast.CallExpression:
			p.guardCall(e.Callee, &e.ArgumentList)
		case *ast.NewExpression:
			p.guardCall(e.Callee, &e.ArgumentList)
		case *ast.AssignExpression:
			p.guardAssignment(e, powers)
		case *ast.BinaryExpression:
			switch {
			case !powers:
			case e.Operator == token.EXPONENT:
				p.guard(GuardPower, &e.Right, again(e.Left)...)
			case e.Operator == token.SHIFT_LEFT && (isBig(e.Left) || isBig(e.Right)):
				p.guard(GuardPower, &e.Right)
			}
		}
		return e
	})
}

// unguarded is in all programs that have something beyond the guards.
var unguarded = regexp.MustCompile(`\bwith\s*\(|\beval\(`)

// beyondGuards are the nodes within which the parameters of the program cannot be read: "with", whose object may have something of any
// name, and nameless classes with code that calls eval, around which goja miscounts the scopes.
func (p *Program) beyondGuards(program *ast.Program) map[any]bool {
	beyond := map[any]bool{}
	if !unguarded.MatchString(p.source.Code) {
		return beyond
	}
	walk(program.Body, func(node any) {
		switch n := node.(type) {
		case *ast.WithStatement:
			beyond[n] = true
		case *ast.ClassLiteral:
			beyond[n] = n.Name == nil && callsEval(n.Body)
		}
	})
	return beyond
}

func (p *Program) guardCall(callee ast.Expression, arguments *[]ast.Expression) {
	name := calleeName(callee)
	switch {
	case name == "eval":
		p.guardArguments(GuardSource, arguments, 1)
	case name == "Function" && len(*arguments) > 0:
		p.guardList(GuardParts, arguments)
	case name == "constructor" && len(*arguments) > 1: // which may be that of a function
		p.guardList(GuardSource, arguments)
	case name == "constructor":
		p.guardArguments(GuardSource, arguments, 1)
	case name == "Proxy":
		p.guardArguments(GuardProxy, arguments, 2)
	case name == "Array" && (len(*arguments) == 1 || slices.ContainsFunc(*arguments, spreads)):
		p.guardArguments(GuardArray, arguments, 1)
	case elements[name] != "":
		p.guardArguments(GuardBytes+elements[name], arguments, 1)
	}
}

// guardArguments has the first ones guarded, and all in a list when how many there are is not known.
func (p *Program) guardArguments(what string, arguments *[]ast.Expression, first int) {
	if slices.ContainsFunc(*arguments, spreads) {
		p.guardList(what, arguments)
		return
	}
	for i := range (*arguments)[:min(len(*arguments), first)] {
		p.guard(what, &(*arguments)[i])
	}
}

func spreads(e ast.Expression) bool {
	_, is := e.(*ast.SpreadElement)
	return is
}

// guardList makes f(a, ...b) to f(...guard([a, ...b])).
func (p *Program) guardList(what string, arguments *[]ast.Expression) {
	at := (*arguments)[0].Idx0()
	list := &ast.ArrayLiteral{LeftBracket: at, RightBracket: at, Value: *arguments}
	*arguments = []ast.Expression{&ast.SpreadElement{Expression: p.asks(GuardList+what, list)}}
}

// calleeName is the name of what is called, also of (0, eval) and globalThis.eval, and of any constructor.
func calleeName(callee ast.Expression) string {
	switch e := callee.(type) {
	case *ast.Identifier:
		return e.Name.String()
	case *ast.SequenceExpression:
		return calleeName(e.Sequence[len(e.Sequence)-1])
	case *ast.DotExpression:
		name := e.Identifier.Name.String()
		if on, ok := e.Left.(*ast.Identifier); ok && on.Name == "globalThis" || name == "constructor" {
			return name
		}
	}
	return ""
}

func (p *Program) guardAssignment(e *ast.AssignExpression, powers bool) {
	if of := lengthOf(e.Left); of != nil {
		same := again(of)
		if len(same) > 0 && slices.Contains([]token.Token{token.PLUS, token.MULTIPLY, token.EXPONENT, token.SHIFT_LEFT}, e.Operator) {
			e.Operator, e.Right = token.ASSIGN, &ast.BinaryExpression{Operator: e.Operator, Left: e.Left, Right: e.Right}
		}
		if e.Operator == token.ASSIGN {
			p.guard(GuardLength, &e.Right, same...)
		}
		return
	}
	switch {
	case !powers:
	case e.Operator == token.EXPONENT:
		p.guard(GuardPower, &e.Right, again(e.Left)...)
	case e.Operator == token.SHIFT_LEFT && isBig(e.Right):
		p.guard(GuardPower, &e.Right)
	}
}

// lengthOf is the object whose length an expression is, or nil.
func lengthOf(e ast.Expression) ast.Expression {
	switch e := e.(type) {
	case *ast.DotExpression:
		if e.Identifier.Name == "length" {
			return e.Left
		}
	case *ast.BracketExpression:
		if name, ok := e.Member.(*ast.StringLiteral); ok && name.Value == "length" {
			return e.Left
		}
	}
	return nil
}

// most is the largest literal that nobody needs to look at.
const most = 100_000

// again is an expression that may be evaluated twice, or nothing.
func again(e ast.Expression) []ast.Expression {
	switch e.(type) {
	case *ast.Identifier, *ast.ThisExpression:
		return []ast.Expression{e}
	}
	return nil
}

func (p *Program) guard(what string, value *ast.Expression, of ...ast.Expression) {
	switch v := (*value).(type) {
	case *ast.StringLiteral:
		if what != GuardSource || len(v.Value) <= most {
			return
		}
	case *ast.FunctionLiteral, *ast.ArrowFunctionLiteral, *ast.ArrayLiteral:
		return
	case *ast.NumberLiteral:
		if n, ok := v.Value.(int64); ok && n <= most {
			return
		}
		if n, ok := v.Value.(*big.Int); ok && n.IsInt64() && n.Int64() <= most && len(of) == 0 { // many times a large base is much
			return
		}
	}
	*value = p.asks(what, *value, of...)
}

// asks makes the call of the guard with a value.
func (p *Program) asks(what string, value ast.Expression, of ...ast.Expression) ast.Expression {
	p.guards = true
	word := &ast.StringLiteral{Idx: value.Idx0(), Literal: what, Value: unistring.NewFromString(what)}
	return callOf(guard, append([]ast.Expression{word, value}, of...)...)
}
