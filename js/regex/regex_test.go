package regex

import (
	"errors"
	"strings"
	"testing"
	"unicode/utf16"
)

// What patterns match is tested against Node.js, in js/language.

func TestMatchStops(t *testing.T) {
	re := compile(t, `(a+)+b`, "u")
	asked := 0
	captures, err := re.Match(units(strings.Repeat("a", 40)), 0, func() bool { asked++; return asked == 3 })
	if captures != nil || !errors.Is(err, ErrStopped) || asked != 3 {
		t.Errorf("Match = %v, %v after %d questions, want ErrStopped after 3", captures, err, asked)
	}
}

func TestMatchIsNotTooDeep(t *testing.T) {
	const repeats = 200_000
	text := units(strings.Repeat("ab", repeats))
	for pattern, want := range map[string]error{
		`^(?:ab)*$`: nil,
		`^` + strings.Repeat("(", 40) + "ab" + strings.Repeat(")", 40) + `*$`: ErrTooDeep, // and no overflow of the stack, which would end the process
	} {
		captures, err := compile(t, pattern, "u").Match(text, 0, nil)
		if !errors.Is(err, want) || (captures != nil) != (want == nil) {
			t.Errorf("%s: %v, %v; want %v", pattern, captures, err, want)
		}
	}
}

func TestGapsAreNamed(t *testing.T) {
	for pattern, want := range map[string]string{
		`\p{Script_Extensions=Greek}`: `write \p{Script=Greek}`,
		`\p{sc=Grek}`:                 "write its name in full",
		`\p{RGI_Emoji}`:               `\p{Emoji} is`,
		`\p{Bidi_Mirrored}`:           "is not known to scenarios: list the characters",
	} {
		if _, err := Compile(units(pattern), "v"); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Compile(%s) = %v, want %s", pattern, err, want)
		}
	}
}

func TestNeeded(t *testing.T) {
	for _, test := range []struct {
		pattern, flags string
		want           bool
	}{
		{`a`, "gis", false}, {`a`, "u", true}, {`a`, "d", true}, {`^a`, "m", true}, {`a`, "m", false}, {`(?<y>a)`, "", true},
		{`\bé`, "g", true}, {`(?i:a)`, "", true}, {`(?:(a)|b)*`, "", true}, {`(?:(a)|b)`, "", false},
		{`(ab)+`, "", false}, {`(a*)*`, "", true}, {`[(a*)*]`, "", false}, {`\((a)\)*`, "", false}, {`(?:a(?:(b)))+`, "", true},
	} {
		if got := Needed(test.pattern, test.flags); got != test.want {
			t.Errorf("Needed(%s, %s) = %t", test.pattern, test.flags, got)
		}
	}
}

func FuzzCompile(f *testing.F) {
	for _, pattern := range []string{`(?<a>\d{2,3})|(?<a>.)\k<a>`, `[\p{L}--[a-z]]`, `(?i-s:a)(?<=b)(?!c)`, `\u{1f600}\c\x1[\b-\d]`, `[\q{a|bc}&&\w]`, `((a*)*)*\1`} {
		for _, flags := range []string{"", "iu", "vi", "ms"} {
			f.Add(pattern, flags, "ab😀12")
		}
	}
	f.Fuzz(func(t *testing.T, pattern, flags, text string) {
		re, err := Compile(units(pattern), flags)
		if err != nil {
			return
		}
		asked := 0
		captures, err := re.Match(units(text), 0, func() bool { asked++; return asked > 10 })
		if err != nil || captures == nil {
			return
		}
		for i := 0; i < len(captures); i += 2 {
			if captures[i] > captures[i+1] || captures[i+1] > len(units(text)) {
				t.Errorf("/%s/%s in %q gave %v", pattern, flags, text, captures)
			}
		}
	})
}

func compile(t *testing.T, pattern, flags string) *Regexp {
	t.Helper()
	re, err := Compile(units(pattern), flags)
	if err != nil {
		t.Fatal(err)
	}
	return re
}

func units(text string) []uint16 { return utf16.Encode([]rune(text)) }
