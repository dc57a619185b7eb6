package terminal

import "time"

// Status shows what the run waits for before, between and after its intervals, "" for nothing. On a terminal it is the last
// line of the drawing. Elsewhere a line is printed when kind is a new one, and every five seconds while what it says changes.
func (d *Display) Status(kind, what string) {
	if d.opts.Quiet {
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if what == d.status && kind == d.statusKind {
		return
	}
	isNew := kind != d.statusKind
	d.status, d.statusKind = what, kind
	if d.opts.TTY {
		_ = d.print(d.redraw(d.latest)) // whoever prints next gets the error again
		return
	}
	if now := time.Now(); what != "" && (isNew || now.Sub(d.statusAt) >= lineInterval) {
		d.statusAt = now
		_ = d.print(d.paint.line(d.width(), text{{dim, clean(what)}}))
	}
}
