package program_test

import (
	"testing"

	"github.com/liveload/liveload/js/jstest"
)

// TestTopLevelNames: what a script does to the global object leaves the names of its top level alone.
func TestTopLevelNames(t *testing.T) {
	for script, want := range map[string]string{
		`export const format = () => 'ok'; export function Point(x) { this.format = x }; export default () => { try { Point('broken') } catch {} return format() }`: "ok",
		`const f = () => 'ok'; export default () => { globalThis.f = () => 'broken'; return f() }`:                                                                  "ok",
		`function f() {} export default () => 'f' in globalThis`:                                                                                                    "false",
		`class Map { own() { return 'mine' } } function setTimeout() { return 'mine' } export default () => new Map().own() + setTimeout()`:                         "minemine",
	} {
		jstest.Write(t, "s.js", script)
		if v, err := jstest.Call(t.Context(), jstest.Load(t, "s.js")); err != nil || v.String() != want {
			t.Errorf("%s\ngave %v, %v; want %s", script, v, err, want)
		}
	}
}
