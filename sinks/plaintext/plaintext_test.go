package plaintext

import "testing"

func TestLine(t *testing.T) {
	for text, want := range map[string]string{
		"as it is":                   "as it is",
		" two\n\tlines \r\n":         "two lines",
		"\x1b[31mred\x1b[0m alert":   "red alert",
		"\x1b]0;title\x07\x1b[2Jx":   "]0;title x",
		"zero\x00byte \xff \u0085x":  "zero byte ? x",
		"grüße, 世界":                  "grüße, 世界",
		"\x1b[?25l\x1b[1;31;40mdeep": "deep",
		"":                           "",
		"txt.\u202eexe\u2066":        "txt.exe",
	} {
		if got := Line(text); got != want {
			t.Errorf("Line(%q) = %q, want %q", text, got, want)
		}
	}
}

func TestCount(t *testing.T) {
	for n, want := range map[int64]string{0: "0", 999: "999", 1000: "1 000", 1234567: "1 234 567", -1000: "-1 000"} {
		if got := Count(n); got != want {
			t.Errorf("Count(%d) = %q, want %q", n, got, want)
		}
	}
}
