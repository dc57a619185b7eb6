package shape

import (
	"cmp"
	"container/heap"
	"slices"
	"sort"
	"time"
)

// A Segment is what one of several nodes has of a scenario. Everything that is numbered from 0 (users,
// iterations, arrivals) belongs to exactly one node, by its number: together the nodes do the same things
// at the same times as one node would alone. A nil Segment has everything.
type Segment struct {
	Of   int64   `json:"of"`   // the pattern repeats after so many numbers
	Mine []int64 `json:"mine"` // those of the pattern that belong to the node, ascending
	// Within has the numbers that the pattern divides, which it counts anew from 0. Nil has all of them.
	Within *Segment `json:"within,omitempty"`

	rounds []round // things go round slots, of which the node has its part; nil deals by the pattern alone
}

// A Round deals the things from a number on, until that of the next Round, to so many slots, one after the other.
type Round struct {
	From  int64 `json:"from"`
	Slots int64 `json:"slots"`           // at least 1
	First int64 `json:"first,omitempty"` // the slot that has the first of these things
}

// Next returns the Round that follows, from a number on: it goes on with the slot after the last one, if that is there.
func (r Round) Next(from, slots int64) Round {
	next := Round{From: from, Slots: slots, First: (r.First + from - r.From) % r.Slots}
	if next.First >= slots {
		next.First = 0
	}
	return next
}

// A round is a Round as a node sees it.
type round struct {
	Round
	mine   int64 // of its slots
	left   int64 // of them, those before First
	before int64 // things of the node in earlier rounds
}

// Segments divides among nodes by their weights, which are above 0. Of the first n numbers, for every n, a
// node has its exact share rounded down or up.
func Segments(weights []int) []*Segment {
	common, sum := 0, 0
	for _, w := range weights {
		common, sum = gcd(w, common), sum+w
	}
	segments := make([]*Segment, len(weights))
	length := int64(sum / common)
	begins := map[int64][]urge{} // by the number from which on
	for i, w := range weights {
		segments[i] = &Segment{Of: length}
		begins[0] = append(begins[0], urge{node: i, weight: int64(w / common), of: length})
	}
	var waiting urges
	for n := range length {
		for _, u := range begins[n] {
			heap.Push(&waiting, u)
		}
		delete(begins, n)
		next := heap.Pop(&waiting).(urge)
		segments[next.node].Mine = append(segments[next.node].Mine, n)
		if next.has++; next.has < next.weight {
			from := next.has * length / next.weight
			begins[max(from, n+1)] = append(begins[max(from, n+1)], next)
		}
	}
	return segments
}

// An urge is a node whose share of the numbers so far is not used up.
type urge struct {
	node            int
	weight, has, of int64
}

// deadline is the number at which the node would fall behind.
func (u urge) deadline() int64 { return ((u.has+1)*u.of + u.weight - 1) / u.weight }

// urges are a heap: the one with the earliest deadline is first.
type urges []urge

func (u urges) Len() int      { return len(u) }
func (u urges) Swap(i, j int) { u[i], u[j] = u[j], u[i] }
func (u urges) Less(i, j int) bool {
	return cmp.Or(cmp.Compare(u[i].deadline(), u[j].deadline()), cmp.Compare(u[i].node, u[j].node)) < 0
}
func (u *urges) Push(one any) { *u = append(*u, one.(urge)) }
func (u *urges) Pop() any {
	last := (*u)[len(*u)-1]
	*u = (*u)[:len(*u)-1]
	return last
}

// Divide divides what the segment has among nodes, by their weights, as Segments divides everything.
func (s *Segment) Divide(weights []int) []*Segment {
	parts := Segments(weights)
	for _, part := range parts {
		part.Within = s
	}
	return parts
}

func gcd(a, b int) int {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

// Dealt returns the segment of things that are dealt round slots: the node that has the slot has the thing, so that no node
// gets work without users to do it. There may be other numbers of slots one after the other; the first Round is from 0.
func (s *Segment) Dealt(rounds ...Round) *Segment {
	if s == nil {
		return nil
	}
	dealt := &Segment{Of: s.Of, Mine: s.Mine, Within: s.Within}
	for i, r := range rounds {
		one := round{Round: r, mine: s.count(r.Slots), left: s.count(r.First)}
		if i > 0 {
			last := dealt.rounds[i-1]
			one.before = last.before + s.in(last, r.From-last.From)
		}
		dealt.rounds = append(dealt.rounds, one)
	}
	return dealt
}

// in is how many of the first n things of a round belong to the node.
func (s *Segment) in(r round, n int64) int64 {
	n += r.First
	return n/r.Slots*r.mine + s.count(n%r.Slots) - r.left
}

// Count returns how many of the first n numbers belong to the node.
func (s *Segment) Count(n int64) int64 {
	switch {
	case s == nil:
		return n
	case len(s.rounds) > 0:
		after := sort.Search(len(s.rounds), func(i int) bool { return s.rounds[i].From > n })
		r := s.rounds[max(0, after-1)]
		return r.before + s.in(r, n-r.From)
	}
	return s.count(n)
}

// count goes by the pattern.
func (s *Segment) count(n int64) int64 {
	if s.Within != nil {
		n = s.Within.count(n)
	}
	inside, _ := slices.BinarySearch(s.Mine, n%s.Of)
	return n/s.Of*int64(len(s.Mine)) + int64(inside)
}

// Nth returns the number of the node's nth thing, counted from 0; ok is false when the node has none, or not so many.
func (s *Segment) Nth(n int64) (number int64, ok bool) {
	switch {
	case s == nil:
		return n, true
	case len(s.Mine) == 0:
		return 0, false
	case len(s.rounds) == 0:
		return s.nth(n), true
	}
	after := sort.Search(len(s.rounds), func(i int) bool { return s.rounds[i].before > n })
	r := s.rounds[max(0, after-1)]
	if r.mine == 0 { // it is the last one
		return 0, false
	}
	n += r.left - r.before
	return r.From - r.First + n/r.mine*r.Slots + s.nth(n%r.mine), true
}

// nth goes by the pattern.
func (s *Segment) nth(n int64) int64 {
	mine := int64(len(s.Mine))
	number := n/mine*s.Of + s.Mine[n%mine]
	if s.Within != nil {
		return s.Within.nth(number)
	}
	return number
}

// Users returns what a node with the segment has of users.
func (s *Segment) Users(of Users) Users {
	if s == nil {
		return of
	}
	return segmentUsers{of, s}
}

// Arrivals returns what a node with the segment has of arrivals.
func (s *Segment) Arrivals(of Arrivals) Arrivals {
	if s == nil {
		return of
	}
	return segmentArrivals{of, s}
}

type segmentUsers struct {
	all     Users
	segment *Segment
}

// At implements Users.
func (u segmentUsers) At(elapsed time.Duration) int {
	return int(u.segment.Count(int64(u.all.At(elapsed))))
}

// Next implements Users.
func (u segmentUsers) Next(elapsed time.Duration) (time.Duration, bool) {
	now := u.At(elapsed)
	for {
		at, ok := u.all.Next(elapsed)
		if !ok || u.At(at) != now {
			return at, ok
		}
		elapsed = at
	}
}

type segmentArrivals struct {
	all     Arrivals
	segment *Segment
}

// Due implements Arrivals.
func (a segmentArrivals) Due(n int64) (time.Duration, bool) {
	number, ok := a.segment.Nth(n)
	if !ok {
		return 0, false
	}
	return a.all.Due(number)
}
