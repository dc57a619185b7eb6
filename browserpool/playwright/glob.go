package playwright

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/liveload/liveload/browserpool"
)

// urlPattern turns a pattern of an address into a JavaScript regular expression: a glob (** is
// anything, * is anything but a slash, {a,b} is a choice), or a regular expression between slashes.
func urlPattern(pattern string) (source, flags string, err error) {
	if end := strings.LastIndexByte(pattern, '/'); strings.HasPrefix(pattern, "/") && end > 0 && isFlags(pattern[end+1:]) && !strings.Contains(pattern, "*") {
		if _, err := regexp.Compile(pattern[1:end]); err == nil {
			return pattern[1:end], pattern[end+1:], nil
		}
	}
	source, err = globSource(pattern)
	return source, "", err
}

func isFlags(text string) bool { return strings.Trim(text, "imsu") == "" }

func globSource(glob string) (string, error) {
	var b strings.Builder
	depth := 0
	b.WriteString("^")
	for i := 0; i < len(glob); i++ {
		switch c := glob[i]; {
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
