package threshold

import (
	"slices"
	"strings"
)

// A selector is a parsed metric with labels, such as "checks{name:cart}". Offsets are in bytes.
type selector struct {
	name   string
	labels []labelPart
}

type labelPart struct {
	key, value     string
	keyAt, valueAt int
}

// value returns the value that a label must have, or "" when it may have any.
func (s selector) value(key string) string {
	for _, l := range s.labels {
		if l.key == key {
			return l.value
		}
	}
	return ""
}

// same says whether two selectors select the same samples.
func (s selector) same(o selector) bool {
	return s.name == o.name && len(s.labels) == len(o.labels) &&
		!slices.ContainsFunc(s.labels, func(l labelPart) bool { return o.value(l.key) != l.value })
}

func parseSelector(text string) (selector, error) {
	r := &reader{text: text}
	s, err := readSelector(r, "")
	if err == nil && r.rest() != "" {
		r.blanks()
		return s, wrong(r.at, "nothing can follow the labels, but %q does: remove it", r.rest())
	}
	return s, err
}

// readSelector reads a metric with its labels, up to a character of ends that is not inside of them.
func readSelector(r *reader, ends string) (selector, error) {
	var s selector
	r.blanks()
	at := r.at
	s.name = strings.TrimSpace(r.take(func(c rune) bool { return !strings.ContainsRune("{}[]"+ends, c) }))
	switch {
	case s.name == "":
		return s, wrong(at, "the name of a metric is missing: write for example liveview_event_duration_us")
	case r.next() == '[':
		return s, wrong(r.at, "labels go in braces: write for example checks{name:cart}")
	case r.next() == '}' || r.next() == ']':
		return s, wrong(r.at, "%q closes nothing: write for example checks{name:cart}", string(r.next()))
	case r.next() != '{':
		return s, nil
	}
	r.at++
	return s, s.readLabels(r)
}

func (s *selector) readLabels(r *reader) error {
	open := r.at - 1
	for {
		r.blanks()
		l := labelPart{keyAt: r.at}
		l.key = strings.TrimSpace(r.take(func(c rune) bool { return !strings.ContainsRune(":=,}", c) }))
		switch c := r.next(); {
		case c == 0:
			return wrong(open, "the brace is not closed: write for example %s{name:cart}", s.name)
		case c == '=':
			return wrong(r.at, "label and value have a colon between them: write %s:...", l.key)
		case l.key == "" && len(s.labels) == 0 && c == '}':
			return wrong(open, "there is no label in the braces: write for example %s{name:cart}, or no braces", s.name)
		case l.key == "":
			return wrong(r.at, "the name of a label is missing: write for example name:cart")
		case c != ':':
			return wrong(l.keyAt, "the label %q has no value: write for example %s:cart", l.key, l.key)
		case slices.ContainsFunc(s.labels, func(o labelPart) bool { return o.key == l.key }):
			return wrong(l.keyAt, "the label %q is there twice: remove one", l.key)
		}
		r.at++
		if err := l.readValue(r, open); err != nil {
			return err
		}
		s.labels = append(s.labels, l)
		r.blanks()
		end := r.next()
		r.at++
		switch end {
		case '}':
			return nil
		case ',':
		case 0:
			return wrong(open, "the brace is not closed: write for example %s{%s:%s}", s.name, l.key, l.value)
		default:
			return wrong(r.at-1, "a comma or a closing brace is expected here, not %q", firstOf(r.text[r.at-1:]))
		}
	}
}

// readValue reads a value: up to the next comma or brace, or anything in quotes, where a backslash takes
// the next character as it is.
func (l *labelPart) readValue(r *reader, open int) error {
	r.blanks()
	l.valueAt = r.at
	quote := r.next()
	if quote != '"' && quote != '\'' {
		l.value = strings.TrimSpace(r.take(func(c rune) bool { return c != ',' && c != '}' }))
		if l.value == "" && r.next() != 0 {
			return wrong(l.valueAt, "the label %q has no value: write for example %s:cart", l.key, l.key)
		}
		return nil
	}
	var value strings.Builder
	for r.at++; r.at < len(r.text); r.at++ {
		switch c := r.text[r.at]; {
		case c == quote:
			r.at++
			l.value = value.String()
			if l.value == "" {
				return wrong(l.valueAt, "the label %q has no value: write for example %s:cart", l.key, l.key)
			}
			return nil
		case c == '\\' && r.at+1 < len(r.text):
			r.at++
			value.WriteByte(r.text[r.at])
		default:
			value.WriteByte(c)
		}
	}
	return wrong(l.valueAt, "the quote is not closed: write for example {%s:%c%s%c}", l.key, quote, "cart", quote)
}

// ParseFlag parses a threshold on a command line, METRIC:EXPRESSION. Compile checks whether the metric exists. The
// error is a *Error, whose Text is the part that is wrong.
func ParseFlag(text string) (Spec, error) {
	r := &reader{text: text}
	_, err := readSelector(r, ":")
	s := Spec{Metric: text}
	if err != nil {
		return s, s.refuse(text, err)
	}
	r.blanks()
	if r.next() != ':' {
		return s, s.refuse(text, wrong(r.at, "a colon and what is expected are missing: write for example liveview_event_duration_us:p(95)<250ms"))
	}
	s = Spec{Metric: strings.TrimSpace(text[:r.at]), Expression: strings.TrimSpace(text[r.at+1:])}
	if _, err := parseExpression(s.Expression); err != nil {
		return s, s.refuse(s.Expression, err)
	}
	return s, nil
}
