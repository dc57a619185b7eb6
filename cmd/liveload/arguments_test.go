package main

import (
	"slices"
	"strings"
	"testing"
)

func TestArrange(t *testing.T) {
	for typed, want := range map[string]string{
		"":                           "",
		"--help":                     "--help",
		"-v":                         "-v",
		"--users 5":                  "run --users 5 --",
		"a.js --users 5":             "run --users 5 -- a.js",
		"--users=5 a.js b.js":        "run --users=5 -- a.js b.js",
		"--users 5 run a.js --quiet": "run --users 5 --quiet -- a.js",
		"-users 5 a.js":              "run -users 5 -- a.js",
		"--port 0 demo":              "demo --port 0 --",
		"a.js --result -":            "run --result - -- a.js",
		"control users -1":           "control -- users -1",
		"demo --help":                "demo --help --",
		"help run":                   "help -- run",
		"-- demo":                    "run -- demo",
		"a.js -- --users":            "run -- a.js --users",
		"a.js --users":               "run --users",
		"--result demo a.js":         "run --result demo -- a.js",
	} {
		app := new(outside).app()
		app.Setup()
		if got := arrange(app, strings.Fields(typed)); strings.Join(got, " ") != want {
			t.Errorf("arrange(%s) = %s, want %s", typed, strings.Join(got, " "), want)
		}
	}
}

// FuzzArrange: whatever is typed after a double dash is an argument, unless a flag takes the double dash for its value.
func FuzzArrange(f *testing.F) {
	f.Add("--users", "5", "a.js")
	f.Add("demo", "--port=", "-")
	f.Add("---", "=", "--=x")
	f.Fuzz(func(t *testing.T, a, b, c string) {
		app := new(outside).app()
		app.Setup()
		got := arrange(app, []string{a, b, "--", c})
		if last := len(got) - 1; !takesNext(app, b) && (got[last] != c || !slices.Contains(got[:last], "--")) {
			t.Errorf("arrange(%q, %q, --, %q) = %q", a, b, c, got)
		}
	})
}
