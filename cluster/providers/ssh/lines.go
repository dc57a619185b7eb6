package ssh

import (
	"bytes"
	"context"
	"io"
	"strings"
	"sync"
)

// ours begins the lines of a script that are for us. Others come from the start-up files of the person's shell.
const ours = "liveload: "

// What is kept of a line, and how many lines are kept, is bounded.
const (
	longestLine = 4 << 10
	mostLines   = 10_000
)

// lines are what a script prints for us. It is an io.Writer that never fails and never waits.
type lines struct {
	mu      sync.Mutex
	part    []byte   // of a line
	ready   []string // that nobody has taken
	changed chan struct{}
}

func newLines() *lines { return &lines{changed: make(chan struct{})} }

// Write implements io.Writer.
func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for rest := p; len(rest) > 0; {
		line, more, whole := bytes.Cut(rest, []byte("\n"))
		if len(l.part)+len(line) <= longestLine {
			l.part = append(l.part, line...)
		}
		if rest = more; !whole {
			break
		}
		if text, ok := strings.CutPrefix(string(l.part), ours); ok && len(l.ready) < mostLines {
			l.ready = append(l.ready, strings.TrimSpace(text))
		}
		l.part = l.part[:0]
	}
	close(l.changed)
	l.changed = make(chan struct{})
	return len(p), nil
}

// next takes the next line. Once ended is closed and none is left, it returns io.EOF.
func (l *lines) next(ctx context.Context, ended <-chan struct{}) (string, error) {
	for over := false; ; {
		l.mu.Lock()
		changed := l.changed
		if len(l.ready) > 0 {
			line := l.ready[0]
			l.ready = l.ready[1:]
			l.mu.Unlock()
			return line, nil
		}
		l.mu.Unlock()
		if over {
			return "", io.EOF
		}
		select {
		case <-changed:
		case <-ended: // nothing is written any more: look once again
			over = true
		case <-ctx.Done():
			return "", context.Cause(ctx)
		}
	}
}

// all takes the lines that are there.
func (l *lines) all() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	all := l.ready
	l.ready = nil
	return all
}
