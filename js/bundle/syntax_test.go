package bundle_test

import (
	"os"
	"strings"
	"testing"

	"github.com/liveload/liveload/js/jstest"
)

// TestSyntax runs what the language has had since ES2015, one feature a script: # name, its code, and => the value that Node.js gives.
func TestSyntax(t *testing.T) {
	table, err := os.ReadFile("testdata/syntax.txt")
	if err != nil {
		t.Fatal(err)
	}
	const around = `import data from './data.json' with { type: 'json' };
const plain = (_, v) => v === undefined ? 'undefined!' : typeof v === 'bigint' ? v + 'n' : typeof v === 'function' ? 'fn!' : v;
export default async () => JSON.stringify(await run(), plain);
function top() { return [v, typeof w] }
var v = 3; let w = 1;
async function run() {
`
	for feature := range strings.SplitSeq(strings.TrimSpace(string(table)), "\n\n") {
		name, rest, _ := strings.Cut(strings.TrimPrefix(feature, "# "), "\n")
		code, want, ok := strings.Cut(rest, "\n=> ")
		if !ok {
			t.Fatalf("%s has no value", name)
		}
		t.Run(name, func(t *testing.T) {
			got, err := jstest.Run(t, "s.mjs", around+code+"\n}\n", "lib.js", "export default 11", "data.json", `{"x": 8}`)
			if err != nil || got.String() != want {
				t.Errorf("got %v, %v; want %s", got, err, want)
			}
		})
	}
}
