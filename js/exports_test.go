package js_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/liveload/liveload/js"
	"github.com/liveload/liveload/js/bundle"
	"github.com/liveload/liveload/js/jstest"
)

func TestInspect(t *testing.T) {
	jstest.Write(t, "s.js", "export const options = { users: 3, stages: [{ d: '1m' }] };\nexport default () => {};\nexport function config() { throw 1 }\n", "bad.js", "export const options = 3")
	p, err := bundle.Script("s.js", nil)
	if err != nil {
		t.Fatal(err)
	}
	e, err := js.Inspect(t.Context(), p, js.VMOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if strings.Join(e.Names, " ") != "config default options" || !e.Has("config") || e.Has("throttles") || e.Options["users"] != 3.0 {
		t.Errorf("%+v", e)
	}
	if p, err = bundle.Script("bad.js", nil); err != nil {
		t.Fatal(err)
	}
	if _, err := js.Inspect(t.Context(), p, js.VMOptions{}); err == nil || err.Error() != "bad.js: the export options must be an object, not 3" {
		t.Error(err)
	}
	jstest.Write(t, "f.js", "export const scenarios = { a: { users: [1, { n: function f() {} }] } }")
	if p, err = bundle.Script("f.js", nil); err != nil {
		t.Fatal(err)
	}
	var found *js.FunctionError
	if _, err := js.Inspect(t.Context(), p, js.VMOptions{}); !errors.As(err, &found) || strings.Join(found.Path, ".") != "a.users.1.n" || found.Function != "f" || err.Error() != "the export scenarios has a function as a.users.1.n, but must be plain data" {
		t.Error(err)
	}
}
