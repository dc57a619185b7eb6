package redact

import (
	"strings"
	"sync"
)

const (
	// shortest is how long a value is that is looked for although nobody has said that it is a secret, and one that is
	// looked for within words.
	shortest = 6
	// shortestGiven is how long a value must be to be looked for at all.
	shortestGiven = 3
	// mostLearned is how many values are remembered that nobody has named: the newest ones.
	mostLearned = 5_000
	// mostBytes bounds the memory that their forms take: one that is long and has signs to encode takes a hundred times its length.
	mostBytes = 64 << 20
)

// A Redactor knows secrets by their values. It is handed to all that writes. A nil Redactor knows none, and hides
// secrets by name and place only. Safe for concurrent use.
type Redactor struct {
	mu      sync.RWMutex
	known   map[string]known
	learned []string // in order; those that are forgotten go first
	bytes   int      // of the forms of what was learned
	index   index
	changes int
}

// What is known of a value.
type known struct {
	given bool
	forms []form
}

// bytes are those that an index takes for it, roughly.
func (k known) bytes() (n int) {
	for _, f := range k.forms {
		n += 2*len(f.text) + 100
	}
	return n
}

// New returns a Redactor without values.
func New() *Redactor { return &Redactor{known: make(map[string]known), index: newIndex()} }

// Give says that values are secrets. One of 3 to 5 bytes is replaced where it is a word of its own only, so that it does not
// spoil others; a shorter one is not looked for.
func (r *Redactor) Give(values ...string) {
	for _, value := range values {
		r.add(value, true)
	}
}

// Learn notes values that are secrets by their name or place. Those of less than 6 bytes are not looked for elsewhere.
func (r *Redactor) Learn(values ...string) {
	for _, value := range values {
		if len(value) >= shortest {
			r.add(value, false)
		}
	}
}

// Changes returns a number that changes with each new value: what was redacted before may be so no more.
func (r *Redactor) Changes() int {
	if r == nil {
		return 0
	}
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.changes
}

func (r *Redactor) add(value string, given bool) {
	if r == nil || len(strings.TrimSpace(value)) < shortestGiven || strings.Contains(Hidden, value) {
		return
	}
	if r.has(value, given) {
		return
	}
	now := known{given, formsOf(value)}
	r.mu.Lock()
	defer r.mu.Unlock()
	if was, ok := r.known[value]; ok && (was.given || !given) {
		return // meanwhile
	}
	if !given {
		r.learned = append(r.learned, value)
		r.bytes += now.bytes()
	}
	r.known[value] = now
	r.index.add(now.forms)
	r.changes++
	if len(r.learned) > mostLearned || len(r.learned) > 1 && r.bytes > mostBytes {
		r.forget()
	}
}

// has says whether there is no more to note of a value, as it is with most of what iterations set again and again.
func (r *Redactor) has(value string, given bool) bool {
	r.mu.RLock()
	defer r.mu.RUnlock()
	was, ok := r.known[value]
	return ok && (was.given || !given)
}

// forget drops the older half of what was learned.
func (r *Redactor) forget() {
	half := len(r.learned) / 2
	for _, value := range r.learned[:half] {
		if !r.known[value].given {
			delete(r.known, value)
		}
	}
	r.learned, r.bytes = append([]string(nil), r.learned[half:]...), 0
	for _, value := range r.learned {
		r.bytes += r.known[value].bytes()
	}
	r.index = newIndex()
	for _, one := range r.known {
		r.index.add(one.forms)
	}
}

// Known hides the values that are known, in whatever encoding, and nothing else.
func (r *Redactor) Known(text string) string {
	if r == nil || text == "" {
		return text
	}
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.index.hide(text)
}

// Text hides what is known, and what may be a secret by its name or place in the text. It is called before a text is cut; of one that
// was cut already, it hides a part of a value at the cut.
func (r *Redactor) Text(text string) string { return byPlace(r.Known(text)) }

// Texts is Text for each of several.
func (r *Redactor) Texts(texts []string) []string {
	if texts == nil {
		return nil
	}
	out := make([]string, len(texts))
	for i, text := range texts {
		out[i] = r.Text(text)
	}
	return out
}
