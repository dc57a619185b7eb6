package playwright

import (
	"context"
	"errors"
	"regexp"
	"strings"
	"time"

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

// waitError gives a timeout of the driver the shape of ours, with what its call log says at the end.
func waitError(ctx context.Context, waiting string, begun time.Time, err error) error {
	if err == nil {
		return nil
	}
	if !errors.Is(err, pw.ErrTimeout) {
		return plainError(err)
	}
	return &browserpool.WaitError{Waiting: waiting, Found: found(err.Error()), Cause: timeUp(ctx, begun)}
}

// telling are beginnings and parts of lines of a call log that say what was in the way.
var telling = regexp.MustCompile(`^(element is|element was|did not find some options|<.*> intercepts)|resolved to (visible|hidden) `)

// found is the last line of a call log that says what was there; "" when none does.
func found(log string) string {
	lines := strings.Split(strings.TrimSpace(log), "\n")
	waited := false
	for i := len(lines) - 1; i >= 0; i-- {
		line := strings.TrimLeft(strings.TrimSpace(lines[i]), "- ")
		if telling.MatchString(line) {
			return regexp.MustCompile(`^\d+ × `).ReplaceAllString(line, "")
		}
		waited = waited || strings.HasPrefix(line, "waiting for ")
	}
	if waited {
		return "no element matches it"
	}
	return ""
}
