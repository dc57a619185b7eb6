package evidence

import (
	"slices"
	"sync"

	"github.com/liveload/liveload/browserpool"
)

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
