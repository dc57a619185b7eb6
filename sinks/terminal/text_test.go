package terminal

import (
	"slices"
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

// TestWideCharacters take two columns, and accents none.
func TestWideCharacters(t *testing.T) {
	for text, want := range map[string]int{"pay": 3, "日本": 4, "e\u0301": 1, "👩‍💻 x": 4, "": 0} {
		if got := columns(text); got != want {
			t.Errorf("%q takes %d columns, want %d", text, got, want)
		}
		if got := columns(pad(text, 10)) + columns(padLeft(text, 10)); got != 20 {
			t.Errorf("%q is padded to %d columns in all, want 20", text, got)
		}
	}
	for n, want := range map[int]string{1: "…", 2: "…", 3: "日…", 4: "日…", 5: "日本…", 6: "日本語"} {
		if got := cut("日本語", n); got != want {
			t.Errorf("in %d columns it is %q, want %q", n, got, want)
		}
	}
	rows := table(80, []tableRow{{name: "日本", cells: []string{"1"}}, {name: "abc", cells: []string{"22"}}})
	for i, want := range []string{"日本   1", "abc   22"} {
		if got := rows[i][0].text; got != want {
			t.Errorf("row %d is %q, want %q", i, got, want)
		}
	}
}

// TestWrapped: lines end between words, but not between a number and its unit, and no word is cut.
func TestWrapped(t *testing.T) {
	const said = "    it took 30 s and more than 400 ms until liveload-results/2026-08-01-120000-7c9e6679/checkout/click-timeout-1/page.html was there"
	var lines []string
	for _, line := range wrapped(text{{plain, said}}, 50, 6) {
		lines = append(lines, strings.TrimSuffix(painter{}.line(50, line), "\n"))
	}
	want := "    it took 30 s and more than 400 ms until\n" +
		"      liveload-results/2026-08-01-120000-7c9e6679/checkout/click-timeout-1/page.html\n" +
		"      was there"
	if got := strings.Join(lines, "\n"); got != want {
		t.Errorf("it is\n%s\nwant\n%s", got, want)
	}
	for _, width := range []int{narrowest - 1, unlimited} { // narrow terminals wrap by themselves, files have long lines
		if n := len(wrapped(text{{plain, said}}, width, 6)); n != 1 {
			t.Errorf("at %d columns there are %d lines, want 1", width, n)
		}
	}
	if got := wordsOf("over 30 s, or 5 % (7 kB) of x s"); !slices.Equal(got, []string{"over ", "30 s, ", "or ", "5 % ", "(7 kB) ", "of ", "x ", "s"}) {
		t.Errorf("the words are %q", got)
	}
}

// TestLongNames have a line of their own: their ends tell them apart.
func TestLongNames(t *testing.T) {
	long := "  order the same product for the " + strings.Repeat("very ", 10) + "last time 2"
	var shown string
	for _, line := range table(80, []tableRow{{name: long, cells: []string{"41 ms"}}, {name: "  pay", cells: []string{"7 s"}}}) {
		shown += painter{}.line(80, line)
	}
	if want := long + "\n       41 ms\n  pay    7 s\n"; shown != want {
		t.Errorf("it is\n%swant\n%s", shown, want)
	}
}
