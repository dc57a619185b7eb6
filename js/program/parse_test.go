package program_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/liveload/liveload/js/jstest"
	"github.com/liveload/liveload/js/program"
	"github.com/liveload/liveload/js/scripterr"
)

// TestParseErrors: what esbuild takes and goja cannot parse has its line in the author's file.
func TestParseErrors(t *testing.T) {
	for code, want := range map[string]string{
		"ä(;":                              "Unexpected token ;",
		"let {x: [a = 1, ;] = []} = {}":    "Unexpected token ;",
		"let {x: [a = 1] = [], y: 1} = {}": "Invalid destructuring binding target",
	} {
		src := jstest.Program(t, jstest.Modules, "s.js", "// one\nexport default () => {\n  \"here\";\n}\n").Source()
		src.Code = strings.Replace(src.Code, `"here"`, code, 1)
		_, err := program.Load(src)
		var e *scripterr.Error
		if !errors.As(err, &e) || e.Message != want || e.File != "s.js" || e.Line != 3 || e.SourceLine != `  "here";` {
			t.Errorf("%s: %v, want %s in line 3", code, err, want)
		}
	}
}
