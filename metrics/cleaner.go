package metrics

import "github.com/liveload/liveload/redact"

// A cleaner takes secrets out of labels when a snapshot is made: each set of labels is looked at once, as long as no further
// secret becomes known. The caller of Snapshot holds the recorder's lock.
type cleaner struct {
	secrets *redact.Redactor
	known   map[Labels]Labels
	changes int // of secrets, when known was made
}

// renew forgets what was found before more secrets were known.
func (c *cleaner) renew() {
	if changes := c.secrets.Changes(); c.known == nil || changes != c.changes {
		c.known, c.changes = make(map[Labels]Labels), changes
	}
}

func (c *cleaner) labels(l Labels) Labels {
	if c.secrets == nil || l.IsZero() {
		return l
	}
	clean, ok := c.known[l]
	if !ok {
		clean = redactedLabels(c.secrets, l)
		c.known[l] = clean
	}
	return clean
}

// Redacted implements redact.Redacted.
func (l Labels) Redacted(secrets *redact.Redactor) any { return redactedLabels(secrets, l) }

// Redacted implements redact.Redacted: a sketch is a text of numbers.
func (s Sketch) Redacted(*redact.Redactor) any { return s }

// redactedLabels returns labels without secrets in their values.
func redactedLabels(secrets *redact.Redactor, l Labels) Labels {
	clean := l
	for name, value := range l.All() {
		if text := secrets.Text(value); text != value {
			clean = clean.With(name, text)
		}
	}
	return clean
}

// redact takes secrets out of a failure. It is done before texts are shortened, which may leave a part of a secret.
func (f *FailureSample) redact(secrets *redact.Redactor) {
	if secrets == nil {
		return
	}
	f.Class, f.ReasonInspect, f.Stacktrace = secrets.Text(f.Class), secrets.Text(f.ReasonInspect), secrets.Texts(f.Stacktrace)
	f.Reason, f.Target, f.Step = secrets.Text(f.Reason), secrets.Text(f.Target), secrets.Text(f.Step)
}
