package js

import (
	"github.com/dop251/goja/ast"
	"github.com/dop251/goja/unistring"
)

// frameHelpers are what esbuild puts around the script, for modules that may come from anywhere. Running
// them makes goja build the greater part of the language's own objects, in every VM.
var frameHelpers = map[string]bool{
	"__defProp": true, "__getOwnPropDesc": true, "__getOwnPropNames": true, "__hasOwnProp": true,
	"__copyProps": true, "__toCommonJS": true,
}

// slim takes out the helpers that nothing needs once exportDirectly has been at work. What imports packages
// keeps those that it uses.
func slim(program *ast.Program) {
	for _, statement := range program.Body {
		if object, ok := exportedObject(statement); ok {
			withoutPrototype(object)
		}
	}
	removeUnused(program)
}

// exportDirectly has the script's own exports taken as they are, not copied into another object. They are as
// live as before, and their names the same; only the __esModule of a CommonJS package that is exported whole
// shows among them.
func exportDirectly(body []ast.Statement) {
	for _, statement := range body {
		if x, ok := exportStatement(statement); ok {
			x.Right = x.Right.(*ast.CallExpression).ArgumentList[0]
		}
	}
}

// exportStatement recognises module.exports = __toCommonJS(name).
func exportStatement(statement ast.Statement) (*ast.AssignExpression, bool) {
	if s, ok := statement.(*ast.ExpressionStatement); ok {
		if x, ok := s.Expression.(*ast.AssignExpression); ok && isExported(x) {
			return x, true
		}
	}
	return nil, false
}

// exportedObject recognises __export(name, { key: () => value, ... }) and returns the object.
func exportedObject(statement ast.Statement) (*ast.ObjectLiteral, bool) {
	s, ok := statement.(*ast.ExpressionStatement)
	if !ok {
		return nil, false
	}
	x, ok := s.Expression.(*ast.CallExpression)
	if !ok || !isName(x.Callee, "__export") || len(x.ArgumentList) != 2 || !onlyFunctions(x.ArgumentList[1]) {
		return nil, false
	}
	return x.ArgumentList[1].(*ast.ObjectLiteral), true
}

// isExported recognises module.exports = __toCommonJS(name).
func isExported(x *ast.AssignExpression) bool {
	to, dot := x.Left.(*ast.DotExpression)
	call, called := x.Right.(*ast.CallExpression)
	if !dot || !called || !isName(to.Left, "module") || !isName(call.Callee, "__toCommonJS") || len(call.ArgumentList) != 1 {
		return false
	}
	_, named := call.ArgumentList[0].(*ast.Identifier)
	return named
}

// withoutPrototype keeps `for (name in object)` from looking into Object.prototype.
func withoutPrototype(object *ast.ObjectLiteral) {
	at := object.Idx0()
	object.Value = append([]ast.Property{&ast.PropertyKeyed{
		Key:  &ast.StringLiteral{Idx: at, Literal: `"__proto__"`, Value: unistring.NewFromString("__proto__")},
		Kind: ast.PropertyKindValue, Value: &ast.NullLiteral{Idx: at, Literal: "null"},
	}}, object.Value...)
}

// removeUnused removes the helpers that neither the script nor a helper that is left uses.
func removeUnused(program *ast.Program) {
	uses := map[string]map[string]bool{} // by helper, and "" for all other code
	for _, statement := range program.Body {
		user, _ := helperOf(statement)
		if uses[user] == nil {
			uses[user] = map[string]bool{}
		}
		if x, ok := exportStatement(statement); ok {
			statement = &ast.ExpressionStatement{Expression: x.Right.(*ast.CallExpression).ArgumentList[0]}
		}
		for _, name := range freeNames(statement) {
			uses[user][name] = frameHelpers[name] && name != user
		}
	}
	needed := map[string]bool{}
	var need func(user string)
	need = func(user string) {
		for name, helper := range uses[user] {
			if helper && !needed[name] {
				needed[name] = true
				need(name)
			}
		}
	}
	need("")
	removed := map[string]bool{}
	var rest []ast.Statement
	for _, statement := range program.Body {
		if name, ok := helperOf(statement); ok && !needed[name] {
			removed[name] = true
		} else {
			rest = append(rest, statement)
		}
	}
	program.Body = rest
	var declared []*ast.VariableDeclaration
	for _, declaration := range program.DeclarationList {
		if name, ok := soleName(declaration.List); !ok || !removed[name] {
			declared = append(declared, declaration)
		}
	}
	program.DeclarationList = declared
}

// helperOf returns the helper that a statement of the top level defines, "" for other statements.
func helperOf(statement ast.Statement) (name string, ok bool) {
	s, ok := statement.(*ast.VariableStatement)
	if !ok {
		return "", false
	}
	name, ok = soleName(s.List)
	if !ok || !frameHelpers[name] {
		return "", false
	}
	switch s.List[0].Initializer.(type) {
	case *ast.DotExpression, *ast.ArrowFunctionLiteral:
		return name, true
	}
	return "", false // a script's own
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
