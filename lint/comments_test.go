package lint

import (
	"fmt"
	"go/ast"
	"go/token"
	"path"
	"slices"
	"strings"
	"testing"
)

// Every exported name has a comment, and every package says what it owns.
func TestExportedNamesAreDocumented(t *testing.T) {
	documented := map[string]bool{} // folders whose package comment was seen
	for _, f := range files(t) {
		if !f.is(".go") || f.is("_test.go") {
			continue
		}
		messages, packageComment := checkComments(t, f)
		for _, message := range messages {
			t.Error(message)
		}
		documented[path.Dir(f.name)] = documented[path.Dir(f.name)] || packageComment
	}
	for folder, ok := range documented {
		if !ok {
			t.Errorf("%s has no package comment: say in one file what the package owns and what it leaves to others", folder)
		}
	}
}

func checkComments(t *testing.T, f sourceFile) (messages []string, packageComment bool) {
	t.Helper()
	set, parsed := parse(t, f)
	for _, declaration := range parsed.Decls {
		for _, name := range undocumented(declaration) {
			messages = append(messages, fmt.Sprintf("%s: %s is exported and has no comment: say what it is for, its units, errors, "+
				"who may call it at once and who closes it; or do not export it", set.Position(name.Pos()), name.Name))
		}
	}
	return messages, parsed.Doc != nil
}

// undocumented returns the exported names of a declaration that lack a comment. A comment on a group
// of constants or variables speaks for all of them.
func undocumented(declaration ast.Decl) []*ast.Ident {
	switch d := declaration.(type) {
	case *ast.FuncDecl:
		if d.Doc == nil && d.Name.IsExported() && (d.Recv == nil || exportedReceiver(d.Recv)) && !wellKnown(d) {
			return []*ast.Ident{d.Name}
		}
	case *ast.GenDecl:
		var names []*ast.Ident
		for _, spec := range d.Specs {
			names = append(names, undocumentedSpec(d, spec)...)
		}
		return names
	}
	return nil
}

func undocumentedSpec(d *ast.GenDecl, spec ast.Spec) []*ast.Ident {
	switch s := spec.(type) {
	case *ast.TypeSpec:
		if s.Name.IsExported() && s.Doc == nil && d.Doc == nil {
			return []*ast.Ident{s.Name}
		}
	case *ast.ValueSpec:
		if s.Doc != nil || s.Comment != nil || d.Doc != nil || isEnum(d) {
			return nil
		}
		return slices.DeleteFunc(slices.Clone(s.Names), func(n *ast.Ident) bool { return !n.IsExported() })
	}
	return nil
}

// isEnum says whether a group lists the values of a type, whose own comment speaks for them.
func isEnum(d *ast.GenDecl) bool {
	first, ok := d.Specs[0].(*ast.ValueSpec)
	return ok && d.Tok == token.CONST && len(d.Specs) > 1 && first.Type != nil
}

func exportedReceiver(receiver *ast.FieldList) bool {
	var first *ast.Ident // the type's name; others are its parameters
	ast.Inspect(receiver.List[0].Type, func(n ast.Node) bool {
		if name, ok := n.(*ast.Ident); ok && first == nil {
			first = name
		}
		return first == nil
	})
	return first.IsExported()
}

// wellKnown methods mean what their interface in the standard library says.
func wellKnown(d *ast.FuncDecl) bool {
	known := "Error Unwrap Is As String Len Less Swap MarshalJSON UnmarshalJSON MarshalText UnmarshalText Write Read Close"
	return d.Recv != nil && slices.Contains(strings.Fields(known), d.Name.Name)
}

func TestTheCommentRuleBites(t *testing.T) {
	source := `package p
type Bare struct{}
func Bare2() {}
func (b *Bare) Method() {}
func (b *Bare) Error() string { return "" }
func (h hidden) Method() {}
// G is said.
func G() {}
// The sizes.
const ( A = 1; B = 2 )
const C = 3
type hidden int
const ( D hidden = iota; E )
`
	messages, packageComment := checkComments(t, sourceFile{"p.go", []byte(source)})
	if len(messages) != 4 || packageComment {
		t.Errorf("%d messages, want 4 (Bare, Bare2, Method, C); package comment %v\n%s",
			len(messages), packageComment, strings.Join(messages, "\n"))
	}
}
