package program

import (
	"errors"

	"github.com/dop251/goja"
	"github.com/dop251/goja/file"
	"github.com/dop251/goja/parser"

	"github.com/liveload/liveload/js/scripterr"
)

// parseError translates what goja says about a program that it cannot compile. esbuild accepted the
// script, so it uses something that goja lacks.
func (p *Program) parseError(err error) error {
	e := &scripterr.Error{Name: "SyntaxError", Message: err.Error(), File: p.Name()}
	var list parser.ErrorList
	var compile *goja.CompilerSyntaxError
	switch {
	case errors.As(err, &list) && len(list) > 0:
		e.Message = list[0].Message
		p.locate(e, list[0].Position)
	case errors.As(err, &compile) && compile.File != nil:
		e.Message = compile.Message
		p.locate(e, compile.File.Position(compile.Offset))
	}
	return e
}

func (p *Program) locate(e *scripterr.Error, pos file.Position) {
	at, ok := p.Frame("", pos)
	if !ok {
		return
	}
	e.File, e.Line, e.Column, e.Stack = at.File, at.Line, at.Column, []scripterr.Frame{at}
	e.SourceLine = p.Line(at)
}
