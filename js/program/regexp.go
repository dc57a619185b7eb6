package program

import (
	"fmt"
	"reflect"
	"unicode/utf16"

	"github.com/dop251/goja/ast"
	"github.com/dop251/goja/unistring"

	"github.com/liveload/liveload/js/regex"
	"github.com/liveload/liveload/js/scripterr"
)

// regexpMaker is the parameter of the program that makes the regular expressions that goja would run wrongly. No script can
// have such a name.
const regexpMaker = "(regexp)"

// lowerRegexps has such literals made by a call of regexpMaker. The first one that is not valid is an error with its place.
func (p *Program) lowerRegexps(program *ast.Program) (failed error) {
	replace(reflect.ValueOf(program.Body), map[any]bool{}, func(e ast.Expression) ast.Expression {
		literal, ok := e.(*ast.RegExpLiteral)
		if !ok || !regex.Needed(literal.Pattern, literal.Flags) {
			return e
		}
		if _, err := regex.Compile(utf16.Encode([]rune(literal.Pattern)), literal.Flags); err != nil && failed == nil {
			invalid := &scripterr.Error{Name: "SyntaxError", File: p.Name(), Message: fmt.Sprintf("regular expression /%s/%s: %v", literal.Pattern, literal.Flags, err)}
			p.locate(invalid, program.File.Position(int(literal.Idx)-program.File.Base()))
			failed = invalid
		}
		p.regexps = true
		text := func(s string) ast.Expression {
			return &ast.StringLiteral{Idx: literal.Idx, Literal: s, Value: unistring.NewFromString(s)}
		}
		return callOf(regexpMaker, text(literal.Pattern), text(literal.Flags))
	})
	return failed
}

// replace puts what with returns in the place of every expression of a syntax tree.
func replace(v reflect.Value, seen map[any]bool, with func(ast.Expression) ast.Expression) {
	switch v.Kind() {
	case reflect.Interface:
		if e, ok := v.Interface().(ast.Expression); ok && v.CanSet() {
			if other := with(e); other != e {
				v.Set(reflect.ValueOf(other))
				return
			}
		}
		replace(v.Elem(), seen, with)
	case reflect.Slice:
		for i := range v.Len() {
			replace(v.Index(i), seen, with)
		}
	case reflect.Pointer:
		if v.IsNil() || v.Type().Elem().PkgPath() != astPackage || seen[v.Interface()] {
			return
		}
		seen[v.Interface()] = true
		replace(v.Elem(), seen, with)
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				replace(v.Field(i), seen, with)
			}
		}
	}
}
