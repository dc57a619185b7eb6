package redact

import (
	"io"
	"sync"
)

// A Writer hides known values in a stream, also where one goes over the border of two writes: what may be its beginning is held
// back until it is known, or Flush is called. Safe for concurrent use.
type Writer struct {
	redactor *Redactor
	out      io.Writer

	mu   sync.Mutex
	held string
}

// Writer returns a Writer to out.
func (r *Redactor) Writer(out io.Writer) *Writer { return &Writer{redactor: r, out: out} }

// Write implements io.Writer.
func (w *Writer) Write(text []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	shown, held := w.redactor.divide(w.held + string(text))
	w.held = held
	if shown == "" {
		return len(text), nil
	}
	if _, err := io.WriteString(w.out, shown); err != nil {
		return 0, err
	}
	return len(text), nil
}

// Flush writes what is held back.
func (w *Writer) Flush() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	rest := w.redactor.Known(w.held)
	w.held = ""
	if rest == "" {
		return nil
	}
	_, err := io.WriteString(w.out, rest)
	return err
}

// divide redacts a text but for its end, which may be the beginning of a value.
func (r *Redactor) divide(text string) (shown, held string) {
	if r == nil {
		return text, ""
	}
	r.mu.RLock()
	defer r.mu.RUnlock()
	if len(r.index.forms) == 0 {
		return text, ""
	}
	at := len(text) - r.index.pending(text)
	for _, found := range r.index.find(text) {
		if found.from < at && found.to > at { // what overlaps with a value belongs to it
			at = found.from
		}
	}
	return r.index.hide(text[:at]), text[at:]
}
