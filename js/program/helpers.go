package program

import (
	"slices"

	"github.com/dop251/goja/ast"
	"github.com/dop251/goja/unistring"
)

// frameHelpers are the functions that esbuild puts in front of every program, whether it needs them or not. Defining them
// makes goja build most of the language's own objects, in every VM.
var frameHelpers = map[string]bool{
	"__defProp": true, "__getOwnPropDesc": true, "__getOwnPropNames": true, "__hasOwnProp": true,
	"__copyProps": true, "__toCommonJS": true,
}

// slimFrame exports the script's own exports as they are instead of copying them into another object, and removes
// the helpers that nothing needs then. Exports keep their names and stay live; only the __esModule of a CommonJS
// package that is exported whole becomes visible.
func slimFrame(program *ast.Program) {
	for _, statement := range program.Body {
		if s, ok := statement.(*ast.ExpressionStatement); ok {
			slimExport(s.Expression)
		}
	}
	removeUnusedHelpers(program)
}

// slimExport changes __export(name, { key: () => value, ... }) and module.exports = __toCommonJS(name).
func slimExport(expression ast.Expression) {
	if arguments := argumentsOf(expression, "__export", 2); arguments != nil {
		if object, ok := arguments[1].(*ast.ObjectLiteral); ok {
			withoutPrototype(object)
		}
	}
	x, ok := expression.(*ast.AssignExpression)
	if !ok {
		return
	}
	to, dot := x.Left.(*ast.DotExpression)
	if arguments := argumentsOf(x.Right, "__toCommonJS", 1); arguments != nil && dot && isName(to.Left, "module") {
		if _, named := arguments[0].(*ast.Identifier); named {
			x.Right = arguments[0]
		}
	}
}

// argumentsOf returns the n arguments of a call of name; nil for any other expression.
func argumentsOf(e ast.Expression, name string, n int) []ast.Expression {
	if call, ok := e.(*ast.CallExpression); ok && isName(call.Callee, name) && len(call.ArgumentList) == n {
		return call.ArgumentList
	}
	return nil
}

// withoutPrototype keeps the loop in __export from looking into Object.prototype, which goja would build for it.
func withoutPrototype(object *ast.ObjectLiteral) {
	at := object.Idx0()
	object.Value = append([]ast.Property{&ast.PropertyKeyed{
		Key:  &ast.StringLiteral{Idx: at, Literal: `"__proto__"`, Value: unistring.NewFromString("__proto__")},
		Kind: ast.PropertyKindValue, Value: &ast.NullLiteral{Idx: at, Literal: "null"},
	}}, object.Value...)
}

// removeUnusedHelpers removes the helpers that neither the program nor a needed helper names.
func removeUnusedHelpers(program *ast.Program) {
	definitions := map[string]ast.Statement{}
	var rest []ast.Statement
	for _, statement := range program.Body {
		if name, ok := helperOf(statement); ok {
			definitions[name] = statement
		} else {
			rest = append(rest, statement)
		}
	}
	needed := map[string]bool{}
	var need func(code any)
	need = func(code any) {
		walk(code, func(node any) {
			id, ok := node.(*ast.Identifier)
			if !ok || needed[id.Name.String()] || definitions[id.Name.String()] == nil {
				return
			}
			needed[id.Name.String()] = true
			need(definitions[id.Name.String()].(*ast.VariableStatement).List[0].Initializer)
		})
	}
	need(rest)
	program.Body = slices.DeleteFunc(program.Body, func(statement ast.Statement) bool {
		name, ok := helperOf(statement)
		return ok && !needed[name]
	})
	program.DeclarationList = slices.DeleteFunc(program.DeclarationList, func(declaration *ast.VariableDeclaration) bool {
		name, ok := soleName(declaration.List)
		return ok && definitions[name] != nil && !needed[name]
	})
}

// helperOf returns the frame helper that a statement of the top level defines.
func helperOf(statement ast.Statement) (name string, ok bool) {
	name, value := soleVariable(statement)
	switch value.(type) {
	case *ast.DotExpression, *ast.ArrowFunctionLiteral:
		return name, frameHelpers[name]
	}
	return "", false // a variable of the script with the same name
}

// soleVariable returns what var name = value declares.
func soleVariable(statement ast.Statement) (name string, value ast.Expression) {
	s, ok := statement.(*ast.VariableStatement)
	if !ok {
		return "", nil
	}
	name, ok = soleName(s.List)
	if !ok {
		return "", nil
	}
	return name, s.List[0].Initializer
}

func soleName(list []*ast.Binding) (string, bool) {
	if len(list) != 1 {
		return "", false
	}
	id, ok := list[0].Target.(*ast.Identifier)
	if !ok {
		return "", false
	}
	return id.Name.String(), true
}

func isName(e ast.Expression, name string) bool {
	id, ok := e.(*ast.Identifier)
	return ok && id.Name.String() == name
}
