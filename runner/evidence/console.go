package evidence

import (
	"sync"

	"github.com/liveload/liveload/browserpool"
)

// mostLines is how many lines of a session's consoles are remembered.
const mostLines = 100

// A Console remembers the last lines that the pages of a session printed. The zero value is empty.
// Safe for concurrent use.
type Console struct {
	mu    sync.Mutex
	lines []browserpool.ConsoleMessage // a ring once it is full
	next  int
}

// Add remembers a line.
func (c *Console) Add(m browserpool.ConsoleMessage) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.lines) < mostLines {
		c.lines = append(c.lines, m)
		return
	}
	c.lines[c.next] = m
	c.next = (c.next + 1) % mostLines
}

// Last returns the lines that are remembered, oldest first.
func (c *Console) Last() []browserpool.ConsoleMessage {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append(append([]browserpool.ConsoleMessage{}, c.lines[c.next:]...), c.lines[:c.next]...)
}
