package eventloop

import (
	"container/heap"
	"time"
)

// timers are the timers of one call.
//
// Clocks ring in any order when they are due at nearly the same time, so a ring only says that some timer is due: the
// one that has been due for longest is fired. There is a ring for every timer, so none is forgotten.
type timers struct {
	last   int64
	active map[int64]*timer
	order  dueOrder
}

type timer struct {
	id    int64
	due   time.Time
	place int // in the order, -1 outside
	clock *time.Timer
	fire  func() error
	every time.Duration // 0 for a timer that fires once

	unstoppable bool
}

// StartTimer has fire called in a separate turn after delay, and again every so often unless every is 0. What fire
// returns is the end of Run when it is not nil.
func (l *Loop) StartTimer(delay, every time.Duration, fire func() error) (id int64) {
	t := l.timers.start(delay, every, fire, l.ring)
	return t.id
}

// After is StartTimer for a timer that StopTimer cannot stop.
func (l *Loop) After(delay time.Duration, fire func() error) {
	l.timers.start(delay, 0, fire, l.ring).unstoppable = true
}

// StopTimer stops a timer; one that has fired or does not exist is no mistake.
func (l *Loop) StopTimer(id int64) {
	if t, ok := l.timers.active[id]; ok && !t.unstoppable {
		l.timers.remove(t)
	}
}

func (l *Loop) ring() { l.Post(l.fireDue) }

func (l *Loop) fireDue() error {
	t := l.timers.firstDue()
	if t == nil {
		return nil // stopped while its ring was queued
	}
	if t.every == 0 {
		delete(l.timers.active, t.id)
	}
	err := t.fire()
	if t.every > 0 && l.timers.active[t.id] == t {
		l.timers.add(t, t.every, l.ring)
	}
	return err
}

func (t *timers) clear() {
	for _, one := range t.active {
		one.clock.Stop()
	}
	t.active, t.order = nil, nil
}

func (t *timers) start(delay, every time.Duration, fire func() error, ring func()) *timer {
	t.last++
	one := &timer{id: t.last, fire: fire, every: every}
	t.add(one, delay, ring)
	return one
}

// add starts the clock of a timer, which calls ring from another goroutine.
func (t *timers) add(one *timer, delay time.Duration, ring func()) {
	if t.active == nil {
		t.active = map[int64]*timer{}
	}
	t.active[one.id] = one
	one.due = time.Now().Add(delay)
	heap.Push(&t.order, one)
	one.clock = time.AfterFunc(delay, ring)
}

func (t *timers) remove(one *timer) {
	one.clock.Stop()
	if one.place >= 0 { // not an interval that stops itself
		heap.Remove(&t.order, one.place)
	}
	delete(t.active, one.id)
}

// firstDue takes the timer that has been due for longest, nil if none is.
func (t *timers) firstDue() *timer {
	if len(t.order) == 0 || t.order[0].due.After(time.Now()) {
		return nil
	}
	return heap.Pop(&t.order).(*timer)
}

// dueOrder is a heap: what is due first, then what was started first.
type dueOrder []*timer

func (o dueOrder) Len() int { return len(o) }
func (o dueOrder) Less(i, j int) bool {
	if o[i].due.Equal(o[j].due) {
		return o[i].id < o[j].id
	}
	return o[i].due.Before(o[j].due)
}
func (o dueOrder) Swap(i, j int) {
	o[i], o[j] = o[j], o[i]
	o[i].place, o[j].place = i, j
}
func (o *dueOrder) Push(x any) {
	one := x.(*timer)
	one.place = len(*o)
	*o = append(*o, one)
}
func (o *dueOrder) Pop() any {
	all := *o
	one := all[len(all)-1]
	all[len(all)-1] = nil
	one.place = -1
	*o = all[:len(all)-1]
	return one
}
