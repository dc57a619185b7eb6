package markdown

import (
	"fmt"
	"slices"
	"strings"

	"github.com/liveload/liveload/sinks/plaintext"
)

// What GitHub takes at most, in bytes, of which a character has one or more. A comment is shorter than it may be, so
// that others can add to it.
const (
	CommentLimit = 60_000  // of 65,536 characters
	StepLimit    = 1 << 20 // of everything that a step of a job adds to its summary
)

// A block is a part of a page: a table, a list or a paragraph. What does not fit on the page loses rows, or goes whole.
type block struct {
	name string // in the list of what was left out
	rank int    // a lower one gets its place first
	head string
	rows []string
	foot string
	more string // a row that says how many were left out, with %s for the number; "" goes whole
}

// notice is what the page keeps free to say what was left out.
const notice = 600

// fit writes the blocks in their order, within so many bytes, and says where the rest is. Where there is hardly any room it
// writes nothing.
func fit(blocks []block, limit int, rest string) string {
	if limit < 2*notice {
		return ""
	}
	order := make([]int, len(blocks))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return blocks[a].rank - blocks[b].rank })
	texts, left, missing := make([]string, len(blocks)), limit-notice, []string{}
	for _, i := range order {
		text, whole := blocks[i].within(left)
		if !whole {
			missing = append(missing, blocks[i].name)
		}
		texts[i], left = text, left-len(text)
	}
	return strings.Join(texts, "") + leftOut(missing, limit, rest)
}

// within is as much of a block as fits, and whether that is all.
func (b *block) within(left int) (text string, whole bool) {
	rows := strings.Join(b.rows, "")
	if len(b.head)+len(rows)+len(b.foot) <= left {
		return b.head + rows + b.foot, true
	}
	if b.more == "" {
		return "", false
	}
	left -= len(b.head) + len(b.foot) + len(b.more) + len(plaintext.Count(int64(len(b.rows))))
	kept := 0
	for kept < len(b.rows) && len(b.rows[kept]) <= left {
		left -= len(b.rows[kept])
		kept++
	}
	if kept == 0 {
		return "", false
	}
	more := fmt.Sprintf(b.more, plaintext.Count(int64(len(b.rows)-kept)))
	return b.head + strings.Join(b.rows[:kept], "") + more + b.foot, false
}

// mostMissing is how many of the blocks that were left out are named.
const mostMissing = 5

func leftOut(missing []string, limit int, rest string) string {
	if len(missing) == 0 {
		return ""
	}
	for i, name := range missing {
		missing[i] = Code(short(name))
		if len(missing[i]) > 80 {
			missing[i] = "another"
		}
	}
	names := strings.Join(missing[:min(len(missing), mostMissing)], ", ")
	if more := len(missing) - mostMissing; more > 0 {
		names += fmt.Sprintf(" and %d more", more)
	}
	return fmt.Sprintf("\nShortened to %s bytes, which GitHub takes. Cut or left out: %s. %s\n", plaintext.Count(int64(limit)), names, rest)
}
