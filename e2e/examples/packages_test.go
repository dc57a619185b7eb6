package examples

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/liveload/liveload/browserpool/browsertest"
	"github.com/liveload/liveload/e2e/rig"
	"github.com/liveload/liveload/metrics"
)

// TestPackages runs a line of each of many npm packages in one scenario. testdata/npm/packages.txt has # name, the import, an
// expression, and => the JSON that it gives in Node.js; docs/packages.md names the packages.
func TestPackages(t *testing.T) {
	t.Parallel()
	table, err := os.ReadFile("testdata/npm/packages.txt")
	if err != nil {
		t.Fatal(err)
	}
	docs, err := os.ReadFile("../../docs/packages.md")
	if err != nil {
		t.Fatal(err)
	}
	folder, n := t.TempDir(), 0
	var imports, rows strings.Builder
	for entry := range strings.SplitSeq(strings.TrimSpace(string(table)), "\n\n") {
		lines := strings.Split(strings.TrimPrefix(entry, "# "), "\n")
		if len(lines) != 4 {
			t.Fatalf("not a name, an import, an expression and a value:\n%s", entry)
		}
		if !strings.Contains(string(docs), "`"+lines[0]+"`") {
			t.Errorf("docs/packages.md does not name %s", lines[0])
		}
		module := lines[1] + "\nexport default async () => " + lines[2] + "\n"
		if err := os.WriteFile(filepath.Join(folder, fmt.Sprintf("p%d.js", n)), []byte(module), 0o600); err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&imports, "import p%d from './p%d.js';\n", n, n)
		fmt.Fprintf(&rows, "  [%q, p%d, %q],\n", lines[0], n, strings.TrimPrefix(lines[3], "=> "))
		n++
	}
	if n < 60 {
		t.Errorf("the table has %d packages", n)
	}
	script := filepath.Join(folder, "smoke.js")
	err = errors.Join(os.Symlink(browsertest.NodeModules(t, "testdata/npm"), filepath.Join(folder, "node_modules")),
		os.WriteFile(script, []byte(imports.String()+"const rows = [\n"+rows.String()+"];\n"+smoke), 0o600))
	if err != nil {
		t.Fatal(err)
	}
	c := rig.Start(t, script, "--users", "1", "--iterations", "1", "--iteration-timeout", "2m")
	c.EndsWith(t, 0)
	for _, result := range c.ReadAll(t) {
		if passed := result.Global.Counters[metrics.Checks.Name].Aggregate; passed != int64(n) {
			t.Errorf("%d of %d packages were compared", passed, n)
		}
	}
}

// smoke compares what the packages give with what they give in Node.js.
const smoke = `
import { check } from 'liveload';
export default async () => {
  const wrong = [];
  for (const [name, value, want] of rows) {
    let got;
    try { got = JSON.stringify(await value()) } catch (e) { got = e.stack ?? String(e) }
    if (!check(got, { [name]: got === want })) wrong.push(name + ' gives ' + got + ', want ' + want);
  }
  if (wrong.length) throw new Error(wrong.join('\n'));
}
`
