package regex

import "strings"

// escape reads what follows a backslash outside of classes.
func (p *parser) escape() (n node, repeatable bool) {
	r := p.peek()
	switch {
	case r < 0:
		p.fail("\\ at end of pattern")
	case r == 'b':
		p.at++
		return assertion{kind: wordBoundary, word: p.wordSet()}, false
	case r == 'B':
		p.at++
		return assertion{kind: noWordBoundary, word: p.wordSet()}, false
	case r >= '1' && r <= '9':
		if n := p.numbered(); n != nil {
			return n, true
		}
	case r == 'k' && (p.unicode || p.named):
		p.at++
		p.expect("<")
		return p.reference(&reference{name: p.name()}), true
	}
	if one, ok := p.classEscape(); ok {
		one.ignoreCase = p.ignoreCase
		return one, true
	}
	return p.literal(p.characterEscape(false)), true
}

// numbered reads a reference. Without Unicode, the number of a group that does not exist is an octal escape.
func (p *parser) numbered() node {
	begin := p.at
	index, _ := p.number()
	if index <= p.total {
		return p.reference(&reference{groups: []int{index}})
	}
	if p.unicode {
		p.fail("invalid escape")
	}
	p.at = begin
	return nil
}

func (p *parser) reference(r *reference) node {
	r.ignoreCase = p.ignoreCase
	p.references = append(p.references, r)
	return r
}

// classEscape reads \d, \s, \w, \p{...} and their opposites.
func (p *parser) classEscape() (c character, ok bool) {
	r := p.peek()
	switch r {
	case 'd', 'D':
		c.set = digits
	case 's', 'S':
		c.set = spaces
	case 'w', 'W':
		c.set = p.wordSet()
	case 'p', 'P':
		if !p.unicode {
			return c, false
		}
		p.at++
		c.set = p.property()
		return p.opposite(c, r == 'P'), true
	default:
		return c, false
	}
	p.at++
	return p.opposite(c, strings.ContainsRune("DSW", r)), true
}

func (p *parser) opposite(c character, opposite bool) character {
	if p.sets && p.ignoreCase {
		c.set = c.set.fold()
	}
	switch {
	case opposite && p.sets:
		c.set = c.set.complement(p.flags)
	case opposite:
		c.set = c.set.negate()
	}
	return c
}

var controls = map[rune]rune{'f': '\f', 'n': '\n', 'r': '\r', 't': '\t', 'v': '\v'}

// characterEscape reads what stands for one character.
func (p *parser) characterEscape(inClass bool) rune {
	r := p.peek()
	p.at++
	if control, ok := controls[r]; ok {
		return control
	}
	switch {
	case r == 'c':
		return p.controlLetter(inClass)
	case r == '0' && (p.peek() < '0' || p.peek() > '9'):
		return 0
	case r >= '0' && r <= '7' && !p.unicode:
		p.at--
		return p.octal()
	case r == 'x':
		if value, ok := p.hex(2); ok {
			return value
		}
	case r == 'u':
		return p.unicodeEscape()
	case p.unicode && (strings.ContainsRune(`^$\.*+?()[]{}|/`, r) || inClass && r == '-'):
		return r
	case r < 0:
		p.fail("\\ at end of pattern")
	}
	if p.unicode || r == 'k' && p.named {
		p.fail("invalid escape")
	}
	return r
}

// controlLetter reads \cA. Without Unicode, a backslash before anything else is text.
func (p *parser) controlLetter(inClass bool) rune {
	r := p.peek()
	letter := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
	if letter || inClass && !p.unicode && (r >= '0' && r <= '9' || r == '_') {
		p.at++
		return r % 32
	}
	if p.unicode {
		p.fail("invalid unicode escape")
	}
	p.at--
	return '\\'
}

func (p *parser) octal() (value rune) {
	for range 3 {
		r := p.peek()
		if r < '0' || r > '7' || value*8+r-'0' > 0o377 {
			break
		}
		value = value*8 + r - '0'
		p.at++
	}
	return value
}

// hex reads so many digits, or none.
func (p *parser) hex(count int) (value rune, ok bool) {
	for i := range count {
		digit := strings.IndexRune("0123456789abcdef", lower(p.peekAt(i)))
		if digit < 0 {
			return 0, false
		}
		value = value*16 + rune(digit)
	}
	p.at += count
	return value, true
}

func lower(r rune) rune {
	if r >= 'A' && r <= 'Z' {
		return r + 'a' - 'A'
	}
	return r
}

// unicodeEscape reads what follows \u.
func (p *parser) unicodeEscape() rune {
	if p.unicode && p.take("{") {
		return p.codePoint()
	}
	value, ok := p.hex(4)
	switch {
	case ok && p.unicode && value >= 0xd800 && value <= 0xdbff && p.peek() == '\\' && p.peekAt(1) == 'u':
		begin := p.at
		p.at += 2
		if low, ok := p.hex(4); ok && low >= 0xdc00 && low <= 0xdfff {
			return 0x10000 + (value-0xd800)<<10 + low - 0xdc00
		}
		p.at = begin
	case ok:
	case p.unicode:
		p.fail("invalid Unicode escape")
	default:
		return 'u'
	}
	return value
}

func (p *parser) codePoint() (value rune) {
	for count := 0; !p.take("}"); count++ {
		digit, ok := p.hex(1)
		value = value*16 + digit
		if !ok || value > lastRune {
			p.fail("invalid Unicode escape")
		}
	}
	if p.source[p.at-2] == '{' {
		p.fail("invalid Unicode escape")
	}
	return value
}
