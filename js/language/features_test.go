package language_test

import (
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/liveload/liveload/js/bundle"
	"github.com/liveload/liveload/js/jstest"
)

var update = flag.Bool("update", false, "have Node.js, version 24 or newer, write the golden files")

// inNode has Node.js run the cases of a file. Time zone and locale are fixed, since they are those of the machine.
const inNode = `import { pathToFileURL } from 'node:url';
if (parseInt(process.versions.node) < 24) throw new Error('the golden files need Node.js 24, not ' + process.version);
const [cases, show] = await Promise.all(process.argv.slice(1).map((file) => import(pathToFileURL(file))));
const alive = setInterval(() => {}, 1000);
process.stdout.write(await show.run(cases.default));
clearInterval(alive);`

// TestAsInNode: every case gives what it gives in Node.js.
func TestAsInNode(t *testing.T) {
	for _, area := range []string{"library", "regexp", "events", "subtle", "intl"} {
		t.Run(area, func(t *testing.T) {
			golden := filepath.Join("testdata", area+".golden")
			if *update {
				node(t, area, golden)
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			compare(t, runCases(t, area), string(want))
		})
	}
}

func node(t *testing.T, area, golden string) {
	t.Helper()
	runNode(t, golden, "--input-type=module", "-e", inNode, path(t, area+".js"), path(t, "show.js"))
}

// listNames has Node.js list its names.
func listNames(t *testing.T, file string) {
	t.Helper()
	runNode(t, file, path(t, "names.mjs"))
}

func runNode(t *testing.T, golden string, arguments ...string) {
	t.Helper()
	command := exec.CommandContext(t.Context(), "node", arguments...)
	command.Env = append(os.Environ(), "TZ=UTC", "LC_ALL=en_US.UTF-8")
	out, err := command.Output()
	if err != nil {
		t.Fatalf("node: %v", err)
	}
	if err := os.WriteFile(golden, out, 0o644); err != nil {
		t.Fatal(err)
	}
}

// runCases runs the cases of a file as a script of a user does.
func runCases(t *testing.T, area string) string {
	t.Helper()
	entry := filepath.Join(t.TempDir(), "script.js")
	code := "import { run } from '" + filepath.ToSlash(path(t, "show.js")) + "';\n" +
		"import cases from '" + filepath.ToSlash(path(t, area+".js")) + "';\nexport default () => run(cases);\n"
	if err := os.WriteFile(entry, []byte(code), 0o644); err != nil {
		t.Fatal(err)
	}
	program, err := bundle.Script(entry, nil)
	if err != nil {
		t.Fatal(err)
	}
	got, err := jstest.Call(t.Context(), jstest.VM(t, program, nil))
	if err != nil {
		t.Fatal(err)
	}
	return got.String()
}

func path(t *testing.T, name string) string {
	t.Helper()
	absolute, err := filepath.Abs(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return absolute
}

func compare(t *testing.T, got, want string) {
	t.Helper()
	gotLines, wantLines := strings.Split(got, "\n"), strings.Split(want, "\n")
	if len(gotLines) != len(wantLines) {
		t.Errorf("%d cases, the golden file has %d: run go test ./js/language -update", len(gotLines)-1, len(wantLines)-1)
	}
	for i := range min(len(gotLines), len(wantLines)) {
		if gotLines[i] != wantLines[i] {
			t.Errorf("got  %s\nwant %s", gotLines[i], wantLines[i])
		}
	}
}
