package liveload

import (
	"sync"
	"time"

	"github.com/liveload/liveload/js/scripterr"
)

// A course is how a user gets on: what its script has done that outlasts the VM. The script changes it on
// the goroutine of its VM; whoever runs the user reads it after an iteration, also when that goroutine had
// to be given up and may still change it. So it has a lock, under which no code of the script ever runs.
type course struct {
	mu       sync.Mutex
	step     int // operations that were begun
	timeout  time.Duration
	halted   bool
	failed   *scripterr.Error // what fail(reason) said in this iteration
	aborted  *scripterr.Error // what Abort said
	underWay map[*stepRun]bool
	held     map[string]*holding // by the name of the throttle
	over     bool                // for good: what the script still does counts no more
}

func newCourse() *course {
	return &course{timeout: DefaultTimeout, underWay: map[*stepRun]bool{}, held: map[string]*holding{}}
}

// successor goes on in another VM.
func (c *course) successor() *course {
	c.mu.Lock()
	defer c.mu.Unlock()
	next := newCourse()
	next.step, next.timeout, next.halted, next.aborted = c.step, c.timeout, c.halted, c.aborted
	return next
}

// begin begins an iteration.
func (c *course) begin() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.failed = nil
}

func (c *course) nextStep() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.over {
		c.step++
	}
	return c.step
}

func (c *course) lastStep() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.step
}

func (c *course) operationTimeout() time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.timeout
}

func (c *course) setTimeout(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.over {
		c.timeout = d
	}
}

// verdict is what the script has asked for.
func (c *course) verdict() (halted bool, failed, aborted *scripterr.Error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.halted, c.failed, c.aborted
}

func (c *course) hasHalted() bool {
	halted, _, _ := c.verdict()
	return halted
}

func (c *course) hasFailed() bool {
	_, failed, _ := c.verdict()
	return failed != nil
}

// hasEnded is asked before each operation.
func (c *course) hasEnded() bool {
	halted, failed, _ := c.verdict()
	return halted || failed != nil
}

// halt asks for the end, unless the iteration has failed.
func (c *course) halt() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.halted = c.halted || c.failed == nil && !c.over
}

// fail says whether the failure is the one that counts.
func (c *course) fail(err *scripterr.Error) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.halted || c.failed != nil || c.over {
		return false
	}
	c.failed = err
	return true
}

// abort says whether the error is the one that counts.
func (c *course) abort(err *scripterr.Error) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.aborted != nil || c.over {
		return false
	}
	c.aborted = err
	return true
}

func (c *course) enter(step *stepRun) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.underWay[step] = !c.over
}

// leave says whether the step was under way.
func (c *course) leave(step *stepRun) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	was := c.underWay[step]
	delete(c.underWay, step)
	return was
}

// leaveAll returns the steps that were under way.
func (c *course) leaveAll() map[*stepRun]bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	all := c.underWay
	c.underWay = map[*stepRun]bool{}
	return all
}

// hold is what the user has of a throttle; nil when it has never asked and does not ask now.
func (c *course) hold(name string, ask bool) *holding {
	c.mu.Lock()
	defer c.mu.Unlock()
	h := c.held[name]
	if h == nil && ask {
		h = &holding{asking: make(chan struct{}, 1), over: c.over}
		c.held[name] = h
	}
	return h
}

// end gives back what the user still has when an iteration ends, however it ends. With over, the course
// has ended too.
func (c *course) end(over bool) {
	c.mu.Lock()
	held := c.held
	c.held, c.over = map[string]*holding{}, over
	c.mu.Unlock()
	for _, h := range held {
		h.drop(true)
	}
}
