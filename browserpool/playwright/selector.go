package playwright

import (
	"context"
	"errors"
	"regexp"
	"strings"

	pw "github.com/playwright-community/playwright-go"

	"github.com/liveload/liveload/browserpool"
)

var (
	engine       = regexp.MustCompile(`^\s*[a-zA-Z_][\w:-]*\s*=`)
	pseudoOfTool = regexp.MustCompile(`:(has-text|text|text-is|text-matches|visible|left-of|right-of|above|below|near|nth-match|light)\b`)
)

// isCSS says whether the page itself can find what a selector means. The rest (text=, role=, xpath,
// >>, and the pseudo-classes that only Playwright knows) goes through locators.
func isCSS(selector string) bool {
	trimmed := strings.TrimSpace(selector)
	switch {
	case strings.HasPrefix(trimmed, "//"), strings.HasPrefix(trimmed, ".."), strings.HasPrefix(trimmed, "("):
		return false
	case strings.HasPrefix(trimmed, `"`), strings.HasPrefix(trimmed, `'`):
		return false
	}
	return !strings.Contains(trimmed, ">>") && !engine.MatchString(trimmed) && !pseudoOfTool.MatchString(trimmed)
}

// waitError gives a timeout of the driver the shape of ours, with the last line of its call log.
func (s *session) waitError(ctx context.Context, waiting string, err error) error {
	if err == nil {
		return nil
	}
	if !errors.Is(err, pw.ErrTimeout) {
		return plainError(err)
	}
	return &browserpool.WaitError{Waiting: waiting, Found: lastLogLine(err.Error()), Cause: s.cause(ctx)}
}

func lastLogLine(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	last := strings.TrimSpace(lines[len(lines)-1])
	if len(lines) == 1 {
		return ""
	}
	return strings.TrimLeft(last, "- ")
}
