package driver

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/liveload/liveload/browserpool"
)

// browserSaid finds what a browser printed before it ended, in the log that Playwright adds to its error.
var browserSaid = regexp.MustCompile(`(?m)^\s*-?\s*\[pid=\d+\]\[err\] (.+)$`)

// lastWords is how many lines of that are told: the first ones are mostly harmless.
const lastWords = 5

// launchError makes a short message of Playwright's, which has pages of flags in it.
func launchError(browser string, err error) error {
	text := err.Error()
	if strings.Contains(text, "Connection closed") || strings.Contains(text, "could not send message") {
		return fmt.Errorf("the driver died: %w", browserpool.ErrLost)
	}
	var said []string
	for _, match := range browserSaid.FindAllStringSubmatch(text, -1) {
		said = append(said, match[1])
	}
	if len(said) > 0 {
		said = said[max(0, len(said)-lastWords):]
		return fmt.Errorf("%s ended at once and said %q (`liveload doctor` may tell why)", browser, strings.Join(said, "\n"))
	}
	first, _, _ := strings.Cut(text, "\n")
	return fmt.Errorf("%s: %s (`liveload doctor` may tell why)", browser, first)
}
