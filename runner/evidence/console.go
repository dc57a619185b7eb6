package evidence

import (
	"slices"
	"strings"
	"sync"

	"github.com/liveload/liveload/browserpool"
	"github.com/liveload/liveload/metrics"
)

// longestLine is how many bytes of a line are remembered.
const longestLine = 4 << 10

// mostLines is how many lines of a session's consoles are remembered.
const mostLines = 100

// A Console remembers the last lines that the pages of a session printed. The zero value is empty.
// Safe for concurrent use.
type Console struct {
	mu    sync.Mutex
	lines []browserpool.ConsoleMessage
}

// Add remembers a line.
func (c *Console) Add(m browserpool.ConsoleMessage) {
	m.Text = strings.Clone(metrics.Shorten(m.Text, longestLine)) // not a part of a long one
	m.URL = strings.Clone(metrics.Shorten(m.URL, longestLine))
	c.mu.Lock()
	defer c.mu.Unlock()
	c.lines = append(c.lines[max(0, len(c.lines)+1-mostLines):], m)
}

// Last returns the lines that are remembered, oldest first.
func (c *Console) Last() []browserpool.ConsoleMessage {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.lines)
}
