package lint

import (
	"os"
	"regexp"
	"slices"
	"testing"
)

// ofMake is a command of the Makefile that runs one test, or fuzzes with one, in a folder.
var ofMake = regexp.MustCompile(`-(?:run|fuzz) '\^(\w+)\$\$'.* \./(\S+)`)

// TestTheMakefileNamesTests: go test is content when there is no test of a name.
func TestTheMakefileNamesTests(t *testing.T) {
	text, err := os.ReadFile("../Makefile")
	if err != nil {
		t.Fatal(err)
	}
	commands := ofMake.FindAllStringSubmatch(string(text), -1)
	if len(commands) == 0 {
		t.Error("the Makefile names no test: this test looks for the wrong words")
	}
	exists := testsAndScripts(t)
	for _, c := range commands {
		if !slices.Contains(exists[c[1]], c[2]) {
			t.Errorf("there is no %s in %s, which the Makefile runs", c[1], c[2])
		}
	}
}
