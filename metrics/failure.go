package metrics

import (
	"fmt"
	"slices"
	"strings"

	"github.com/liveload/liveload/excerpt"
)

// A failure has at most so many bytes of message, lines of stack, and bytes of each of them and of every other text.
const (
	maxReason = 10_000
	maxStack  = 200
	maxLine   = 2_000
)

// shorten keeps what a script throws within bounds.
func (f *FailureSample) shorten() {
	f.Class, f.ReasonInspect = shorten(f.Class), Shorten(excerpt.Of(f.ReasonInspect), maxReason) // a class is a label, too
	if len(f.Stacktrace) > maxStack {
		f.Stacktrace = f.Stacktrace[:maxStack]
	}
	f.Stacktrace = slices.Clone(f.Stacktrace) // it is the caller's
	for i, line := range f.Stacktrace {
		f.Stacktrace[i] = Shorten(line, maxLine)
	}
}

// Shorten shortens a text to so many bytes of valid UTF-8.
func Shorten(text string, most int) string {
	text = strings.ToValidUTF8(text, "�")
	if len(text) <= most {
		return text
	}
	return strings.ToValidUTF8(text[:most-len("…")], "") + "…"
}

// Check says what is wrong with a sample that comes from another process, nil for nothing.
func (f *FailureSample) Check() error {
	if len(f.ReasonInspect) > maxReason || len(f.Stacktrace) > maxStack {
		return fmt.Errorf("a failure has a message of %d bytes and %d lines of stack, but %d and %d are the most",
			len(f.ReasonInspect), len(f.Stacktrace), maxReason, maxStack)
	}
	texts := append([]string{
		f.Scenario, f.Class, f.Kind, f.Reason, f.Target, f.Step, f.Screenshot, f.Page, f.Console, f.Frames, f.Trace,
	}, f.Stacktrace...)
	for _, text := range texts {
		if len(text) > maxLine {
			return fmt.Errorf("a text of a failure has %d bytes, but %d are the most", len(text), maxLine)
		}
	}
	return nil
}
