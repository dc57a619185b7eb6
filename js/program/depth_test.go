package program_test

import (
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/liveload/liveload/js/nesting"
	"github.com/liveload/liveload/js/program"
)

// deepest are programs that are nested about as deep as is allowed.
var deepest = map[string]string{
	"arrays":      "x = " + strings.Repeat("[", 9_990) + strings.Repeat("]", 9_990),
	"brackets":    "x = " + strings.Repeat("(", 9_990) + "1" + strings.Repeat(")", 9_990),
	"operators":   "x = 1" + strings.Repeat("+1", 15_000),
	"assignments": "var a; " + strings.Repeat("a=", 190_000) + "1",
}

// TestDeepestPrograms compiles what is nested as deep as is allowed, in a process of its own, which Go would end if that took more
// stack than there is.
func TestDeepestPrograms(t *testing.T) {
	const variable = "LIVELOAD_TEST_DEEPEST"
	if text := deepest[os.Getenv(variable)]; text != "" {
		if nesting.Source(text) {
			t.Error("it is refused")
		}
		if _, err := program.Load(program.Source{Name: "s.js", Code: text, Map: `{"version":3,"sources":[],"mappings":""}`}); err != nil {
			t.Error(err)
		}
		return
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for name := range deepest {
		cmd := exec.CommandContext(t.Context(), self, "-test.run=^TestDeepestPrograms$")
		cmd.Env = append(os.Environ(), variable+"="+name)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("%s: %v\n%.500s", name, err, out)
		}
	}
}
