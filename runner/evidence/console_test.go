package evidence

import (
	"strings"
	"testing"

	"github.com/liveload/liveload/browserpool"
)

// TestLongLines: what is remembered of a console is bounded, whatever a page writes.
func TestLongLines(t *testing.T) {
	var c Console
	for range 2 * mostLines {
		c.Add(browserpool.ConsoleMessage{Text: strings.Repeat("é", 1<<18), URL: "http://h/" + strings.Repeat("x", 1<<18)})
	}
	if size := len((&Store{}).consoleText(c.Last())); size > mostLines*(2*longestLine+100) {
		t.Errorf("console.txt has %d bytes", size)
	}
}
