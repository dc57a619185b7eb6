package driver

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/liveload/liveload/browserpool"
	"github.com/liveload/liveload/browserpool/playwright/calls"
)

// browserSaid finds what a browser printed before it ended, in the log that Playwright adds to its error.
var browserSaid = regexp.MustCompile(`(?m)^\s*-?\s*\[pid=\d+\]\[err\] (.+)$`)

// mostLines is how many of these lines are shown, counted from the end: the first ones are mostly harmless.
const mostLines = 5

// launchError makes a short message of Playwright's, which has pages of flags in it and names the program that stood in
// for the browser.
func launchError(browser, program string, err error) error {
	if calls.DriverGone(err) {
		return fmt.Errorf("the driver died: %w", browserpool.ErrLost)
	}
	text := err.Error()
	var said []string
	for _, match := range browserSaid.FindAllStringSubmatch(text, -1) {
		said = append(said, match[1])
	}
	if len(said) > 0 {
		said = said[max(0, len(said)-mostLines):]
		return fmt.Errorf("%s ended at once and said %q (`liveload doctor` may show why)", browser, strings.Join(said, "\n"))
	}
	first, _, _ := strings.Cut(strings.ReplaceAll(text, program, browser), "\n")
	return fmt.Errorf("%s: %s (`liveload doctor` may show why)", browser, first)
}
