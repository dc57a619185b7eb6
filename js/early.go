package js

import (
	"github.com/dop251/goja/ast"
)

// early follows the statements of a top level in their order and finds the names that may have been read
// so far: a constant function that is read before its definition must not be there yet. What a function
// reads counts when the function itself may have been read.
type early struct {
	read map[string]bool
	uses map[string][]string // what is read when a name is
}

func newEarly(program *ast.Program) *early {
	e := &early{read: map[string]bool{}, uses: map[string][]string{}}
	for _, statement := range program.Body {
		if s, ok := statement.(*ast.FunctionDeclaration); ok {
			e.uses[s.Function.Name.Name.String()] = freeNames(s.Function)
		}
	}
	return e
}

// run notes what a statement may read.
func (e *early) run(statement ast.Statement) {
	if name, names, ok := exportsOf(statement); ok {
		e.use(name, names)
		return
	}
	for _, name := range freeNames(statement) {
		e.enter(name)
	}
}

// define notes what the definition of a variable may read.
func (e *early) define(binding *ast.Binding) {
	id, named := binding.Target.(*ast.Identifier)
	if named && isInert(binding.Initializer) {
		e.use(id.Name.String(), freeNames(binding.Initializer))
		return
	}
	read := freeNames(binding.Initializer)
	if !named {
		read = append(read, freeNames(binding.Target)...)
	}
	for _, name := range read {
		e.enter(name)
	}
}

// use says that whoever reads name may read names too.
func (e *early) use(name string, names []string) {
	e.uses[name] = append(e.uses[name], names...)
	if e.read[name] {
		for _, other := range names {
			e.enter(other)
		}
	}
}

func (e *early) enter(name string) {
	if e.read[name] {
		return
	}
	e.read[name] = true
	for _, other := range e.uses[name] {
		e.enter(other)
	}
}

// isInert says whether making a value runs nothing: a function, a class that does nothing at once, a
// module that esbuild has put into a function.
func isInert(value ast.Expression) bool {
	switch v := value.(type) {
	case nil, *ast.FunctionLiteral, *ast.ArrowFunctionLiteral, *ast.NullLiteral:
		return true
	case *ast.ClassLiteral:
		for _, element := range v.Body {
			if runsAtOnce(element) {
				return false
			}
		}
		return v.SuperClass == nil
	case *ast.CallExpression:
		return isName(v.Callee, "__commonJS") && len(v.ArgumentList) == 1 && onlyFunctions(v.ArgumentList[0])
	}
	return false
}

// exportsOf recognises how esbuild exports: __export(name, { key: () => value, ... }), which reads nothing
// before somebody reads name, and module.exports = __toCommonJS(name).
func exportsOf(statement ast.Statement) (name string, names []string, ok bool) {
	if object, ok := exportedObject(statement); ok {
		call := statement.(*ast.ExpressionStatement).Expression.(*ast.CallExpression)
		id, ok := call.ArgumentList[0].(*ast.Identifier)
		if !ok {
			return "", nil, false
		}
		return id.Name.String(), freeNames(object), true
	}
	if x, ok := exportStatement(statement); ok {
		return "module", freeNames(x.Right), true
	}
	return "", nil, false
}

func onlyFunctions(value ast.Expression) bool {
	object, ok := value.(*ast.ObjectLiteral)
	if !ok {
		return false
	}
	for _, property := range object.Value {
		keyed, ok := property.(*ast.PropertyKeyed)
		if !ok || keyed.Computed || keyed.Value == nil || !isInert(keyed.Value) {
			return false
		}
	}
	return true
}

// freeNames returns the names that code takes from outside of it, and some that it does not.
func freeNames(tree any) []string {
	found := map[string]bool{}
	free(tree, nil, found)
	names := make([]string, 0, len(found))
	for name := range found {
		names = append(names, name)
	}
	return names
}

// bound is a chain of names that functions around a piece of code declare.
type bound struct {
	names map[string]bool
	outer *bound
}

func (b *bound) has(name string) bool {
	for ; b != nil; b = b.outer {
		if b.names[name] {
			return true
		}
	}
	return false
}

func free(tree any, around *bound, found map[string]bool) {
	walkInto(tree, func(node any) bool {
		switch n := node.(type) {
		case *ast.Identifier:
			if name := n.Name.String(); !around.has(name) {
				found[name] = true
			}
		case *ast.PropertyShort:
			if name := n.Name.Name.String(); !around.has(name) {
				found[name] = true
			}
		case *ast.FunctionLiteral:
			freeInFunction(n.ParameterList, n.Body, n.DeclarationList, around, found)
			return false
		case *ast.ArrowFunctionLiteral:
			freeInFunction(n.ParameterList, n.Body, n.DeclarationList, around, found)
			return false
		}
		return true
	})
}

func freeInFunction(params *ast.ParameterList, body ast.ConciseBody, vars []*ast.VariableDeclaration, around *bound, found map[string]bool) {
	inParams := &bound{names: map[string]bool{}, outer: around}
	for _, param := range params.List {
		inParams.add(param)
	}
	free(params, inParams, found)
	inBody := &bound{names: map[string]bool{}, outer: inParams}
	for _, declaration := range vars {
		inBody.add(declaration.List...)
	}
	if block, ok := body.(*ast.BlockStatement); ok {
		for _, statement := range block.List {
			inBody.declare(statement)
		}
	}
	free(body, inBody, found)
}

// declare adds what a statement declares for the whole function that it is in.
func (b *bound) declare(statement ast.Statement) {
	switch s := statement.(type) {
	case *ast.LexicalDeclaration:
		b.add(s.List...)
	case *ast.FunctionDeclaration:
		b.names[s.Function.Name.Name.String()] = true
	case *ast.ClassDeclaration:
		b.names[s.Class.Name.Name.String()] = true
	}
}

// add adds plain names; those in patterns are left out, which only makes code look as if it read more.
func (b *bound) add(bindings ...*ast.Binding) {
	for _, binding := range bindings {
		if id, ok := binding.Target.(*ast.Identifier); ok {
			b.names[id.Name.String()] = true
		}
	}
}
