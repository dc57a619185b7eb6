package js

import (
	"slices"

	"github.com/dop251/goja"
	"github.com/dop251/goja/ast"
	"github.com/dop251/goja/file"
	"github.com/dop251/goja/token"
	"github.com/dop251/goja/unistring"
)

// goja makes an object of some 600 bytes for each function, in every VM, as soon as the code around it
// runs. Bundled packages have many functions at their top level of which a scenario calls few. They are
// taken out of the program and compiled alone, and a VM makes one when its name is first read: as a
// property of the prototype of the global object, which is why the program then runs as a global script.
// A script that could tell the difference (see doubtful) is run as a function instead, as a whole.

// compile compiles what esbuild has made of the script.
func (p *Program) compile(program *ast.Program) error { return p.compileIf(program, (*lifter).pays) }

// compileIf compiles lazily if that is possible and wanted.
func (p *Program) compileIf(program *ast.Program, wanted func(*lifter) bool) error {
	slim(program)
	l := newLifter(program)
	if l.hides || l.doubtful() {
		return p.compileEagerly(program)
	}
	rest := l.lift()
	if !wanted(l) || p.compileLazily(l, rest) != nil {
		return p.compileEagerly(program)
	}
	return nil
}

// pays says whether a VM is likely to be smaller when what was lifted is made lazily. That saves 660 bytes for
// each function that is not used and costs 130 for each that is, 100 for each name that stays, as it becomes a
// property of the global object, and 2,000 in all. A script is taken to use every second function.
func (l *lifter) pays() bool {
	lifted := len(l.lifted)
	return (660-130)*lifted/2 > 2000+100*(len(l.times)-lifted)
}

// compileLazily fails for code that is legal only inside of a function.
func (p *Program) compileLazily(l *lifter, rest *ast.Program) (err error) {
	p.lazy = map[string]*goja.Program{}
	for name, value := range l.lifted {
		if p.lazy[name], err = goja.CompileAST(alone(l.program.File, name, value), l.strict); err != nil {
			return err
		}
	}
	exportDirectly(rest.Body)
	p.compiled, err = goja.CompileAST(rest, l.strict)
	return err
}

// compileEagerly compiles the script as one function.
func (p *Program) compileEagerly(program *ast.Program) (err error) {
	p.lazy = nil
	exportDirectly(program.Body)
	p.compiled, err = goja.CompileAST(wrapped(program), false)
	return err
}

// makeLazy makes a function or class of the top level. From then on it is a property of the global object
// itself, where it is found sooner, unless the script has closed that one.
func (w *webGlobals) makeLazy(name string, program *goja.Program) goja.Value {
	value, err := w.vm.rt.RunProgram(program)
	if err != nil {
		panic(err)
	}
	if err := w.vm.defineHidden(name, value); err != nil {
		w.made[name] = value
	}
	return value
}

// alone is a program whose value is that of the constant name: so it gets its name.
func alone(in *file.File, name string, value ast.Expression) *ast.Program {
	id := &ast.Identifier{Name: unistring.NewFromString(name), Idx: value.Idx0()}
	constant := &ast.LexicalDeclaration{Idx: value.Idx0(), Token: token.CONST, List: []*ast.Binding{{Target: id, Initializer: value}}}
	return &ast.Program{File: in, Body: []ast.Statement{&ast.BlockStatement{
		LeftBrace: value.Idx0(), List: []ast.Statement{constant, &ast.ExpressionStatement{Expression: id}}, RightBrace: value.Idx1(),
	}}}
}

// wrapped is a program whose value is a function of module, exports and require that does the rest: an arrow
// function, so that this and arguments are the same as in a global script.
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

func isStrict(body []ast.Statement) bool {
	directives := body[:afterDirectives(body)]
	return slices.ContainsFunc(directives, func(statement ast.Statement) bool {
		return statement.(*ast.ExpressionStatement).Expression.(*ast.StringLiteral).Value == "use strict"
	})
}
