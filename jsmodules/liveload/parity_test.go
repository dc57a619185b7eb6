package liveload

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/liveload/liveload/jsmodules/types"
)

// block returns the lines of a declaration between its opening line and its closing brace. It may be
// spread over several files.
func block(t *testing.T, opening string) string {
	t.Helper()
	var all string
	for _, text := range []string{types.Liveload, types.Navigate, types.Elements, types.LiveViews, types.Throttles} {
		if _, rest, ok := strings.Cut(text, opening); ok {
			inside, _, _ := strings.Cut(rest, "\n  }\n")
			all += inside + "\n"
		}
	}
	if all == "" {
		t.Fatalf("no declaration has %q", opening)
	}
	return all
}

var declared = regexp.MustCompile(`(?m)^    (?:readonly )?(\w+)(?:<.*?>)?\(`)

// TestParity: the table, the type declarations and the guide name the same operations with the same
// arguments.
func TestParity(t *testing.T) {
	guide, err := os.ReadFile("../../docs/scenario-api.md")
	if err != nil {
		t.Fatal(err)
	}
	body := block(t, "export interface Operations {")
	var names []string
	for _, m := range declared.FindAllStringSubmatch(body, -1) {
		names = append(names, m[1])
	}
	for _, op := range operations() {
		if !slices.Contains(names, op.name) {
			t.Errorf("%s is not declared", op.name)
			continue
		}
		line := regexp.MustCompile(`(?m)^    ` + op.name + `(<.*?>)?\(.*$`).FindString(body)
		for _, p := range op.params {
			if !strings.Contains(line, p.name+":") && !strings.Contains(line, p.name+"?:") {
				t.Errorf("the declaration of %s has no parameter %s: %s", op.name, p.name, line)
			}
		}
		for _, option := range op.options {
			if pictureReaders[option] != nil {
				continue // in Picture, as the test of Playwright's options holds
			}
			if !strings.Contains(line, option+"?:") {
				t.Errorf("the declaration of %s has no option %s", op.name, option)
			}
		}
		if op.strict() != (strings.Contains(line, "options?: ElementOptions") || strings.Contains(line, " & Strict")) {
			t.Errorf("%s is strict: %v, declared %s", op.name, op.strict(), line)
		}
		if op.do != nil && !op.extracts && !op.strict() && !strings.Contains(line, "options?: Options") {
			t.Errorf("the declaration of %s has no options", op.name)
		}
		if op.extracts != strings.Contains(line, "options?: As<") {
			t.Errorf("%s extracts %v, declared %s", op.name, op.extracts, line)
		}
		if !strings.Contains(string(guide), "`"+op.name+"(") {
			t.Errorf("docs/scenario-api.md does not explain %s", op.name)
		}
	}
	if len(names) != len(operations()) {
		t.Errorf("%d operations, %d declared", len(operations()), len(names))
	}
	if documented := strings.Count(body, "@example"); documented != len(names) {
		t.Errorf("%d of %d declared operations have an example", documented, len(names))
	}
}

// TestBrowserOperations: those that have a duration, and only those.
func TestBrowserOperations(t *testing.T) {
	all := BrowserOperations()
	for name, measured := range map[string]bool{"click": true, "navigate": true, "screenshot": true, "resetStorage": true, "think": false, "assign": false, "step": false} {
		if slices.Contains(all, name) != measured {
			t.Errorf("%s is measured: %v, want %v", name, !measured, measured)
		}
	}
	if !slices.IsSorted(all) || len(all) != len(operations())-len(local()) {
		t.Errorf("%d operations are measured: %v", len(all), all)
	}
}

// TestUserParity: every operation and property is there for scripts.
func TestUserParity(t *testing.T) {
	var names []string
	for _, op := range operations() {
		names = append(names, op.name)
	}
	for _, m := range regexp.MustCompile(`(?m)^    (?:readonly )?(\w+):`).FindAllStringSubmatch(block(t, "export interface User extends Operations {"), -1) {
		names = append(names, m[1])
	}
	script := iterate(`
		const chain = user.assign('x', 1);
		for (const name of ['` + strings.Join(names, "','") + `']) {
			if (user[name] === undefined) throw new Error('the user has no ' + name);
			if (typeof user[name] === 'function' && user[name].name !== name) throw new Error(name + ' is called ' + user[name].name);
			if (typeof user[name] === 'function' && typeof chain[name] !== 'function') throw new Error('a chain has no ' + name);
		}
		for (const name of ['then', 'catch', 'finally']) if (user[name] || typeof chain[name] !== 'function') throw new Error(name);`)
	if _, err := newUser(t, "a.js", script, Options{Node: "n", Scenario: "s"}).RunIteration(t.Context(), newFake(), 1); err != nil {
		t.Fatal(err)
	}
	for _, name := range NewModule(nil).Names() {
		if !regexp.MustCompile(`(?m)^  export (function|const) ` + name + `\b`).MatchString(types.Liveload) {
			t.Errorf("the module's %s is not declared", name)
		}
	}
}
