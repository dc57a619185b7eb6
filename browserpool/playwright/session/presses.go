package session

import (
	"sync"

	"golang.org/x/sync/semaphore"

	"github.com/liveload/liveload/browserpool/inpage"
)

// presses are those that the page reports, one after the other. Operations may aim side by side, so a press can use up
// the aim of another operation, which then has to aim again.
type presses struct {
	turn    *semaphore.Weighted // held by the operation that presses
	results chan bool           // whether the press hit

	mu       sync.Mutex
	lastID   int64
	aims     map[int64]bool // made since the last press, and not used up
	current  int64          // the aim of the press that goes on
	last     int64          // the aim of the press before
	begun    int64
	finished int64 // begun and sent whole
}

func newPresses() *presses {
	return &presses{turn: semaphore.NewWeighted(1), results: make(chan bool, 1), aims: map[int64]bool{}}
}

// aim returns a new aim for a press that is otherwise like want.
func (p *presses) aim(want inpage.Aim) inpage.Aim {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.lastID++
	p.aims[p.lastID] = true
	want.ID, want.Number, want.Finished = p.lastID, p.begun+1, p.finished
	return want
}

// forget takes back an aim that will not be used.
func (p *presses) forget(id int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.aims, id)
}

// begin starts the press of an aim, unless another press came after the aim: the page may be armed for that one, or for
// none. The caller has the turn.
func (p *presses) begin(id int64) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.aims[id] {
		return false
	}
	clear(p.aims)
	p.current = id
	p.begun++
	select {
	case <-p.results: // of an earlier press: too late
	default:
	}
	return true
}

// end ends the press that goes on, after it was sent.
func (p *presses) end() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.last, p.current = p.current, 0
	p.finished = p.begun
}

// report passes on that the page compared a press with an aim, and whether it hit. What comes too late is dropped.
func (p *presses) report(id int64, hit bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.current == 0 || id == p.last {
		return
	}
	delete(p.aims, id)
	select {
	case p.results <- hit:
	default: // the page says more than asked
	}
}
