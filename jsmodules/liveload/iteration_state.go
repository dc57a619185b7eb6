package liveload

import (
	"cmp"
	"sync"
	"time"

	"github.com/liveload/liveload/js/scripterr"
)

// An iterationState is what the script has asked for and begun. The script changes it on the goroutine of its VM. The
// runner reads it after an iteration, even when that goroutine was given up and may still change it. No code of the
// script ever runs under its lock.
type iterationState struct {
	mu         sync.Mutex
	operations int // that were begun, in all iterations
	timeout    time.Duration
	halted     bool
	failed     *scripterr.Error // what fail(reason) said in this iteration
	aborted    *scripterr.Error // what Abort said
	underWay   map[*stepRun]bool
	held       map[string]*holding // by the name of the throttle
	abandoned  bool                // the VM was given up: what its script still does is ignored
	began      time.Time           // the iteration
}

func newIterationState(timeout time.Duration) *iterationState {
	return &iterationState{timeout: cmp.Or(timeout, DefaultTimeout), underWay: map[*stepRun]bool{}, held: map[string]*holding{}}
}

// successor returns the state with which the user goes on in another VM.
func (s *iterationState) successor() *iterationState {
	s.mu.Lock()
	defer s.mu.Unlock()
	next := newIterationState(s.timeout)
	next.operations, next.halted, next.aborted = s.operations, s.halted, s.aborted
	return next
}

// begin starts an iteration.
func (s *iterationState) begin() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.failed, s.began = nil, time.Now()
}

func (s *iterationState) nextOperation() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.abandoned {
		s.operations++
	}
	return s.operations
}

func (s *iterationState) lastOperation() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.operations
}

func (s *iterationState) operationTimeout() time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.timeout
}

func (s *iterationState) setTimeout(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.abandoned {
		s.timeout = d
	}
}

// verdict returns how the script has asked to end.
func (s *iterationState) verdict() (halted bool, failed, aborted *scripterr.Error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.halted, s.failed, s.aborted
}

// hasEnded says whether operations are skipped from now on.
func (s *iterationState) hasEnded() bool {
	halted, failed, _ := s.verdict()
	return halted || failed != nil
}

// halt ends the user, unless the iteration has failed.
func (s *iterationState) halt() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.halted = s.halted || s.failed == nil && !s.abandoned
}

// fail ends the iteration as failed. It says whether this is the first failure, which counts.
func (s *iterationState) fail(err *scripterr.Error) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.halted || s.failed != nil || s.abandoned {
		return false
	}
	s.failed = err
	return true
}

// abort ends the test. It says whether this is the first error, which counts.
func (s *iterationState) abort(err *scripterr.Error) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.aborted != nil || s.abandoned {
		return false
	}
	s.aborted = err
	return true
}

// enter begins a step and returns how long the iteration has run, and whether it still counts.
func (s *iterationState) enter(step *stepRun) (offset time.Duration, counts bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.underWay[step] = !s.abandoned
	return step.began.Sub(s.began), !s.abandoned
}

// leave ends a step and says whether it was under way.
func (s *iterationState) leave(step *stepRun) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	was := s.underWay[step]
	delete(s.underWay, step)
	return was
}

// leaveAll ends all steps and returns those that were under way.
func (s *iterationState) leaveAll() map[*stepRun]bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := s.underWay
	s.underWay = map[*stepRun]bool{}
	return all
}

// hold returns what the user holds of a throttle; nil when it has never asked and ask is false.
func (s *iterationState) hold(name string, ask bool) *holding {
	s.mu.Lock()
	defer s.mu.Unlock()
	h := s.held[name]
	if h == nil && ask {
		h = &holding{asking: make(chan struct{}, 1), over: s.abandoned}
		s.held[name] = h
	}
	return h
}

// end gives back what the user still holds when an iteration ends. With over, the VM was given up.
func (s *iterationState) end(over bool) {
	s.mu.Lock()
	held := s.held
	s.held, s.abandoned = map[string]*holding{}, over
	s.mu.Unlock()
	for _, h := range held {
		h.drop(true)
	}
}
