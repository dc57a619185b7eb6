package main

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/liveload/liveload/plan"
)

// TestDocumentationKnowsEveryFlag holds docs/cli.md to the table of flags, in both directions.
func TestDocumentationKnowsEveryFlag(t *testing.T) {
	content, err := os.ReadFile("../../docs/cli.md")
	if err != nil {
		t.Fatal(err)
	}
	text, known := string(content), map[string]bool{"LIVELOAD_CACHE": true, "--help": true}
	for _, c := range new(outside).commands() {
		for _, name := range flagNames(c.Flags) {
			known["--"+name], known[variable(name)] = true, true
			if !strings.Contains(text, "`--"+name) || !strings.Contains(text, "`"+variable(name)+"`") {
				t.Errorf("docs/cli.md lacks --%s or its variable %s", name, variable(name))
			}
		}
	}
	for _, name := range regexp.MustCompile(`--[a-z][a-z-]+|LIVELOAD_[A-Z_]+`).FindAllString(text, -1) {
		if !known[name] && name != "--flag" {
			t.Errorf("docs/cli.md speaks of %s, which is no flag or variable", name)
		}
	}
	for _, option := range plan.OptionNames() {
		if !strings.Contains(text, "`"+option+"`") {
			t.Errorf("docs/cli.md lacks the option %s", option)
		}
	}
}
