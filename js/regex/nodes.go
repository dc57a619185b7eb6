package regex

// A node is a part of a pattern.
type node any

type (
	sequence     []node
	alternatives []node

	// A character is one of a set, or none of it.
	character struct {
		set                  set
		inverted, ignoreCase bool
	}
	group struct {
		node  node
		index int
	}
	// A repeat has the groups from firstGroup to before endGroup in it.
	repeat struct {
		node                 node
		min, max             int
		greedy               bool
		firstGroup, endGroup int
	}
	look struct {
		node             node
		behind, negative bool
	}
	// A reference is to the one of several groups that has matched.
	reference struct {
		groups     []int
		name       string
		ignoreCase bool
	}
	assertion struct {
		kind      assertionKind
		multiline bool
		word      set
	}
	assertionKind int
)

const (
	begins assertionKind = iota
	ends
	wordBoundary
	noWordBoundary
)

// stepsOf is how many steps within each other match a node once: at most, without the iterations of what it repeats.
func stepsOf(n node) (steps int) {
	switch n := n.(type) {
	case sequence:
		for _, part := range n {
			steps += stepsOf(part)
		}
		return steps
	case alternatives:
		for _, alternative := range n {
			steps = max(steps, stepsOf(alternative))
		}
	case *group:
		return 2 + stepsOf(n.node)
	case *look:
		return 1 + stepsOf(n.node)
	}
	return steps + 1
}

func (a assertion) holds(s *state, at int) bool {
	switch a.kind {
	case begins:
		return at == 0 || a.multiline && lines.has(rune(s.text[at-1]))
	case ends:
		return at == len(s.text) || a.multiline && lines.has(rune(s.text[at]))
	case wordBoundary:
		return s.isWord(at-1, a.word) != s.isWord(at, a.word)
	}
	return s.isWord(at-1, a.word) == s.isWord(at, a.word)
}
