package js_test

import (
	"strings"
	"testing"

	"github.com/liveload/liveload/js/jstest"
)

// TestLargeValuesAreShownInPart: what a script throws or logs is not written out first and cut then.
func TestLargeValuesAreShownInPart(t *testing.T) {
	for value, want := range map[string]string{
		`new Uint8Array(1 << 20)`: "the script threw Uint8Array(1048576) [ 0, 0,",
		`Array.from({ length: 50 }, () => Array.from({ length: 50 }, () => Array(100).fill(0)))`: "the script threw [ [ [ 0, 0,",
	} {
		program := jstest.Program(t, nil, "a.js", "export default () => { throw "+value+" }")
		vm := jstest.VM(t, program, nil)
		fn, _ := vm.Export("default")
		_, err := vm.Call(t.Context(), fn)
		if err == nil || !strings.Contains(err.Error(), want) || len(err.Error()) > 100_000 {
			t.Errorf("%s: the error has %d bytes: %.100s", value, len(err.Error()), err)
		}
	}
}
