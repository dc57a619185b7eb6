package pattern

import (
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestURL(t *testing.T) {
	for _, c := range []struct {
		pattern, url string
		want         bool
	}{
		{"**/cart", "http://h/cart", true}, {"**/cart", "http://h/shop/cart", true}, {"**/cart", "http://h/cart/1", false},
		{"**/products/*", "http://h/products/7", true}, {"**/products/*", "http://h/products/7/x", false},
		{"http://h/**/x", "http://h/x", true}, {"http://h/**/x", "http://h/a/b/x", true},
		{"**/{a,b}", "http://h/b", true}, {"**/{a,b}", "http://h/c", false}, {"**/a.b", "http://h/aXb", false},
		{"http://h", "http://h/", true}, {"/cart", "http://h:1/cart", true}, {"/cart", "http://h/x/cart", false}, {"/products/**", "http://h/products/7?x=1", true},
		{"/cart\\/\\d+/", "http://h/cart/17", true}, {"/CART/i", "http://h/cart", true}, {"/x.*y/", "http://h/x/1/y", true}, {"/a/gi", "http://h/A", true},
		{"**/x?y=1", "http://h/x?y=1", true}, {"**/\\*", "http://h/*", true}, {"**/ü", "http://h/ü", true},
	} {
		source, flags, err := URL(c.pattern)
		if err != nil {
			t.Error(err)
			continue
		}
		if flags != "" {
			source = "(?" + flags + ")" + source
		}
		if got := regexp.MustCompile(source).MatchString(c.url); got != c.want {
			t.Errorf("%s (%s) matches %s: %v", c.pattern, source, c.url, got)
		}
	}
}

func FuzzGlob(f *testing.F) {
	for _, seed := range []string{"**/a", "/x/i", "{a,b}", "\\", "a**/b", "[", "ü*"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, glob string) {
		source, err := Glob(glob)
		if err != nil || !utf8.ValidString(glob) {
			return
		}
		re, err := regexp.Compile(source)
		if err != nil {
			t.Fatalf("%q became %q: %v", glob, source, err)
		}
		if !strings.ContainsAny(glob, "*{}\\,") && !re.MatchString(glob) && !strings.Contains(glob, "\n") {
			t.Errorf("%q does not match itself as %q", glob, source)
		}
	})
}
