package session

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	pw "github.com/playwright-community/playwright-go"

	"github.com/liveload/liveload/browserpool"
	"github.com/liveload/liveload/browserpool/playwright/calls"
)

var (
	engine       = regexp.MustCompile(`^\s*[a-zA-Z_][\w:-]*\s*=`)
	pseudoOfTool = regexp.MustCompile(`:(has-text|text|text-is|text-matches|visible|left-of|right-of|above|below|near|nth-match|light)\b`)
)

// isCSS says whether the page may be asked to find what a selector means. The rest (text=, role=, xpath,
// >>, and the pseudo-classes that only Playwright knows) is found by Playwright's engines.
func isCSS(selector string) bool {
	trimmed := strings.TrimSpace(selector)
	switch {
	case strings.HasPrefix(trimmed, "//"), strings.HasPrefix(trimmed, ".."), strings.HasPrefix(trimmed, "("):
		return false
	case strings.HasPrefix(trimmed, `"`), strings.HasPrefix(trimmed, `'`):
		return false
	}
	switch { // most selectors have neither = nor :, and are not worth a regular expression
	case strings.Contains(trimmed, ">>"),
		strings.Contains(trimmed, "=") && engine.MatchString(trimmed),
		strings.Contains(trimmed, ":") && pseudoOfTool.MatchString(trimmed):
		return false
	}
	return true
}

// driverPrefix is what Playwright and the browser write before what is wrong with a selector.
var driverPrefix = regexp.MustCompile(`^(\w*Error: )?(Failed to execute '\w+' on '\w+': )?`)

// selectorError gives what Playwright says of a selector that it cannot read one shape. Other errors, such
// as that of a page that went away, stay as they are.
func selectorError(selector string, err error) error {
	var e *pw.Error
	if !errors.As(err, &e) || calls.PageLeft(err) || strings.Contains(e.Message, "Protocol error") {
		return err
	}
	mistake, _, _ := strings.Cut(e.Message, "\n")
	mistake = driverPrefix.ReplaceAllString(mistake, "")
	return &browserpool.PageError{Message: fmt.Sprintf("the selector %q is not valid: %s", selector, mistake)}
}
