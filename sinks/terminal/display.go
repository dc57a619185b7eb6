// Package terminal is the sink that a person watches: progress while the run goes on, and a summary at
// its end. It owns what is drawn and how; the numbers come from package metrics.
package terminal

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"github.com/liveload/liveload/metrics"
)

const (
	defaultWidth = 80
	// drawInterval and lineInterval are the times of the run between two drawings on a terminal, and
	// between two lines elsewhere.
	drawInterval = time.Second
	lineInterval = 5 * time.Second
)

// Options say where and how to draw.
type Options struct {
	// Out takes everything. Required.
	Out io.Writer
	// TTY draws over the last drawing; otherwise a plain line is written every five seconds.
	TTY bool
	// Width returns the columns of the terminal; nil or 0 is 80.
	Width func() int
	// Color uses ANSI colours. The caller knows of NO_COLOR.
	Color bool
	// Quiet leaves out all but the summary.
	Quiet bool
	// Summary is how much to say at the end; "" is Short.
	Summary Summary
	// Files are what the summary points to, and Evidence is the folder of what was kept of failures.
	Files    []File
	Evidence string
}

// A Display draws one run. It is a sinks.Sink; its methods may be called concurrently.
type Display struct {
	opts  Options
	paint painter

	mu      sync.Mutex
	active  bool              // between Start and Close
	latest  *metrics.Interval // nil before the first
	drawn   int               // lines of the drawing on the screen
	next    time.Duration     // time of the run to draw at
	steps   int               // of a search, that are printed
	pending []byte            // a log line without its end

	status     string    // what the run waits for; "" when it does not
	statusKind string    // of status; a new one is shown at once
	statusAt   time.Time // when it was printed last, where nothing is drawn
}

// New returns a display that draws nothing until Start.
func New(opts Options) *Display {
	return &Display{opts: opts, paint: painter{color: opts.Color}}
}

// Start says what runs.
func (d *Display) Start(_ context.Context, run metrics.RunInfo) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.opts.Quiet {
		return nil
	}
	d.active, d.next = true, 0
	var text strings.Builder
	for _, s := range run.Scenarios {
		text.WriteString(d.paint.line(d.width(), introduction(s)))
	}
	return d.print(d.erase() + text.String())
}

// Write draws the state of the run, at most once a second.
func (d *Display) Write(_ context.Context, i *metrics.Interval) error {
	if d.opts.Quiet {
		return nil
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.latest != nil && !i.Start.Equal(d.latest.Start) { // the next script has begun
		d.next, d.steps = 0, 0
	}
	d.latest = i
	if steps := d.newSteps(i); steps != "" {
		if err := d.print(d.erase() + steps); err != nil {
			return err
		}
		if d.opts.TTY { // the drawing is gone
			d.next = min(d.next, i.Elapsed)
		}
	}
	if !d.active || i.Elapsed < d.next {
		return nil
	}
	if !d.opts.TTY {
		d.next = i.Elapsed.Truncate(lineInterval) + lineInterval
		return d.print(progressLine(i))
	}
	d.next = i.Elapsed.Truncate(drawInterval) + drawInterval
	return d.print(d.redraw(i))
}

// Close erases the drawing and prints the summary.
func (d *Display) Close(_ context.Context, results []metrics.Result) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.active = false
	text := d.erase()
	if len(d.pending) > 0 {
		text += string(d.pending) + "\n"
		d.pending = nil
	}
	for _, l := range summary(results, d.opts, d.width()) {
		text += d.paint.line(unlimited, l) // it is no drawing: nothing is cut
	}
	return d.print(text)
}

// LogWriter returns a writer of log lines on the same terminal: they appear above the drawing.
func (d *Display) LogWriter() io.Writer { return logWriter{d} }

type logWriter struct{ d *Display }

func (w logWriter) Write(p []byte) (int, error) {
	d := w.d
	d.mu.Lock()
	defer d.mu.Unlock()
	d.pending = append(d.pending, p...)
	end := bytes.LastIndexByte(d.pending, '\n') + 1
	if end == 0 {
		return len(p), nil
	}
	text := string(d.pending[:end])
	d.pending = append(d.pending[:0], d.pending[end:]...)
	if d.drawn > 0 {
		text = d.erase() + text + d.redraw(d.latest)
	}
	return len(p), d.print(text)
}

// redraw returns what draws the state over the last drawing. Each line is cleared as it is replaced,
// which flickers less than to clear first.
func (d *Display) redraw(now *metrics.Interval) string {
	var out strings.Builder
	out.WriteString(d.up())
	var lines []text
	if d.active && now != nil {
		lines = drawing(now, d.width())
	}
	if d.status != "" {
		lines = append(lines, text{{dim, "  " + clean(d.status)}})
	}
	for _, l := range lines {
		out.WriteString(strings.TrimSuffix(d.paint.line(d.width(), l), "\n"))
		out.WriteString("\x1b[K\n")
	}
	out.WriteString("\x1b[J")
	d.drawn = len(lines)
	return out.String()
}

// erase returns what clears the drawing from the screen.
func (d *Display) erase() string {
	if d.drawn == 0 {
		return ""
	}
	text := d.up() + "\x1b[J"
	d.drawn = 0
	return text
}

func (d *Display) up() string {
	if d.drawn == 0 {
		return ""
	}
	return fmt.Sprintf("\r\x1b[%dA", d.drawn)
}

// unlimited is the width of what is not a terminal: nothing is cut in a file or a pipe.
const unlimited = 1 << 20

// width leaves the last column free: some terminals wrap when it is written.
func (d *Display) width() int {
	if !d.opts.TTY {
		return unlimited
	}
	if d.opts.Width != nil {
		if w := d.opts.Width(); w > 0 {
			return w - 1
		}
	}
	return defaultWidth - 1
}

func (d *Display) print(text string) error {
	if text == "" {
		return nil
	}
	if _, err := io.WriteString(d.opts.Out, text); err != nil {
		return fmt.Errorf("write to the terminal: %w", err)
	}
	return nil
}
