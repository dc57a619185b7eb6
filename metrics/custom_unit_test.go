package metrics

import (
	"strings"
	"testing"
)

func TestIsUnit(t *testing.T) {
	for text, want := range map[string]bool{
		"ms": true, "°C": true, "1/s": true, strings.Repeat("é", 20): true,
		"": false, "a b": false, "a\tb": false, "a\u200bb": false, "\x00": false, strings.Repeat("é", 21): false,
	} {
		if got := isUnit(text); got != want {
			t.Errorf("isUnit(%q) = %v, want %v", text, got, want)
		}
	}
}
