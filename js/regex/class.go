package regex

import (
	"maps"
	"slices"
	"strings"

	"github.com/liveload/liveload/js/nesting"
)

// class reads what follows [.
func (p *parser) class() node {
	if p.sets {
		inverted := p.take("^")
		return p.setNode(p.classSet(inverted))
	}
	c := character{inverted: p.take("^"), ignoreCase: p.ignoreCase}
	for !p.take("]") {
		if p.at >= len(p.source) {
			p.fail("unterminated character class")
		}
		c.set = c.set.union(p.classRange())
	}
	return c
}

// classRange reads one character or escape of a class, or a range.
func (p *parser) classRange() set {
	from, one := p.classAtom()
	if p.peek() != '-' || p.peekAt(1) == ']' || p.peekAt(1) < 0 {
		return from
	}
	p.at++
	to, toOne := p.classAtom()
	switch {
	case one && toOne && from[0].lo > to[0].lo:
		p.fail("range out of order in character class")
	case one && toOne:
		return newSet(span{from[0].lo, to[0].lo})
	case p.unicode:
		p.fail("invalid character class")
	}
	return from.union(to, single('-'))
}

// classAtom reads a character, which one says, or an escape for several.
func (p *parser) classAtom() (s set, one bool) {
	if !p.take(`\`) {
		p.at++
		return single(p.source[p.at-1]), true
	}
	if c, ok := p.classEscape(); ok {
		return c.set, false
	}
	if p.take("b") {
		return single('\b'), true
	}
	return single(p.characterEscape(true)), true
}

// A classSet is a class of the flag v: characters, and texts of none or several characters.
type classSet struct {
	set
	texts map[string]bool
}

// setNode matches the longest text first.
func (p *parser) setNode(c classSet) node {
	one := character{set: c.set, ignoreCase: p.ignoreCase}
	if len(c.texts) == 0 {
		return one
	}
	texts := slices.Collect(maps.Keys(c.texts))
	slices.SortFunc(texts, func(a, b string) int {
		if d := len([]rune(b)) - len([]rune(a)); d != 0 {
			return d
		}
		return strings.Compare(a, b)
	})
	var all alternatives
	for _, text := range texts {
		if text == "" {
			all = append(all, one)
		}
		var parts sequence
		for _, r := range text {
			parts = append(parts, p.literal(r))
		}
		all = append(all, parts)
	}
	if !c.texts[""] {
		all = append(all, one)
	}
	return all
}

// classSet reads a class of the flag v up to its ].
func (p *parser) classSet(inverted bool) classSet {
	if p.classes++; p.classes > nesting.DeepestPattern {
		p.fail("its classes are nested more than %d deep", nesting.DeepestPattern)
	}
	defer func() { p.classes-- }()
	result := classSet{texts: map[string]bool{}}
	for first := true; !p.take("]"); first = false {
		if p.at >= len(p.source) {
			p.fail("unterminated character class")
		}
		operand, isRange := p.operand()
		result.set = result.set.union(operand.set)
		maps.Copy(result.texts, operand.texts)
		if p.operator() == "" {
			continue
		}
		if !first || isRange {
			p.fail("invalid set operation in character class")
		}
		p.operations(&result)
		break
	}
	return p.inverted(result, inverted)
}

// operator returns the operator that comes next, or "".
func (p *parser) operator() string {
	for _, operator := range []string{"--", "&&"} {
		if p.peek() == rune(operator[0]) && p.peekAt(1) == rune(operator[1]) {
			return operator
		}
	}
	return ""
}

func (p *parser) inverted(c classSet, inverted bool) classSet {
	if !inverted {
		return c
	}
	if len(c.texts) > 0 {
		p.fail("negated character class may contain strings")
	}
	c.set = c.set.complement(p.flags)
	return c
}

// operations reads --b--c] or &&b&&c], which do not mix.
func (p *parser) operations(left *classSet) {
	operator := p.operator()
	for p.take(operator) {
		if operator == "&&" && p.peek() == '&' {
			p.fail("invalid character in character class")
		}
		right, isRange := p.operand()
		if isRange {
			p.fail("invalid set operation in character class")
		}
		keep := operator == "&&"
		maps.DeleteFunc(left.texts, func(text string, _ bool) bool { return right.texts[text] != keep })
		if keep {
			left.set = left.set.intersect(right.set)
		} else {
			left.set = left.set.without(right.set)
		}
	}
	if !p.take("]") {
		p.fail("invalid set operation in character class")
	}
}

// operand reads a nested class, an escape, a character or a range.
func (p *parser) operand() (c classSet, isRange bool) {
	switch {
	case p.take("["):
		return p.classSet(p.take("^")), false
	case p.take(`\q{`):
		return p.quoted(), false
	case p.peek() == '\\':
		p.at++
		if c, ok := p.classEscape(); ok {
			return classSet{set: c.set}, false
		}
		p.at--
	}
	from := p.setCharacter()
	to := from
	if isRange = p.peek() == '-' && p.peekAt(1) != '-'; isRange {
		p.at++
		to = p.setCharacter()
	}
	if to < from {
		p.fail("range out of order in character class")
	}
	return classSet{set: p.folded(newSet(span{from, to}))}, isRange
}

func (p *parser) folded(s set) set {
	if p.ignoreCase {
		return s.fold()
	}
	return s
}

// setCharacter reads one character; those that may get a meaning one day need a backslash.
func (p *parser) setCharacter() rune {
	r := p.peek()
	switch {
	case r < 0:
		p.fail("unterminated character class")
	case r == '\\':
		p.at++
		if p.take("b") {
			return '\b'
		}
		if next := p.peek(); next > 0 && strings.ContainsRune("&-!#%,:;<=>@`~", next) {
			p.at++
			return next
		}
		return p.characterEscape(true)
	case strings.ContainsRune("()[]{}/-|", r), r == p.peekAt(1) && strings.ContainsRune("&!#$%*+,.:;<=>?@^`~", r):
		p.fail("invalid character in character class")
	}
	p.at++
	return r
}

// quoted reads the texts of \q{a|bc}.
func (p *parser) quoted() classSet {
	result := classSet{texts: map[string]bool{}}
	for {
		var text []rune
		for p.peek() != '|' && p.peek() != '}' {
			text = append(text, p.setCharacter())
		}
		if len(text) == 1 {
			result.set = result.set.union(p.folded(single(text[0])))
		} else {
			if p.ignoreCase {
				for i, r := range text {
					text[i] = canonical(r, true)
				}
			}
			result.texts[string(text)] = true
		}
		if p.take("}") {
			return result
		}
		p.at++
	}
}
