package plan

import (
	"strings"
	"testing"

	"github.com/liveload/liveload/jsmodules/types"
)

// TestOptionsAreDeclared holds the declarations for editors to the options that are read.
func TestOptionsAreDeclared(t *testing.T) {
	text, err := types.Files.ReadFile("options.d.ts")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range ScenarioOptionNames() {
		if strings.Count(string(text), "\n    "+name+"?: ") != 1 {
			t.Errorf("options.d.ts does not declare the option %s once", name)
		}
	}
	for _, line := range strings.Split(string(text), "\n") {
		name, _, ok := strings.Cut(strings.TrimSpace(line), "?: ")
		if _, own := scenarioReaders[name]; ok && !own && options[name].read == nil {
			t.Errorf("options.d.ts declares %s, which is no option", name)
		}
	}
}
