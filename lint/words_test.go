package lint

import (
	"fmt"
	"go/ast"
	"go/token"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// abandoned are words that names and comments no longer use, with those of the field that took their place.
var abandoned = map[string]string{
	"crew":     "executor, or users",
	"house":    "project, or layout",
	"keeper":   "store, or evidence store",
	"resident": "user, or script user",
	"roster":   "executor",
	"scene":    "state",
	"seat":     "slot",
	"stock":    "warm users",
}

// wordPattern finds the words of prose and of names: userID is user and ID.
var wordPattern = regexp.MustCompile(`[A-Z]?[a-z]+|[A-Z]+`)

func TestNamesAndCommentsUseTheWordsOfTheField(t *testing.T) {
	for _, f := range files(t) {
		if f.is(".go") && !strings.HasPrefix(f.name, "examples/") { // the shop has words of its own
			for _, message := range checkWords(t, f) {
				t.Error(message)
			}
		}
	}
}

// checkWords checks the names that a file declares or uses and at its comments, but not at its texts.
func checkWords(t *testing.T, f sourceFile) (messages []string) {
	t.Helper()
	set, parsed := parse(t, f)
	clean := make(map[string]bool) // texts without such words; names come often
	check := func(place token.Pos, text string) {
		if clean[text] {
			return
		}
		before := len(messages)
		for _, word := range wordPattern.FindAllString(text, -1) {
			word = strings.ToLower(word)
			for _, singular := range []string{word, strings.TrimSuffix(word, "s")} {
				if instead := abandoned[singular]; instead != "" {
					messages = append(messages, fmt.Sprintf("%s: %q: write %s", set.Position(place), word, instead))
				}
			}
		}
		clean[text] = len(messages) == before
	}
	ast.Inspect(parsed, func(n ast.Node) bool {
		if name, ok := n.(*ast.Ident); ok {
			check(name.Pos(), name.Name)
		}
		return true
	})
	for _, group := range parsed.Comments {
		check(group.Pos(), strings.ReplaceAll(group.Text(), "resident memory", "memory")) // which is the word of the field
	}
	return slices.Compact(messages)
}

func TestTheWordRuleBites(t *testing.T) {
	source := `package p
// A thing has seats.
type thing struct{ userSeat int }
func warehouse() string { return "a house" }
`
	if messages := checkWords(t, sourceFile{"p.go", []byte(source)}); len(messages) != 2 {
		t.Errorf("%d messages, want 2 (seats, userSeat)\n%s", len(messages), strings.Join(messages, "\n"))
	}
}
