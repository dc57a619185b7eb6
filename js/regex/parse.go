package regex

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/liveload/liveload/js/nesting"
)

// A parser reads a pattern: strictly with Unicode, and as browsers and Node.js do otherwise.
type parser struct {
	flags
	source []rune
	at     int

	groups     int // that have begun
	total      int // in the whole pattern
	names      []Name
	places     [][]branch // of the names
	branches   []branch   // around the current place
	choices    int
	classes    int // around the current place
	references []*reference
	named      bool // the pattern has a named group
}

// A branch is one alternative of several.
type branch struct{ choice, alternative int }

// A syntaxError ends the parsing by panic, and parse returns it.
type syntaxError struct{ error }

func (p *parser) fail(format string, values ...any) {
	panic(syntaxError{fmt.Errorf(format, values...)})
}

func (p *parser) parse() (tree node, err error) {
	defer func() {
		if r := recover(); r != nil {
			e, ok := r.(syntaxError)
			if !ok {
				panic(r)
			}
			err = e.error
		}
	}()
	p.countGroups()
	tree = p.disjunction()
	if p.at < len(p.source) {
		p.fail("unmatched %q", p.source[p.at])
	}
	for _, r := range p.references {
		for _, name := range p.names {
			if r.name != "" && name.Name == r.name {
				r.groups = append(r.groups, name.Group)
			}
		}
		if r.name != "" && len(r.groups) == 0 {
			p.fail("there is no group named %s", r.name)
		}
	}
	return tree, nil
}

// countGroups looks ahead, since references may come before their groups.
func (p *parser) countGroups() {
	inClass := false
	for i := 0; i < len(p.source); i++ {
		switch p.source[i] {
		case '\\':
			i++
		case '[':
			inClass = true
		case ']':
			inClass = false
		case '(':
			rest := string(p.source[i+1 : min(i+4, len(p.source))])
			name := strings.HasPrefix(rest, "?<") && !strings.HasPrefix(rest, "?<=") && !strings.HasPrefix(rest, "?<!")
			if !inClass && (name || !strings.HasPrefix(rest, "?")) {
				p.total++
				p.named = p.named || name
			}
		}
	}
}

// peek returns the next character, or -1.
func (p *parser) peek() rune { return p.peekAt(0) }

func (p *parser) peekAt(n int) rune {
	if p.at+n < len(p.source) {
		return p.source[p.at+n]
	}
	return -1
}

// take skips a text when it comes next.
func (p *parser) take(text string) bool {
	runes := []rune(text)
	if len(p.source)-p.at < len(runes) || !slices.Equal(p.source[p.at:p.at+len(runes)], runes) {
		return false
	}
	p.at += len(runes)
	return true
}

func (p *parser) expect(text string) {
	if !p.take(text) {
		p.fail("%s is missing", text)
	}
}

func (p *parser) disjunction() node {
	if len(p.branches) > nesting.DeepestPattern {
		p.fail("its groups are nested more than %d deep", nesting.DeepestPattern)
	}
	p.choices++
	p.branches = append(p.branches, branch{p.choices, 0})
	last := len(p.branches) - 1
	all := alternatives{p.alternative()}
	for p.take("|") {
		p.branches[last].alternative++
		all = append(all, p.alternative())
	}
	p.branches = p.branches[:last]
	if len(all) == 1 {
		return all[0]
	}
	return all
}

func (p *parser) alternative() node {
	var parts sequence
	for p.at < len(p.source) && p.peek() != '|' && p.peek() != ')' {
		parts = append(parts, p.term())
	}
	return parts
}

func (p *parser) term() node {
	firstGroup := p.groups + 1
	n, repeatable := p.atom()
	least, most, ok := p.quantifier()
	if !ok {
		return n
	}
	if !repeatable {
		p.fail("nothing to repeat")
	}
	return &repeat{node: n, min: least, max: most, greedy: !p.take("?"), firstGroup: firstGroup, endGroup: p.groups + 1}
}

func (p *parser) quantifier() (least, most int, ok bool) {
	switch {
	case p.take("*"):
		return 0, unbounded, true
	case p.take("+"):
		return 1, unbounded, true
	case p.take("?"):
		return 0, 1, true
	case p.peek() == '{':
		return p.braces()
	}
	return 0, 0, false
}

// braces reads {2}, {2,} or {2,3}. Without Unicode, anything else in braces is text.
func (p *parser) braces() (least, most int, ok bool) {
	begin := p.at
	p.at++
	least, ok = p.number()
	most = least
	if ok && p.take(",") {
		if most, ok = p.number(); !ok {
			most, ok = unbounded, true
		}
	}
	if !ok || !p.take("}") {
		if p.unicode {
			p.fail("incomplete quantifier")
		}
		p.at = begin
		return 0, 0, false
	}
	if most != unbounded && most < least {
		p.fail("numbers out of order in {} quantifier")
	}
	return least, most, true
}

