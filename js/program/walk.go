package program

import (
	"reflect"

	"github.com/dop251/goja/ast"
)

var astPackage = reflect.TypeFor[ast.Program]().PkgPath()

// walk visits every node of a syntax tree once. goja has no visitor of its own.
func walk(tree any, visit func(node any)) {
	walkInto(tree, func(node any) bool { visit(node); return true })
}

// walkInto is walk that skips what is inside of nodes for which visit returns false.
func walkInto(tree any, visit func(node any) (inside bool)) {
	w := walker{seen: map[any]bool{}, visit: visit}
	w.walk(reflect.ValueOf(tree))
}

type walker struct {
	seen  map[any]bool
	visit func(node any) (inside bool)
}

func (w *walker) walk(v reflect.Value) {
	switch v.Kind() {
	case reflect.Interface:
		w.walk(v.Elem())
	case reflect.Slice:
		for i := range v.Len() {
			w.walk(v.Index(i))
		}
	case reflect.Pointer:
		if v.IsNil() || v.Type().Elem().PkgPath() != astPackage || w.seen[v.Interface()] {
			return
		}
		w.seen[v.Interface()] = true
		if w.visit(v.Interface()) {
			w.walk(v.Elem())
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				w.walk(v.Field(i))
			}
		}
	}
}
