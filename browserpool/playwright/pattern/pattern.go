// Package pattern reads patterns of addresses as Playwright does.
package pattern

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/liveload/liveload/browserpool"
)

// URL turns a pattern of an address into a JavaScript regular expression and its flags. It is
// a regular expression between slashes, or a glob (** is anything, * is anything but a slash, {a,b}
// is a choice), which means a path when it begins with a slash.
func URL(pattern string) (source, flags string, err error) {
	if end := strings.LastIndexByte(pattern, '/'); strings.HasPrefix(pattern, "/") && end > 1 && isFlags(pattern[end+1:]) {
		// A test that remembers where it stopped (g, y) would give another answer each time.
		return pattern[1:end], strings.NewReplacer("g", "", "y", "").Replace(pattern[end+1:]), nil
	}
	if _, path, ok := strings.Cut(pattern, "://"); ok && path != "" && !strings.ContainsAny(path, "/*{") {
		pattern += "/" // the page's address has it
	}
	source, err = Glob(pattern)
	if strings.HasPrefix(pattern, "/") {
		source = "^[a-z]+://[^/]*" + strings.TrimPrefix(source, "^")
	}
	return source, "", err
}

func isFlags(text string) bool { return strings.Trim(text, "dgimsuvy") == "" }

// Glob turns a glob into a JavaScript regular expression.
func Glob(glob string) (string, error) {
	var b strings.Builder
	depth := 0
	b.WriteString("^")
	for i := 0; i < len(glob); i++ {
		switch c := glob[i]; {
		case strings.HasPrefix(glob[i:], "**/") && (i == 0 || glob[i-1] == '/'):
			b.WriteString("(?:[^/]*/)*") // also no folder at all
			i += 2
		case strings.HasPrefix(glob[i:], "**"):
			b.WriteString(".*")
			i++
		case c == '*':
			b.WriteString("[^/]*")
		case c == '{':
			depth++
			b.WriteString("(?:")
		case c == '}' && depth > 0:
			depth--
			b.WriteString(")")
		case c == ',' && depth > 0:
			b.WriteString("|")
		case c == '\\' && i+1 < len(glob):
			i++
			b.WriteString(regexp.QuoteMeta(glob[i : i+1]))
		case c < 0x80:
			b.WriteString(regexp.QuoteMeta(glob[i : i+1]))
		default:
			b.WriteByte(c)
		}
	}
	if depth != 0 {
		return "", &browserpool.PageError{Message: fmt.Sprintf("the pattern %q has an open brace: close it with }", glob)}
	}
	b.WriteString("$")
	return b.String(), nil
}
