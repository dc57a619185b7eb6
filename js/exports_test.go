package js_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/liveload/liveload/js"
	"github.com/liveload/liveload/js/jstest"
)

func TestInspect(t *testing.T) {
	p := jstest.Program(t, nil, "s.js", "export const options = { users: 3, stages: [{ d: '1m' }] };\nexport default () => {};\nexport function config() { throw 1 }\n")
	e, err := js.Inspect(t.Context(), p, js.VMOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if strings.Join(e.Names, " ") != "config default options" || !e.Has("config") || e.Has("throttles") || e.Options["users"] != 3.0 {
		t.Errorf("%+v", e)
	}
	p = jstest.Program(t, nil, "bad.js", "export const options = 3")
	if _, err := js.Inspect(t.Context(), p, js.VMOptions{}); err == nil || err.Error() != "bad.js: the export options must be an object, not 3" {
		t.Error(err)
	}
	p = jstest.Program(t, nil, "list.js", "export const scenarios = [{ engine: 'playwright', testFunction: 'checkout' }]")
	if _, err := js.Inspect(t.Context(), p, js.VMOptions{}); err == nil || !strings.Contains(err.Error(), "must be an object, not [ { engine: 'playwright', testFunction: 'checkout' } ]: each has a name, such as { checkout: { exec: 'checkout',") {
		t.Error(err)
	}
	p = jstest.Program(t, nil, "f.js", "export const scenarios = { a: { users: [1, { n: function f() {} }] } }")
	var found *js.FunctionError
	if _, err := js.Inspect(t.Context(), p, js.VMOptions{}); !errors.As(err, &found) || strings.Join(found.Path, ".") != "a.users.1.n" || found.Function != "f" || err.Error() != "the export scenarios has a function as a.users.1.n, but must be plain data" {
		t.Error(err)
	}
}
