package markdown

import (
	"strings"
	"testing"

	"github.com/liveload/liveload/metrics/compare"
)

func TestNothingToCompare(t *testing.T) {
	if text := Comparison(compare.Comparison{}); !strings.HasPrefix(text, "## liveload: ❌ nothing can be compared") {
		t.Errorf("it begins with %.60q", text)
	}
}

// TestText: a name of a script is no Markdown.
func TestText(t *testing.T) {
	if got, want := Text("a_b *c* `d` [e](f) <img> @all #1"), "a\\_b \\*c\\* \\`d\\` \\[e\\](f) &lt;img> &#64;all \\#1"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}
