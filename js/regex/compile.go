package regex

import "slices"

type compiler struct {
	unicode bool
	loops   int
}

// compile makes a step of a node and of what follows it. back says that the text is read backwards.
func (c *compiler) compile(n node, back bool, next step) step {
	switch n := n.(type) {
	case character:
		return c.character(n, back, next)
	case sequence:
		parts := slices.Clone(n)
		if !back {
			slices.Reverse(parts)
		}
		for _, part := range parts {
			next = c.compile(part, back, next)
		}
		return next
	case alternatives:
		return c.alternatives(n, back, next)
	case *group:
		return c.group(n, back, next)
	case *repeat:
		if one, ok := n.node.(character); ok {
			return c.repeatCharacter(n, one, back, next)
		}
		return c.repeat(n, back, next)
	case *look:
		return c.look(n, next)
	case assertion:
		return func(s *state, at int) bool { return n.holds(s, at) && next(s, at) }
	case *reference:
		return c.reference(n, back, next)
	}
	panic("an unknown node")
}

func (c *compiler) character(n character, back bool, next step) step {
	matches := c.matching(n)
	return func(s *state, at int) bool {
		r, to, ok := s.read(at, back)
		return ok && matches(r) && next(s, to)
	}
}

// matching says whether a character is one of the node.
func (c *compiler) matching(n character) func(rune) bool {
	inUnicode := c.unicode
	switch {
	case n.ignoreCase && n.inverted:
		return func(r rune) bool { return !n.set.hasFolded(r, inUnicode) }
	case n.ignoreCase:
		return func(r rune) bool { return n.set.hasFolded(r, inUnicode) }
	case n.inverted:
		return func(r rune) bool { return !n.set.has(r) }
	case len(n.set) == 1 && n.set[0].lo == n.set[0].hi:
		want := n.set[0].lo
		return func(r rune) bool { return r == want }
	}
	return n.set.has
}

func (c *compiler) alternatives(n alternatives, back bool, next step) step {
	steps := make([]step, len(n))
	for i, alternative := range n {
		steps[i] = c.compile(alternative, back, next)
	}
	return func(s *state, at int) bool {
		for _, try := range steps {
			if try(s, at) {
				return true
			}
		}
		return false
	}
}

func (c *compiler) group(n *group, back bool, next step) step {
	from, to := 2*n.index, 2*n.index+1
	inner := c.compile(n.node, back, func(s *state, at int) bool {
		oldFrom, oldTo := s.captures[from], s.captures[to]
		s.captures[from], s.captures[to] = min(at, s.opened[n.index]), max(at, s.opened[n.index])
		if next(s, at) {
			return true
		}
		s.captures[from], s.captures[to] = oldFrom, oldTo
		return false
	})
	return func(s *state, at int) bool {
		old := s.opened[n.index]
		s.opened[n.index] = at
		ok := inner(s, at)
		s.opened[n.index] = old
		return ok
	}
}

// repeatCharacter needs no iterations within each other.
func (c *compiler) repeatCharacter(n *repeat, one character, back bool, next step) step {
	matches := c.matching(one)
	return func(s *state, at int) bool {
		count := 0
		more := func() bool {
			r, to, ok := s.read(at, back)
			if !ok || n.max != unbounded && count == n.max || !matches(r) {
				return false
			}
			at, count = to, count+1
			return true
		}
		for count < n.min {
			if !more() {
				return false
			}
		}
		if !n.greedy {
			for !next(s, at) {
				s.tick()
				if !more() {
					return false
				}
			}
			return true
		}
		for more() {
		}
		for !next(s, at) {
			s.tick()
			if count == n.min {
				return false
			}
			_, at, _ = s.read(at, !back)
			count--
		}
		return true
	}
}

func (c *compiler) repeat(n *repeat, back bool, next step) step {
	k, steps := c.loops, 3+stepsOf(n.node)
	c.loops++
	var body step
	iterate := func(s *state, at, least, most int) bool {
		s.enter(steps)
		before, captures := s.loops[k], slices.Clone(s.captures[2*n.firstGroup:2*n.endGroup])
		for i := 2 * n.firstGroup; i < 2*n.endGroup; i++ {
			s.captures[i] = -1
		}
		s.loops[k] = loop{least, most, at}
		ok := body(s, at)
		s.leave(steps)
		s.loops[k] = before
		if !ok {
			copy(s.captures[2*n.firstGroup:], captures)
		}
		return ok
	}
	decide := func(s *state, at, least, most int) bool {
		switch {
		case most == 0:
			return next(s, at)
		case least > 0:
			return iterate(s, at, least, most)
		case n.greedy:
			return iterate(s, at, least, most) || next(s, at)
		}
		return next(s, at) || iterate(s, at, least, most)
	}
	body = c.compile(n.node, back, func(s *state, at int) bool {
		l := s.loops[k]
		if l.min == 0 && at == l.began {
			return false // an iteration without text would go on for ever
		}
		if l.max != unbounded {
			l.max--
		}
		return decide(s, at, max(l.min-1, 0), l.max)
	})
	return func(s *state, at int) bool { return decide(s, at, n.min, n.max) }
}

func (c *compiler) look(n *look, next step) step {
	inner := c.compile(n.node, n.behind, func(*state, int) bool { return true })
	return func(s *state, at int) bool {
		captures := slices.Clone(s.captures)
		found := inner(s, at)
		if n.negative && found {
			copy(s.captures, captures)
		}
		if found != n.negative && next(s, at) {
			return true
		}
		copy(s.captures, captures)
		return false
	}
}

func (c *compiler) reference(n *reference, back bool, next step) step {
	same := func(a, b rune) bool { return a == b }
	if n.ignoreCase {
		inUnicode := c.unicode
		same = func(a, b rune) bool { return a == b || canonical(a, inUnicode) == canonical(b, inUnicode) }
	}
	return func(s *state, at int) bool {
		for _, index := range n.groups {
			from, to := s.captures[2*index], s.captures[2*index+1]
			if from < 0 {
				continue
			}
			if back {
				from, to = to, from
			}
			for from != to {
				want, nextFrom, _ := s.read(from, back)
				r, nextAt, ok := s.read(at, back)
				if !ok || !same(r, want) {
					return false
				}
				from, at = nextFrom, nextAt
			}
			break
		}
		return next(s, at)
	}
}
