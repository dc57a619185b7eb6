package terminal

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/liveload/liveload/metrics"
)

func TestLineFits(t *testing.T) {
	two := text{{bold, "abc"}, {plain, "def"}}
	for width, want := range map[int]string{1: "…", 3: "ab…", 4: "abc…", 5: "abcd…", 6: "abcdef", 9: "abcdef"} {
		if got := strings.TrimSuffix((painter{}).line(width, two), "\n"); got != want {
			t.Errorf("in %d columns: %q, want %q", width, got, want)
		}
	}
	if got, want := (painter{color: true}).line(6, two), "\x1b[1mabc\x1b[0mdef\n"; got != want {
		t.Errorf("in colour: %q, want %q", got, want)
	}
}

func FuzzClean(f *testing.F) {
	f.Add("waited\nfor \x1b[2m#buy\x1b[0m\x1b]0;title\x07")
	f.Add("\xff\u009b31m")
	f.Fuzz(func(t *testing.T, s string) {
		got := clean(s)
		if strings.ContainsFunc(got, unicode.IsControl) || !utf8.ValidString(got) {
			t.Errorf("clean(%q) = %q", s, got)
		}
		if n := columns(strings.TrimSuffix(painter{}.line(20, text{{plain, got}}), "\n")); n > 20 {
			t.Errorf("clean(%q) takes %d columns of 20", s, n)
		}
	})
}

// TestSaturated: nodes are named while others are not saturated.
func TestSaturated(t *testing.T) {
	for want, now := range map[string]metrics.Interval{
		"saturated":                     {Nodes: 1, Health: metrics.Health{SaturatedNodes: []string{"a"}}},
		"saturated: b":                  {Nodes: 2, Health: metrics.Health{SaturatedNodes: []string{"b"}}},
		"saturated: a, b, c and 2 more": {Nodes: 9, Health: metrics.Health{SaturatedNodes: []string{"a", "b", "c", "d", "e"}}},
		"saturated: red, the rest":      {Nodes: 3, Health: metrics.Health{SaturatedNodes: []string{"\x1b[31mred", "the rest"}}},
	} {
		if got := saturated(&now); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
