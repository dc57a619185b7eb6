package nesting

import (
	"strings"
	"unicode/utf8"
)

// A parser takes up to 3 kB of stack for a bracket, and a compiler up to 0.5 kB for an operator, of which any number may stand in a row.
// What follows bounds their sum by 200 MB; a process has 1 GB.
const (
	perBracket = 12
	// goja takes quadratic time for what follows, which these weights make seconds.
	perArrow    = 16
	perOperator = 24
	mostSource  = 400_000
	// short is a text that cannot be nested so deep.
	short = mostSource / perBracket
)

// Source says whether a program, in JavaScript or TypeScript, is nested too deep: brackets within brackets, or operators
// one after the other.
func Source(text string) bool {
	if len(text) <= short {
		return false
	}
	s := scanner{text: text}
	for s.at < len(text) {
		if s.next(); s.weight > mostSource {
			return true
		}
	}
	return false
}

// A level is what is open.
type level struct {
	bracket byte // ( [ { or ` for what is inserted into a template
	tokens  int  // the weight of those since the last one that ends an expression
}

// A scanner reads one token after the other, as exactly as that goes without a parser.
type scanner struct {
	text   string
	at     int
	levels []level
	loose  int  // the weight of tokens outside of brackets
	weight int  // of all that is open
	value  bool // the last token ends a value, so that a slash divides
}

func (s *scanner) next() {
	c := s.text[s.at]
	switch {
	case c == ' ' || c == '\t' || c == '\n' || c == '\r':
		s.at++
	case strings.HasPrefix(s.text[s.at:], "//"):
		s.skipTo("\n")
	case strings.HasPrefix(s.text[s.at:], "/*"):
		s.at += 2
		s.skipTo("*/")
	case c == '"' || c == '\'':
		s.quoted(c)
		s.count(true)
	case c == '`':
		s.at++
		s.template()
	case c == '/' && !s.value:
		s.expression()
		s.count(true)
	case nameByte(c):
		s.word()
	case c == '(' || c == '[' || c == '{':
		s.at++
		s.open(c)
	case c == ')' || c == ']' || c == '}':
		s.at++
		s.shut(c)
	case c == ';' || c == ',':
		s.at++
		s.separate()
	case strings.HasPrefix(s.text[s.at:], "=>"):
		s.at += 2
		s.add(perArrow)
	case strings.IndexByte("+-*/%&|^<>?", c) >= 0:
		s.at++
		s.add(perOperator)
	default:
		s.at++
		s.count(false)
	}
}

// skipTo moves behind the next mark, or to the end.
func (s *scanner) skipTo(mark string) {
	if n := strings.Index(s.text[s.at:], mark); n >= 0 {
		s.at += n + len(mark)
	} else {
		s.at = len(s.text)
	}
}

// quoted moves behind a text in quotes, which ends with its line.
func (s *scanner) quoted(quote byte) {
	for s.at++; s.at < len(s.text); s.at++ {
		switch s.text[s.at] {
		case '\\':
			s.at++
		case quote:
			s.at++
			return
		case '\n':
			return
		}
	}
}

// template moves to the end of a template, or to the beginning of what is inserted.
func (s *scanner) template() {
	for ; s.at < len(s.text); s.at++ {
		switch s.text[s.at] {
		case '\\':
			s.at++
		case '`':
			s.at++
			s.count(true)
			return
		case '$':
			if strings.HasPrefix(s.text[s.at:], "${") {
				s.at += 2
				s.open('`')
				return
			}
		}
	}
}

// expression moves behind a regular expression, which ends with its line.
func (s *scanner) expression() {
	class, depth := false, 0
	for s.at++; s.at < len(s.text); s.at++ {
		switch c := s.text[s.at]; {
		case c == '\\':
			s.at++
		case c == '\n':
			return
		case c == '[' || c == ']':
			class = c == '['
		case c == '(' && !class:
			if depth++; depth > DeepestPattern {
				s.weight = mostSource + 1
			}
		case c == ')' && !class:
			depth--
		case c == '/' && !class:
			s.at++
			return
		}
	}
}

// word moves behind a name, a keyword or a number.
func (s *scanner) word() {
	from := s.at
	for s.at < len(s.text) && nameByte(s.text[s.at]) {
		s.at++
	}
	switch s.text[from:s.at] {
	case "return", "typeof", "case", "in", "of", "do", "else", "void", "delete", "throw", "new", "instanceof", "await", "yield":
		s.count(false)
	default:
		s.count(true)
	}
}

func nameByte(c byte) bool {
	return c == '_' || c == '$' || c == '#' || '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c >= utf8.RuneSelf
}

// count counts a token of the expression that is open.
func (s *scanner) count(value bool) {
	s.add(1)
	s.value = value
}

// add counts an operator with its weight.
func (s *scanner) add(weight int) {
	s.value = false
	s.weight += weight
	if n := len(s.levels); n > 0 {
		s.levels[n-1].tokens += weight
	} else {
		s.loose += weight
	}
}

// separate ends the expression that is open.
func (s *scanner) separate() {
	s.value = false
	if n := len(s.levels); n > 0 {
		s.weight -= s.levels[n-1].tokens
		s.levels[n-1].tokens = 0
	} else {
		s.weight -= s.loose
		s.loose = 0
	}
}

func (s *scanner) open(bracket byte) {
	s.value = false
	s.levels = append(s.levels, level{bracket: bracket})
	s.weight += perBracket
}

// shut closes a bracket, with those within it that a mistake has left open. One that was never opened is left alone.
func (s *scanner) shut(bracket byte) {
	n := len(s.levels) - 1
	for n >= 0 && !matches(s.levels[n].bracket, bracket) {
		n--
	}
	if n < 0 {
		s.value = false
		return
	}
	inserted := s.levels[n].bracket == '`'
	for len(s.levels) > n {
		s.weight -= perBracket + s.levels[len(s.levels)-1].tokens
		s.levels = s.levels[:len(s.levels)-1]
	}
	if inserted {
		s.template()
	} else {
		s.count(bracket != '}') // a slash divides an object more rarely than it begins the expression behind a block
	}
}

func matches(open, shut byte) bool {
	switch shut {
	case ')':
		return open == '('
	case ']':
		return open == '['
	}
	return open == '{' || open == '`'
}
