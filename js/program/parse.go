package program

import (
	"cmp"
	"errors"
	"slices"
	"strings"

	"github.com/dop251/goja/ast"
	"github.com/dop251/goja/file"
	"github.com/dop251/goja/parser"
)

// badTarget is what goja says of a default within an array pattern that has one itself, such as { x: [a = 1] = [] }, where
// the pattern declares variables. It leaves an *ast.BadExpression for a = 1.
const badTarget = "Invalid destructuring binding target"

// parse parses a program, also the patterns that goja refuses. The error is a parser.ErrorList whose positions are those in code; the
// program is there also then, and its File knows the source map.
func parse(code string, options ...parser.Option) (*ast.Program, error) {
	program, err := parser.ParseFile(nil, bundleName, code, 0, options...)
	list, ok := errors.AsType[parser.ErrorList](err)
	if !ok {
		return program, err
	}
	others := slices.DeleteFunc(slices.Clone(list), func(e *parser.Error) bool { return e.Message == badTarget })
	if len(others) > 0 {
		return program, others
	}
	if !mendPatterns(program, code) {
		return program, list
	}
	return program, nil
}

// mendPatterns replaces the elements that goja refused; ok is false when something is left that it did not understand.
func mendPatterns(program *ast.Program, code string) (ok bool) {
	ok = true
	walk(program.Body, func(node any) {
		switch node := node.(type) {
		case *ast.BadExpression:
			ok = false
		case *ast.ArrayPattern:
			for i, element := range node.Elements {
				if bad, isBad := element.(*ast.BadExpression); isBad {
					node.Elements[i] = cmp.Or(parseElement(code, bad.From), element)
				}
			}
		}
	})
	return ok
}

// parseElement parses the element of an array pattern that begins at from: the shortest text that is one. It is nil when there is none.
func parseElement(code string, from file.Idx) ast.Expression {
	const before = "async function* f(){[" // an element may await and yield
	begin := int(from) - 1
	if begin < len(before) {
		return nil
	}
	blank := strings.Repeat(" ", begin-len(before)) // so that each node has its place in code
	for end := begin; end < len(code); end++ {
		if code[end] != ',' && code[end] != ']' {
			continue
		}
		program, err := parse(blank+before+code[begin:end]+"]=[]}", parser.WithDisableSourceMaps)
		if err != nil {
			continue
		}
		return elementOf(program)
	}
	return nil
}

// elementOf returns the element that parseElement has put into a function.
func elementOf(program *ast.Program) (element ast.Expression) {
	walk(program.Body, func(node any) {
		if pattern, ok := node.(*ast.ArrayPattern); ok && element == nil && len(pattern.Elements) == 1 {
			element = pattern.Elements[0]
		}
	})
	return element
}
