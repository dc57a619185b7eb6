package liveload

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/liveload/liveload/browserpool/installation"
)

// likePlaywrights are the operations that Playwright has, by the names of its methods.
var likePlaywrights = map[string][]string{
	"navigate": {"Page.goto"}, "pageContent": {"Page.content"}, "selectMultipleOptions": {"Page.selectOption"}, "clear": {"Locator.clear"},
	"blur": {"Locator.blur"}, "count": {"Locator.count"}, "type": {"Page.type", "Locator.pressSequentially"}, "dragAndDrop": {"Page.dragAndDrop", "Locator.dragTo"},
}

// ours are the operations that Playwright does not have.
var ours = []string{
	"waitForText", "ensureLiveView", "waitForLiveView", "waitForPhxLoading", "waitForPhxReply", "submitForm", "storageSnapshot", "restoreStorage", "resetStorage",
}

// notTaken are the options of Playwright's that operations do not take, with the reason.
var notTaken = map[string]string{
	"screenshot path":    "the name says which file of the evidence it is",
	"screenshot type":    "evidence is PNG",
	"screenshot quality": "of JPEG",
}

// more are options that Playwright's methods do not have.
var more = []string{"timeout", "as", "allowStatus"}

// TestPlaywrightsOptions: an operation takes what Playwright's method of its name takes, as the types of the installed
// driver say, and nothing else but what is ours.
func TestPlaywrightsOptions(t *testing.T) {
	declared := playwrightTypes(t)
	compared := 0
	for _, op := range operations() {
		if op.do == nil || slices.Contains(ours, op.name) {
			continue
		}
		methods := likePlaywrights[op.name]
		if methods == nil {
			methods = []string{"Page." + op.name}
		}
		var theirs []string
		for _, method := range methods {
			options, found := optionsIn(declared, method)
			if !found {
				t.Errorf("%s: Playwright has no %s", op.name, method)
			}
			theirs = append(theirs, options...)
		}
		for _, option := range theirs {
			compared++
			refused := notTaken[op.name+" "+option] != ""
			if slices.Contains(op.optionNames(), option) == refused {
				t.Errorf("%s takes %s: %v, want %v", op.name, option, refused, !refused)
			}
		}
		for _, option := range op.optionNames() {
			if !slices.Contains(theirs, option) && !slices.Contains(more, option) && option != "strict" {
				t.Errorf("%s takes %s, but %v does not", op.name, option, methods)
			}
		}
	}
	if compared < 100 {
		t.Errorf("only %d options were compared", compared)
	}
	for _, name := range append(slices.Clone(ours), "selectOption") {
		if operationTable()[name] == nil {
			t.Errorf("there is no operation %s", name)
		}
	}
}

// playwrightTypes are the declarations of the driver on this machine, without their comments.
func playwrightTypes(t *testing.T) string {
	t.Helper()
	found, err := installation.Here()
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(found.DriverDir, "package", "types", "types.d.ts"))
	if err != nil {
		t.Fatal(err)
	}
	return regexp.MustCompile(`(?s)/\*.*?\*/`).ReplaceAllString(string(text), "")
}

var (
	optionsAt = regexp.MustCompile(`\boptions\??: (\{|\w+)`)
	key       = regexp.MustCompile(`(?m)^(\w+)\??:`)
)

// optionsIn returns the options of a method such as Page.click, in all its overloads.
func optionsIn(types, method string) (options []string, found bool) {
	class, name, _ := strings.Cut(method, ".")
	for _, args := range regexp.MustCompile(`(?m)^  `+name+`(?:<.*?>)?\(`).FindAllStringIndex(interfaceIn(types, class), -1) {
		found = true
		signature := upTo(interfaceIn(types, class)[args[1]:], '(', ')')
		at := optionsAt.FindStringSubmatchIndex(signature)
		if at == nil {
			continue
		}
		body := signature[at[3]:]
		if named := signature[at[2]:at[3]]; named != "{" {
			body = interfaceIn(types, named)
			_, rest, _ := strings.Cut(types, "interface "+named+" extends ")
			if parent, _, ok := strings.Cut(rest, " {"); ok && len(rest) > 0 {
				body += interfaceIn(types, parent)
			}
		}
		for _, m := range key.FindAllStringSubmatch(outermost(upTo(body, '{', '}')), -1) {
			options = append(options, m[1])
		}
	}
	slices.Sort(options)
	return slices.Compact(options), found
}

// interfaceIn returns what is between the braces of an interface.
func interfaceIn(types, name string) string {
	at := regexp.MustCompile(`interface ` + name + `\b[^{]*\{`).FindStringIndex(types)
	if at == nil {
		return ""
	}
	return upTo(types[at[1]:], '{', '}')
}

// upTo returns a text up to the bracket that closes one which was opened before it; all of it when there is none.
func upTo(text string, open, shut byte) string {
	depth := 1
	for i := range len(text) {
		switch text[i] {
		case open:
			depth++
		case shut:
			if depth--; depth == 0 {
				return text[:i]
			}
		}
	}
	return text
}

// outermost drops what is in inner braces, and the blanks before each line.
func outermost(text string) string {
	var kept strings.Builder
	depth := 0
	for _, r := range text {
		switch {
		case r == '{':
			depth++
		case r == '}':
			depth--
		case depth == 0:
			kept.WriteRune(r)
		}
	}
	return regexp.MustCompile(`(?m)^\s+`).ReplaceAllString(kept.String(), "")
}
