package main

import (
	"slices"
	"testing"
)

func TestUnderstand(t *testing.T) {
	cases := []struct {
		args      []string
		command   string
		arguments []string
		line      []string // for the cli package
	}{
		{[]string{"a.js", "--users", "5"}, "run", []string{"a.js"}, []string{"liveload", "run", "--users=5", "--", "a.js"}},
		{[]string{"--users=5", "a.js", "b.js"}, "run", []string{"a.js", "b.js"}, []string{"liveload", "run", "--users=5", "--", "a.js", "b.js"}},
		{[]string{"--users", "5", "run", "a.js", "--headed"}, "run", []string{"a.js"}, []string{"liveload", "run", "--users=5", "--headed=true", "--", "a.js"}},
		{[]string{"-users", "5", "a.js"}, "run", []string{"a.js"}, []string{"liveload", "run", "--users=5", "--", "a.js"}},
		{[]string{"--port", "0", "demo"}, "demo", nil, []string{"liveload", "demo", "--port=0", "--"}},
		{[]string{"a.js", "--result", "-"}, "run", []string{"a.js"}, []string{"liveload", "run", "--result=-", "--", "a.js"}},
		{[]string{"--", "demo"}, "run", []string{"demo"}, []string{"liveload", "run", "--", "demo"}},
		{[]string{"--", "--users"}, "run", []string{"--users"}, []string{"liveload", "run", "--", "--users"}},
		{[]string{"--result", "demo", "a.js"}, "run", []string{"a.js"}, []string{"liveload", "run", "--result=demo", "--", "a.js"}},
	}
	for _, c := range cases {
		in, err := understand(c.args, nil)
		if err != nil || in.command.name != c.command || !slices.Equal(in.arguments, c.arguments) || !slices.Equal(in.forCLI(), c.line) {
			t.Errorf("understand(%q) = %s %q, %q, %v", c.args, in.command.name, in.arguments, in.forCLI(), err)
		}
	}
}

func TestFlagsComeAfterTheEnvironment(t *testing.T) {
	env := map[string]string{"LIVELOAD_USERS": "3", "LIVELOAD_CONFIG": "a=1  b=2", "LIVELOAD_QUIET": "", "LIVELOAD_BROWSER": "/b"}
	in, err := understand([]string{"a.js", "--users", "5"}, env)
	want := []string{"liveload", "run", "--users=3", "--config=a=1", "--config=b=2", "--browser-path=/b", "--users=5", "--", "a.js"}
	if err != nil || !slices.Equal(in.forCLI(), want) {
		t.Errorf("understand = %q, %v; want %q", in.forCLI(), err, want)
	}
}

// FuzzUnderstand: whatever is typed after a double dash is an argument, and nothing panics.
func FuzzUnderstand(f *testing.F) {
	f.Add("--users", "5", "a.js")
	f.Add("demo", "--port=", "-")
	f.Add("---", "=", "--=x")
	f.Fuzz(func(t *testing.T, a, b, c string) {
		in, err := understand([]string{a, b, "--", c}, nil)
		// The last one counts as an argument unless a flag took the double dash for its value.
		if err == nil && len(in.arguments) > 0 && !in.help && in.arguments[len(in.arguments)-1] != c &&
			in.command.name != "version" && !anyTakesValue(b) {
			t.Errorf("understand(%q, %q, --, %q) has the arguments %q", a, b, c, in.arguments)
		}
	})
}
