package excerpt

import (
	"strings"
	"testing"
)

func TestOf(t *testing.T) {
	for _, test := range []struct{ text, want string }{
		{"short", "short"},
		{"0123456789", "0123456789"},
		{"0123456789a", "01234 … 1 bytes cut … 6789a"},
		{strings.Repeat("é", 10), "éé … 12 bytes cut … éé"},
		{"\xff\xff" + strings.Repeat("\x80", 20), "\xff … 21 bytes cut … "}, // no text at all
	} {
		if got := To(test.text, 10); got != test.want {
			t.Errorf("%q is cut to %q, not %q", test.text, got, test.want)
		} else if len(got) > 10+len(" … 12 bytes cut … ") {
			t.Errorf("%q has %d bytes", got, len(got))
		}
	}
	long := strings.Repeat("x", 50_000_000)
	if got := Of(long); len(got) > Most+50 || !strings.Contains(got, "49992000 bytes cut") {
		t.Errorf("%d bytes: %.100s", len(got), got)
	}
}
