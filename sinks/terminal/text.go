package terminal

import (
	"strings"
	"unicode/utf8"

	"github.com/liveload/liveload/sinks/plaintext"
)

// A style is the role of a piece of text; the painter knows its colour.
type style int

const (
	plain style = iota
	bold
	dim
	good
	bad
	warning
	// whole at the start of a text says that it is never cut: the terminal may wrap it. It is for
	// messages, and not for lines that are drawn over.
	whole
)

// A span is text of one style, a text is a line of them.
type span struct {
	style style
	text  string
}

type text []span

func (t text) add(s style, str string) text { return append(t, span{s, str}) }

// A painter turns text into what a terminal prints.
type painter struct{ color bool }

var codes = map[style]string{bold: "1", dim: "2", good: "32", bad: "31", warning: "33"}

// line prints t within width columns; what does not fit ends in an ellipsis.
func (p painter) line(width int, t text) string {
	var out strings.Builder
	left := max(width, 1)
	if len(t) > 0 && t[0].style == whole {
		left = unlimited
	}
	for i, s := range t {
		str := s.text
		n := utf8.RuneCountInString(str)
		if n > left || n == left && i < len(t)-1 && restLength(t[i+1:]) > 0 {
			str, n = cut(str+" ", left), left // the space makes room for the ellipsis when str just fits
		}
		out.WriteString(p.paint(s.style, str))
		left -= n
		if left <= 0 {
			break
		}
	}
	return strings.TrimRight(out.String(), " ") + "\n"
}

func (p painter) paint(s style, str string) string {
	code := codes[s]
	if !p.color || code == "" || str == "" {
		return str
	}
	return "\x1b[" + code + "m" + str + "\x1b[0m"
}

func restLength(t text) int {
	n := 0
	for _, s := range t {
		n += len(strings.TrimSpace(s.text))
	}
	return n
}

// cut shortens str to n runes with an ellipsis as the last.
func cut(str string, n int) string {
	runes := []rune(str)
	if len(runes) <= n {
		return str
	}
	return string(runes[:n-1]) + "…"
}

func pad(str string, width int) string {
	if n := width - utf8.RuneCountInString(str); n > 0 {
		return str + strings.Repeat(" ", n)
	}
	return str
}

func padLeft(str string, width int) string {
	if n := width - utf8.RuneCountInString(str); n > 0 {
		return strings.Repeat(" ", n) + str
	}
	return str
}

// clean makes one line of text from a page or a script that cannot move the cursor.
func clean(str string) string { return plaintext.Line(str) }
