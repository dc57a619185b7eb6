package scripts

import (
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// TestBuildContext: what Docker is given has all folders of which the command is made.
func TestBuildContext(t *testing.T) {
	text, err := os.ReadFile("../../.dockerignore")
	if err != nil {
		t.Fatal(err)
	}
	given := strings.Split(string(text), "\n")
	const module = "github.com/liveload/liveload/"
	out, err := exec.Command("go", "list", "-deps", module+"cmd/liveload").Output()
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(out)) {
		path, ours := strings.CutPrefix(strings.TrimSpace(line), module)
		if folder, _, _ := strings.Cut(path, "/"); ours && !slices.Contains(given, "!"+folder) {
			t.Errorf(".dockerignore leaves out %s, which the command imports", folder)
		}
	}
}
