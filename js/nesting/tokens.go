package nesting

import (
	"strings"
	"unicode/utf8"
)

// next reads a token.
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
		first := s.begins
		s.word()
		s.label = first
	case c == ':':
		s.at++
		s.colon()
	case c == '(' || c == '[' || c == '{':
		s.at++
		s.open(c)
	case c == ')' || c == ']' || c == '}':
		s.at++
		s.close(c)
	case c == ';' || c == ',':
		s.at++
		s.separate()
		s.begins = c == ';'
	case (c == '|' || c == '&' || c == '?') && s.at+1 < len(s.text) && s.text[s.at+1] == c:
		s.at += 2
		s.logical()
	case strings.HasPrefix(s.text[s.at:], "=>"):
		s.at += 2
		s.arrow()
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
	case "return", "typeof", "case", "in", "of", "void", "delete", "throw", "new", "instanceof", "await", "yield":
		s.count(false)
	case "true", "false", "null":
		s.count(true)
	case "else", "do":
		s.count(false)
		s.begins = true
	case "with", "extends":
		s.add(perScope)
	default:
		s.count(true)
		if c := s.text[from]; c < '0' || c > '9' {
			s.vary()
		}
	}
}

func nameByte(c byte) bool {
	return c == '_' || c == '$' || c == '#' || '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c >= utf8.RuneSelf
}
