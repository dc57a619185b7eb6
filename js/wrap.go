package js

import (
	"github.com/dop251/goja/ast"
	"github.com/dop251/goja/file"
	"github.com/dop251/goja/unistring"
)

// wrapped is a program whose value is a function of module, exports and require that runs the original one.
func wrapped(program *ast.Program) *ast.Program {
	begin := file.Idx(program.File.Base())
	var params []*ast.Binding
	for _, name := range []string{"module", "exports", "require"} {
		params = append(params, &ast.Binding{Target: &ast.Identifier{Name: unistring.NewFromString(name), Idx: begin}})
	}
	function := &ast.ArrowFunctionLiteral{
		Start: begin, ParameterList: &ast.ParameterList{List: params}, Body: &ast.BlockStatement{List: program.Body},
		DeclarationList: program.DeclarationList,
	}
	return &ast.Program{File: program.File, Body: []ast.Statement{&ast.ExpressionStatement{Expression: function}}}
}
