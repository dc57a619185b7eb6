// Package phases follows the life of a run on several nodes: which phase it is in, and which nodes it waits for. What
// happens in a phase is others' business, and how it is shown too.
package phases

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/liveload/liveload/plan"
)

// A Phase is a part of the life of a run.
type Phase string

// The phases, in their order.
const (
	Launch  Phase = "launch"  // machines are started
	Join    Phase = "join"    // their workers connect
	Size    Phase = "size"    // a few users are tried on one of them, to see what it carries
	Prepare Phase = "prepare" // scripts are loaded, browsers started, users made
	Barrier Phase = "barrier" // all nodes have what they need, and wait for the same instant
	Run     Phase = "run"
	Drain   Phase = "drain"   // running iterations finish
	Results Phase = "results" // nodes hand over what they have
	Destroy Phase = "destroy" // machines are ended
)

// order is that of the phases. A run of several scripts begins with Prepare again, and one that needs more nodes with Launch.
var order = []Phase{Launch, Join, Size, Prepare, Barrier, Run, Drain, Results, Destroy}

// mostNamed is how many nodes are named that are waited for.
const mostNamed = 3

// A Tracker knows the phase. Its methods may be called concurrently.
type Tracker struct {
	show func(phase Phase, text string)

	mu      sync.Mutex
	phase   Phase
	began   time.Time
	nodes   int             // of the run
	done    map[string]bool // those that are no longer waited for, by name
	awaited int             // how many were waited for
	waiting []string        // for whom
	gone    map[string]bool // nodes that were lost, or have left
	moving  bool            // nodes have joined or left such a run
}

// New returns a Tracker. show gets the phase as a line to display, each time that it changes, and once a second; the
// line is "" when there is nothing to wait for. It must not call the Tracker.
func New(show func(phase Phase, text string)) *Tracker {
	return &Tracker{show: show, gone: map[string]bool{}}
}

// Follow shows how long the phase takes, until ctx is over.
func (t *Tracker) Follow(ctx context.Context) {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			t.mu.Lock()
			t.refresh()
			t.mu.Unlock()
		}
	}
}

// Expect says how many nodes there are from now on.
func (t *Tracker) Expect(nodes int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.nodes = nodes
}

// Lose says that there is a node less. Nobody waits for it any more. It may be called again.
func (t *Tracker) Lose(name string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.lose(name)
	t.refresh()
}

// lose is Lose for who holds the lock.
func (t *Tracker) lose(name string) {
	if t.gone[name] {
		return
	}
	t.gone[name] = true
	t.nodes--
	t.forget(name)
}

// Forget says that nobody waits for nodes any more, since others take their places.
func (t *Tracker) Forget(names ...string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, name := range names {
		t.forget(name)
	}
	t.refresh()
}

// forget forgets a node. The caller holds the lock.
func (t *Tracker) forget(name string) {
	i := slices.Index(t.waiting, name)
	if i >= 0 {
		t.waiting = slices.Delete(t.waiting, i, i+1)
	}
	if i >= 0 || t.done[name] {
		t.awaited--
		delete(t.done, name)
	}
}

// Join says that there is a node more, in a run that goes on.
func (t *Tracker) Join(name string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.nodes++
	delete(t.gone, name) // the same host may come again
	t.moving = true
	t.refresh()
}

// Leave says that a node leaves a run that goes on. Nobody waits for it any more. It may be called again.
func (t *Tracker) Leave(name string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.moving = true
	t.lose(name)
	t.refresh()
}

// Await waits for nodes in a phase, which begins with the first of them. It does nothing when a later phase has begun.
func (t *Tracker) Await(phase Phase, names ...string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	gone := slices.ContainsFunc(names, func(name string) bool { return t.gone[name] })
	if gone || !t.enter(phase) && t.phase != phase {
		return
	}
	t.awaited += len(names)
	for _, name := range names {
		if !t.done[name] {
			t.waiting = append(t.waiting, name)
		}
	}
	t.refresh()
}

// enter begins a phase, unless it is not the next one. The caller holds the lock.
func (t *Tracker) enter(phase Phase) bool {
	now, next := slices.Index(order, t.phase), slices.Index(order, phase)
	again := phase == Prepare && t.phase == Results || phase == Launch && t.phase == Size
	if next <= now && !again {
		return false
	}
	t.phase, t.began, t.done, t.awaited, t.waiting = phase, time.Now(), map[string]bool{}, 0, nil
	return true
}

// Done says that a node is no longer waited for. It may be called again, and in another phase it does nothing.
func (t *Tracker) Done(phase Phase, name string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.phase != phase || t.gone[name] {
		return
	}
	t.done[name] = true
	t.waiting = slices.DeleteFunc(t.waiting, func(n string) bool { return n == name })
	t.refresh()
}

// refresh shows the phase. The caller holds the lock.
func (t *Tracker) refresh() {
	if t.phase == "" {
		return
	}
	t.show(t.phase, t.text())
}

func (t *Tracker) text() string {
	nodes := plan.Plural(t.nodes, "node")
	if t.phase == Run && t.moving {
		return fmt.Sprintf("%s: %s", t.phase, nodes)
	}
	if t.phase == Run {
		return ""
	}
	if t.phase == Barrier {
		if t.nodes == 1 {
			return fmt.Sprintf("%s: 1 node starts", t.phase)
		}
		return fmt.Sprintf("%s: %s start together", t.phase, nodes)
	}
	text := fmt.Sprintf("%s: %d of %s", t.phase, len(t.done), nodes)
	if t.phase == Size {
		text = fmt.Sprintf("%s: what a node carries", t.phase)
	}
	if names := t.named(); t.phase == Size && names != "" {
		text += ", by a few users on " + names
	} else if names != "" && t.awaited >= t.nodes { // else those may be missing that matter
		text += ", waiting for " + names
	}
	if took := time.Since(t.began).Truncate(time.Second); took > 0 {
		text += fmt.Sprintf(" (%v)", took)
	}
	return text
}

func (t *Tracker) named() string {
	if len(t.waiting) <= mostNamed {
		return strings.Join(t.waiting, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(t.waiting[:mostNamed], ", "), len(t.waiting)-mostNamed)
}
