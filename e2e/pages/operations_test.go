package pages

import (
	"regexp"
	"strings"
	"testing"

	"github.com/liveload/liveload/e2e/rig"
	"github.com/liveload/liveload/jsmodules/types"
)

// TestOperations does every operation in one browser, and has each fail in every way it can. The script
// finds out itself what is wrong; halt and fail, which end it, are tested with the user.
func TestOperations(t *testing.T) {
	t.Parallel()
	var names []string
	for _, text := range []string{types.Liveload, types.Navigate, types.Elements, types.LiveViews} {
		_, body, _ := strings.Cut(text, "export interface Operations {")
		body, _, _ = strings.Cut(body, "\n  }\n")
		for _, found := range regexp.MustCompile(`(?m)^    (\w+)(?:<.*?>)?\(`).FindAllStringSubmatch(body, -1) {
			if found[1] != "halt" && found[1] != "fail" {
				names = append(names, found[1])
			}
		}
	}
	if len(names) < 45 {
		t.Fatalf("found only %d operations in the declarations", len(names))
	}
	c := rig.Start(t, "testdata/operations.js", "--config", "baseURL="+rig.StartApp(t).URL, "--config", "operations="+strings.Join(names, ","))
	c.EndsWith(t, 0)
	for class, samples := range c.Read(t).Global.FailureSamples {
		t.Errorf("%s: %s", class, samples[0].ReasonInspect)
	}
}
