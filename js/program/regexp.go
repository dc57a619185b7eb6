package program

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/dop251/goja/ast"

	"github.com/liveload/liveload/js/scripterr"
)

// goja takes Unicode classes in regular expressions and never matches them. A test that silently does
// something else is worse than one that does not start.

var unicodeClass = regexp.MustCompile(`\\[pP]\{[^}]*\}`)

// refuseUnicodeClasses finds the first regular expression with a Unicode class.
func (p *Program) refuseUnicodeClasses(program *ast.Program) error {
	if !unicodeClass.MatchString(p.source.Code) {
		return nil // as almost always: visiting every node of a program takes time
	}
	var found []*ast.RegExpLiteral
	walk(program.Body, func(node any) {
		if literal, ok := node.(*ast.RegExpLiteral); ok {
			found = append(found, literal)
		}
	})
	for _, literal := range found {
		class := firstClass(literal)
		if class == "" {
			continue
		}
		e := &scripterr.Error{Name: "SyntaxError", File: p.Name(), Message: fmt.Sprintf("%s would match nothing: scenarios know no Unicode "+
			"classes, so list the characters, such as [a-zà-öø-ÿ]; in a function for the page, which knows them, write new RegExp(%q, 'u')",
			class, class)}
		p.locate(e, program.File.Position(int(literal.Idx)-program.File.Base()))
		return e
	}
	return nil
}

// firstClass returns the first Unicode class of a regular expression; without the flags u or v it is
// plain text, and after a second backslash too.
func firstClass(literal *ast.RegExpLiteral) string {
	if !strings.ContainsAny(literal.Flags, "uv") {
		return ""
	}
	return unicodeClass.FindString(strings.ReplaceAll(literal.Pattern, `\\`, "  "))
}
