package language_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/liveload/liveload/js/bundle"
	"github.com/liveload/liveload/js/jstest"
)

// atLoad are gaps that show when a script is loaded; the tests of js/bundle have them.
var atLoad = []string{"await outside of functions"}

// namesMissing lists which of the names are not there.
const namesMissing = `import names from './names.json';
const has = (path) => {
  let object = globalThis;
  for (const name of path.split('.')) {
    if (object === undefined || object === null || !(name in Object(object))) return false;
    try { object = object[name]; } catch { return true; } // a getter that wants an instance
  }
  return true;
};
export default () => names.filter((name) => !has(name)).filter((name, _, all) => !all.some((other) => name.startsWith(other + '.'))).join('\n');`

// TestDocsNameAllGaps: docs/language.md has every name of Node.js that scenarios lack, and no other; each other gap that it names is one.
func TestDocsNameAllGaps(t *testing.T) {
	names := filepath.Join("testdata", "names.json")
	if *update {
		listNames(t, names)
	}
	cases, documented := runCases(t, "gaps"), documentedGaps(t)
	missing := strings.Split(missingNames(t, names), "\n")
	for line := range strings.Lines(cases) {
		line = strings.TrimSpace(line)
		colon := strings.LastIndex(line, ": ")
		name, result := line[:colon], line[colon+2:]
		if result != "undefined" && !strings.HasPrefix(result, "throws ") {
			t.Errorf("%s: gave %s in silence", name, result)
		}
		missing = append(missing, name)
	}
	missing = append(missing, atLoad...)
	for _, name := range missing {
		if !slices.Contains(documented, name) {
			t.Errorf("docs/language.md does not say that %s is missing", name)
		}
	}
	for _, name := range documented {
		if !slices.Contains(missing, name) {
			t.Errorf("docs/language.md says that %s is missing, which it is not, or which no test shows", name)
		}
	}
}

var inBackticks = regexp.MustCompile("`([^`]+)`")

// documentedGaps are the names in the first column of the tables.
func documentedGaps(t *testing.T) (names []string) {
	t.Helper()
	page, err := os.ReadFile(filepath.Join("..", "..", "docs", "language.md"))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(page)) {
		if !strings.HasPrefix(line, "| `") {
			continue
		}
		for _, found := range inBackticks.FindAllStringSubmatch(strings.Split(line, " | ")[0], -1) {
			names = append(names, found[1])
		}
	}
	return names
}

func missingNames(t *testing.T, names string) string {
	t.Helper()
	content, err := os.ReadFile(names)
	if err != nil {
		t.Fatal(err)
	}
	if !json.Valid(content) {
		t.Fatalf("%s is no JSON", names)
	}
	jstest.Write(t, "script.js", namesMissing, "names.json", string(content))
	program, err := bundle.Script("script.js", nil)
	if err != nil {
		t.Fatal(err)
	}
	missing, err := jstest.Call(t.Context(), jstest.VM(t, program, nil))
	if err != nil {
		t.Fatal(err)
	}
	return missing.String()
}
