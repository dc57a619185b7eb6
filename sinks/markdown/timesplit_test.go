package markdown

import (
	"strings"
	"testing"

	"github.com/liveload/liveload/report/reporttest"
)

// TestTimeSplits: events and pages of which parts are known are in a table of their own.
func TestTimeSplits(t *testing.T) {
	text := Run(reporttest.Shop{}.Results(), CommentLimit)
	for _, line := range []string{
		"<details><summary>Where the time went</summary>",
		"| page opened | `/products` | 360 |",
		"| `checkout` | `/products` | 360 |",
		" % network and server, ", " % showing the answer |", " % waiting for resources, ", " % application (Server-Timing \"app\"), ",
	} {
		if !strings.Contains(text, line) {
			t.Errorf("the page lacks %s", line)
		}
	}
}
