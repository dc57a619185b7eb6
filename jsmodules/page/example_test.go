package page_test

import (
	"path/filepath"
	"testing"

	"github.com/liveload/liveload/js"
	"github.com/liveload/liveload/js/bundle"
	"github.com/liveload/liveload/js/jstest"
	"github.com/liveload/liveload/jsmodules/liveload"
)

// TestExample runs the example as it is, twice: what the first iteration leaves behind must not stop the
// second.
func TestExample(t *testing.T) {
	r := theRig
	session := r.session(t)
	modules := js.Modules{"liveload": liveload.NewModule(nil)}
	program, err := bundle.Script(filepath.Join("..", "..", "examples", "playwright_page.js"), modules.Exports())
	if err != nil {
		t.Fatal(err)
	}
	vm := jstest.VM(t, program, modules)
	u, err := liveload.NewUser(vm, liveload.Options{ID: 1, Config: map[string]any{"baseURL": r.site(t)}})
	if err != nil {
		t.Fatal(err)
	}
	defer u.Close()
	for i := range 2 {
		if _, err := u.RunIteration(t.Context(), session, i+1); err != nil {
			t.Fatal(err)
		}
	}
}
