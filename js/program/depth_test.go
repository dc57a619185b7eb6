package program_test

import (
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/liveload/liveload/js/nesting"
	"github.com/liveload/liveload/js/program"
)

// deepest are programs that are nested about as deep as is allowed.
var deepest = map[string]string{
	"arrays":                "x = " + strings.Repeat("[", 9_990) + strings.Repeat("]", 9_990),
	"brackets":              "x = " + strings.Repeat("(", 9_990) + "1" + strings.Repeat(")", 9_990),
	"operators":             "x = 1" + strings.Repeat("+1", 15_000),
	"additions":             "var a; x = a" + strings.Repeat("+a", 15_000),
	"brackets of additions": "var a; x = " + strings.Repeat("(a+", 4_990) + "a" + strings.Repeat(")", 4_990),
	"templates":             "var a; x = " + strings.Repeat("`${a}${", 4_990) + "a" + strings.Repeat("}`", 4_990),
	"assignments":           "var a; " + strings.Repeat("a=", 190_000) + "1",
}

// TestDeepestPrograms compiles what is nested as deep as is allowed, in a process of its own, which Go would end if that took more
// stack than there is.
func TestDeepestPrograms(t *testing.T) {
	const variable = "LIVELOAD_TEST_DEEPEST"
	if text := deepest[os.Getenv(variable)]; text != "" {
		if nesting.Source(text) {
			t.Error("it is refused")
		}
		if _, err := program.Load(programOf(text)); err != nil {
			t.Error(err)
		}
		return
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for name := range deepest {
		cmd := exec.CommandContext(t.Context(), self, "-test.run=^TestDeepestPrograms$")
		cmd.Env = append(os.Environ(), variable+"="+name)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("%s: %v\n%.500s", name, err, out)
		}
	}
}

func programOf(text string) program.Source {
	return program.Source{Name: "s.js", Code: text, Map: `{"version":3,"sources":[],"mappings":""}`}
}

// FuzzDeepPrograms compiles what is repeated within itself and is not refused: it must not take all the stack, nor minutes.
func FuzzDeepPrograms(f *testing.F) {
	for _, seed := range [][2]string{
		{"(a=", ")=>1"}, {"async(a=", ")=>1"}, {"({a=", "})=>1"}, {"f(...[", "])"}, {"a:{", "}"}, {"a:", ""}, {"if(a)", ""}, {"if(a){}else ", ""}, {"do ", ""},
		{"with(a)", ""}, {"try{", "}catch{}"}, {"switch(1){case 1:", "}"}, {"(function(a){", "})"}, {"(class{static x=", "})"}, {"class A extends ", "{}"},
		{"a.b", ""}, {"a?.", ""}, {"f()", ""}, {"a[", "]"}, {"f``", ""}, {"!", ""}, {"new ", ""}, {"a=", ""}, {"[a=", "]=[]"}, {"`${", "}`"}, {"a+", ""}, {"(a+", ")"}, {"`${a}${", "}`"}, {"a+=", ""}, {"1?", ":1"}, {"a=>", ""},
		{"/(", ")/"}, {"'a'+", ""}, {"(async()=>{await ", "})"}, {"(function*(){yield ", "})"}, {"get a(){return {", "}}"}, {"for(;a;)", ""}, {"a,", ""}, {"1??", ""}, {"(1||", ")"}, {"(", "&&1)"}, {"!1||", ""}, {"//\n", ""}, {"/**/(", ")"},
	} {
		f.Add(seed[0], "1", seed[1], uint16(50))
	}
	f.Fuzz(func(t *testing.T, before, within, after string, times uint16) {
		text := strings.Repeat(before, int(times)) + within + strings.Repeat(after, int(times))
		if len(text) > 1_000_000 || nesting.Source(text) {
			return
		}
		done := make(chan struct{})
		go func() {
			defer close(done)
			_, _ = program.Load(programOf(text))
		}()
		select {
		case <-done:
		case <-time.After(time.Minute):
			t.Errorf("%d times %q, %q, %q takes more than a minute", times, before, within, after)
		}
	})
}