// number reads digits; what is larger than any text counts as that large.
func (p *parser) number() (n int, ok bool) {
	for ; p.peek() >= '0' && p.peek() <= '9'; p.at++ {
		n, ok = min(10*n+int(p.peek()-'0'), 1<<40), true
	}
	return n, ok
}

// atom reads what a quantifier may follow, or an assertion, which it may not.
func (p *parser) atom() (n node, repeatable bool) {
	r := p.peek()
	p.at++
	switch r {
	case '^':
		return assertion{kind: begins, multiline: p.multiline}, false
	case '$':
		return assertion{kind: ends, multiline: p.multiline}, false
	case '(':
		return p.parenthesis()
	case '.':
		if p.dotAll {
			return character{set: everything}, true
		}
		return character{set: lines, inverted: true}, true
	case '[':
		return p.class(), true
	case '\\':
		return p.escape()
	case '*', '+', '?':
		p.fail("nothing to repeat")
	case '{':
		if p.unicode {
			p.fail("nothing to repeat")
		}
		p.at--
		if _, _, ok := p.braces(); ok {
			p.fail("nothing to repeat")
		}
		p.at++
	case '}', ']':
		if p.unicode {
			p.fail("lone %q", r)
		}
	}
	return p.literal(r), true
}

func (p *parser) literal(r rune) node {
	return character{set: single(r), ignoreCase: p.ignoreCase}
}

func (p *parser) parenthesis() (n node, repeatable bool) {
	switch {
	case p.take("?:"):
		return p.inner(), true
	case p.take("?="):
		return &look{node: p.inner()}, !p.unicode
	case p.take("?!"):
		return &look{node: p.inner(), negative: true}, !p.unicode
	case p.take("?<="):
		return &look{node: p.inner(), behind: true}, false
	case p.take("?<!"):
		return &look{node: p.inner(), behind: true, negative: true}, false
	case p.take("?<"):
		p.groups++
		index := p.groups
		p.addName(p.name(), index)
		return &group{p.inner(), index}, true
	case p.take("?"):
		return p.modified(), true
	}
	p.groups++
	index := p.groups
	return &group{p.inner(), index}, true
}

func (p *parser) inner() node {
	n := p.disjunction()
	p.expect(")")
	return n
}

// modified reads (?i-s:...) after its question mark.
func (p *parser) modified() node {
	before := p.flags
	defer func() { p.flags = before }()
	on, seen := true, ""
	for !p.take(":") {
		r := p.peek()
		p.at++
		switch {
		case r == '-' && on:
			on = false
			continue
		case r < 0 || !strings.ContainsRune("ims", r) || strings.ContainsRune(seen, r):
			p.fail("invalid group")
		}
		seen += string(r)
		*map[rune]*bool{'i': &p.ignoreCase, 'm': &p.multiline, 's': &p.dotAll}[r] = on
	}
	if seen == "" {
		p.fail("invalid group")
	}
	return p.inner()
}

// addName refuses a name that another group of the same alternative has.
func (p *parser) addName(name string, index int) {
	for i, other := range p.names {
		if other.Name == name && !apart(p.places[i], p.branches) {
			p.fail("duplicate capture group name %s", name)
		}
	}
	p.names = append(p.names, Name{name, index})
	p.places = append(p.places, slices.Clone(p.branches))
}

// apart says whether two places are in different alternatives.
func apart(a, b []branch) bool {
	for i := range min(len(a), len(b)) {
		if a[i].choice == b[i].choice && a[i].alternative != b[i].alternative {
			return true
		}
	}
	return false
}

// name reads the name of a group up to its >.
func (p *parser) name() string {
	var name []rune
	for !p.take(">") {
		r := p.peek()
		p.at++
		if r == '\\' {
			if !p.take("u") {
				p.fail("invalid capture group name")
			}
			strict := *p
			strict.unicode = true
			r = strict.unicodeEscape()
			p.at = strict.at
		}
		if !isIdentifier(r, len(name) == 0) {
			p.fail("invalid capture group name")
		}
		name = append(name, r)
	}
	if len(name) == 0 {
		p.fail("invalid capture group name")
	}
	return string(name)
}

func isIdentifier(r rune, first bool) bool {
	switch {
	case r < 0:
		return false
	case r == '$' || r == '_' || unicode.IsLetter(r) || unicode.Is(unicode.Nl, r) || unicode.Is(unicode.Other_ID_Start, r):
		return true
	}
	return !first && (r == 0x200c || r == 0x200d || unicode.In(r, unicode.Mn, unicode.Mc, unicode.Nd, unicode.Pc, unicode.Other_ID_Continue))
}
