package playwright

import (
	"context"
	"errors"
	"regexp"
	"strings"
	"time"

	pw "github.com/playwright-community/playwright-go"

	"github.com/liveload/liveload/browserpool"
	"github.com/liveload/liveload/browserpool/inpage"
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
	switch { // most selectors have neither = nor :, and are not worth a regular expression
	case strings.Contains(trimmed, ">>"),
		strings.Contains(trimmed, "=") && engine.MatchString(trimmed),
		strings.Contains(trimmed, ":") && pseudoOfTool.MatchString(trimmed):
		return false
	}
	return true
}

// waitError gives a timeout of the driver the shape of ours; look says what there was instead.
func waitError(ctx context.Context, waiting string, begun time.Time, err error, look func() string) error {
	if err == nil {
		return nil
	}
	if !errors.Is(err, pw.ErrTimeout) {
		return plainError(err)
	}
	return &browserpool.WaitError{Waiting: waiting, Found: look(), Cause: timeUp(ctx, begun)}
}

// lookPatience is how long a failed wait may take to say what was there instead.
const lookPatience = 600 * time.Millisecond

// look says what the element that a selector means looks like, "" when the page does not say it soon.
func look(page pw.Page, selector string) string {
	looked := async(func() (any, error) { return page.Locator(selector).EvaluateAll(inpage.LookFunction, selector) })
	patience := time.NewTimer(lookPatience)
	defer patience.Stop()
	select {
	case r := <-looked:
		text, _ := r.value.(string)
		return text
	case <-patience.C:
		return ""
	}
}

func lookNowhere() string { return "" }
