// Package regex runs regular expressions as ECMAScript defines them, with all flags, for those that goja would run otherwise.
// It backtracks, as the language's regular expressions do. It knows nothing of goja.
package regex

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf16"
)

// ErrTooDeep says that a match needs more memory than a text may take.
var ErrTooDeep = errors.New("the regular expression backtracks too deep for this text")

// ErrStopped says that a match was given up since it was told to.
var ErrStopped = errors.New("the regular expression was interrupted")

// A Regexp is immutable and safe for concurrent use.
type Regexp struct {
	Names []Name // of groups, in the order of the pattern

	begin   step
	groups  int // with the whole match
	loops   int
	unicode bool
	sticky  bool
}

// A Name belongs to a group. A name may have several, in different alternatives.
type Name struct {
	Name  string
	Group int
}

type flags struct {
	ignoreCase, multiline, dotAll bool // which a part of a pattern may change
	unicode, sets                 bool
}

// Compile reads a pattern, given in UTF-16.
func Compile(pattern []uint16, flagText string) (*Regexp, error) {
	f, sticky, err := parseFlags(flagText)
	if err != nil {
		return nil, err
	}
	p := &parser{flags: f, source: codePoints(pattern, f.unicode)}
	tree, err := p.parse()
	if err != nil {
		return nil, err
	}
	c := &compiler{unicode: f.unicode}
	re := &Regexp{Names: p.names, groups: p.groups + 1, unicode: f.unicode, sticky: sticky}
	re.begin = c.compile(tree, false, func(s *state, at int) bool { s.captures[1] = at; return true })
	re.loops = c.loops
	return re, nil
}

func parseFlags(text string) (f flags, sticky bool, err error) {
	for i, flag := range text {
		if strings.ContainsRune(text[:i], flag) {
			return f, false, fmt.Errorf("invalid flags %q", text)
		}
		switch flag {
		case 'd', 'g':
		case 'i':
			f.ignoreCase = true
		case 'm':
			f.multiline = true
		case 's':
			f.dotAll = true
		case 'u':
			f.unicode = true
		case 'v':
			f.unicode, f.sets = true, true
		case 'y':
			sticky = true
		default:
			return f, false, fmt.Errorf("invalid flags %q", text)
		}
	}
	if f.sets && strings.Contains(text, "u") {
		return f, false, fmt.Errorf("invalid flags %q", text)
	}
	return f, sticky, nil
}

// codePoints are the characters of a text: code points with pairs put together, or UTF-16 code units.
func codePoints(text []uint16, pairs bool) []rune {
	var runes []rune
	for i := 0; i < len(text); i++ {
		r := rune(text[i])
		if pairs && i+1 < len(text) && utf16.IsSurrogate(r) {
			if pair := utf16.DecodeRune(r, rune(text[i+1])); pair != '\uFFFD' {
				r, i = pair, i+1
			}
		}
		runes = append(runes, r)
	}
	return runes
}

// Match looks for the first match that begins at the index at or later; a sticky expression only at it. It returns where each group
// begins and ends, the whole match first and -1 for groups that take no part, or nil. From time to time it asks stop
// whether to give up.
func (re *Regexp) Match(text []uint16, at int, stop func() bool) (captures []int, err error) {
	captures, err = re.matchFrom(text, re.wholeCharacter(text, at), stop)
	if captures != nil && captures[1] < at {
		return re.matchFrom(text, at+1, stop) // nothing was matched within a pair, from which the caller comes
	}
	return captures, err
}

func (re *Regexp) matchFrom(text []uint16, at int, stop func() bool) (captures []int, err error) {
	s := &state{
		text: text, unicode: re.unicode, stop: stop,
		captures: make([]int, 2*re.groups), opened: make([]int, re.groups), loops: make([]loop, re.loops),
	}
	defer func() {
		switch p := recover(); p {
		case nil:
		case ErrTooDeep, ErrStopped:
			captures, err = nil, p.(error)
		default:
			panic(p)
		}
	}()
	for ; at <= len(text); at++ {
		for i := range s.captures {
			s.captures[i] = -1
		}
		if re.begin(s, at) {
			s.captures[0] = at
			return s.captures, nil
		}
		if re.sticky {
			break
		}
		if _, next, ok := s.read(at, false); ok {
			at = next - 1
		}
	}
	return nil, nil
}

// wholeCharacter moves an index within a pair to its beginning.
func (re *Regexp) wholeCharacter(text []uint16, at int) int {
	if re.unicode && at > 0 && at < len(text) && utf16.DecodeRune(rune(text[at-1]), rune(text[at])) != '\uFFFD' {
		return at - 1
	}
	return at
}
