package terminal

import (
	"slices"
	"strings"

	"github.com/rivo/uniseg"

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

func (t text) columns() (n int) {
	for _, s := range t {
		n += columns(s.text)
	}
	return n
}

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
		n := columns(str)
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

// columns is how many columns of a terminal a text takes: two for each character of Chinese, none for an accent.
func columns(str string) int { return uniseg.StringWidth(str) }

// cut shortens str to n columns with an ellipsis as the last.
func cut(str string, n int) string {
	if columns(str) <= n {
		return str
	}
	kept, left := "", n-1
	for rest, state := str, -1; rest != ""; {
		var cluster string
		var width int
		cluster, rest, width, state = uniseg.FirstGraphemeClusterInString(rest, state)
		if left -= width; left < 0 {
			break
		}
		kept += cluster
	}
	return kept + "…"
}

func pad(str string, width int) string { return str + blanks(width-columns(str)) }

func padLeft(str string, width int) string { return blanks(width-columns(str)) + str }

func blanks(n int) string { return strings.Repeat(" ", max(n, 0)) }

// wrapped breaks a text between words into lines of so many columns, the further ones indented. Narrow terminals break it
// by themselves. What is longer than a line, such as a path, stays whole.
func wrapped(t text, width, indent int) []text {
	if width < narrowest || width >= unlimited {
		return []text{append(text{{whole, ""}}, t...)}
	}
	var lines []text
	line, used := text{{whole, ""}}, 0
	for _, s := range t {
		for i, word := range wordsOf(s.text) {
			n := columns(strings.TrimRight(word, " "))
			if i > 0 && used > indent && used+n > width {
				lines = append(lines, line)
				line, used = text{{whole, ""}, {plain, blanks(indent)}}, indent
			}
			if last := len(line) - 1; line[last].style == s.style {
				line[last].text += word
			} else {
				line = line.add(s.style, word)
			}
			used += columns(word)
		}
	}
	return append(lines, line)
}

// wordsOf splits a text where a line may end: not between a number and its unit.
func wordsOf(str string) (words []string) {
	for _, word := range strings.SplitAfter(str, " ") {
		last := len(words) - 1
		if slices.Contains(units, strings.TrimRight(word, " .,;:)")) && last >= 0 && strings.ContainsAny(words[last][:1], "0123456789(") {
			words[last] += word
			continue
		}
		words = append(words, word)
	}
	return words
}

var units = []string{"s", "ms", "µs", "%", "B", "kB", "MB", "GB"}

// narrowest is the width from which on lines are broken between words.
const narrowest = 50

// clean makes one line of text from a page or a script that cannot move the cursor.
func clean(str string) string { return plaintext.Line(str) }
