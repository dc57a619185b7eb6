package language

import (
	"testing"

	"github.com/dop251/goja"
)

// TestSameTextIsNotCompared: going through a long text with a global expression took the square of its length.
func TestSameTextIsNotCompared(t *testing.T) {
	text, equal := goja.StringFromUTF16([]uint16{'a', 'é'}), goja.StringFromUTF16([]uint16{'a', 'é'})
	if !same(text, text) || same(text, equal) || same(nil, text) {
		t.Error("a text is the same as itself only, not as one with the same characters elsewhere")
	}
	if ascii := goja.StringFromUTF16([]uint16{'a'}); !same(ascii, ascii) || same(ascii, text) {
		t.Error("a text of ASCII is the same as itself only")
	}
}
