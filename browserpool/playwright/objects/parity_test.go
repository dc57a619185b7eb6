package objects

import (
	"maps"
	"os"
	"strings"
	"testing"

	"github.com/liveload/liveload/browserpool"
)

// facts reads what Playwright 1.57 has, by "Class.member".
func facts(t *testing.T) map[string]browserpool.Shape {
	t.Helper()
	content, err := os.ReadFile("testdata/members-1.57.txt")
	if err != nil {
		t.Fatal(err)
	}
	shapes := map[string]browserpool.Shape{
		"property": browserpool.Property, "now": browserpool.Immediate,
		"promise": browserpool.Promised, "event": browserpool.Listening,
	}
	found := map[string]browserpool.Shape{}
	for line := range strings.Lines(string(content)) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		name, shape, _ := strings.Cut(strings.TrimSpace(line), " ")
		if shapes[shape] == browserpool.Missing {
			t.Fatalf("cannot read %q", line)
		}
		found[name] = shapes[shape]
		if kind, member, _ := strings.Cut(name, "."); kind == "JSHandle" { // which ElementHandle extends
			found["ElementHandle."+member] = shapes[shape]
		}
	}
	return found
}

// TestParity: the binding has what Playwright's JavaScript has, in the same shape, and nothing more,
// but for what the tables list with a reason.
func TestParity(t *testing.T) {
	known := facts(t)
	byName := map[string]*kind{}
	for _, k := range kinds() {
		byName[k.name] = k
	}
	arranged := map[string]bool{}
	for name, shape := range known {
		kind, rest, _ := strings.Cut(name, ".")
		k := byName[kind]
		if k == nil {
			t.Errorf("there is no kind %s", kind)
			continue
		}
		m := k.members[rest]
		switch {
		case m == nil:
			t.Errorf("%s is missing: bind it, or refuse it with a reason", name)
		case m.shape == browserpool.Arranging && shape == browserpool.Promised:
			arranged[rest] = true
		case m.refuse == "" && m.shape != shape:
			t.Errorf("%s has shape %d, in JavaScript %d", name, m.shape, shape)
		}
	}
	if !maps.Equal(arranged, arranging) {
		t.Errorf("set something up: %v, in the table %v", arranged, arranging)
	}
	for _, k := range kinds() {
		for name, m := range k.members {
			if _, ok := known[k.name+"."+name]; !ok && m.shape != browserpool.Listening && name != "toString" {
				t.Errorf("%s.%s is not in Playwright's JavaScript", k.name, name)
			}
			if m.method == "" && m.refuse == "" && m.shape != browserpool.Listening {
				t.Errorf("%s.%s leads nowhere", k.name, name)
			}
		}
	}
	for name, reason := range refused {
		if _, ok := known[name]; !ok || reason == "" {
			t.Errorf("%s is refused, but Playwright has none", name)
		}
	}
}
