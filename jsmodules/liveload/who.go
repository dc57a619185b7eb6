package liveload

import (
	"time"

	"github.com/dop251/goja"

	"github.com/liveload/liveload/browserpool"
	"github.com/liveload/liveload/js"
)

// UserOf returns the user that lives in vm. There is none while the top level of a script or its config
// function runs.
func UserOf(vm *js.VM) (*Resident, bool) {
	u, ok := vm.Owner().(*Resident)
	return u, ok
}

// What other modules may ask a user, on the goroutine of its VM.

// ID is the user's number, 1..N across the cluster.
func (u *Resident) ID() int { return u.opts.ID }

// Iteration is the number of the iteration that runs.
func (u *Resident) Iteration() int { return u.iteration }

// Node is the name of the node.
func (u *Resident) Node() string { return u.opts.Node }

// Scenario is the name of the scenario.
func (u *Resident) Scenario() string { return u.opts.Scenario }

// Began is when the first iteration of the user did.
func (u *Resident) Began() time.Time { return u.began }

// Session is the browser session of the running iteration.
func (u *Resident) Session() browserpool.Session { return u.session }

// Next takes the next number of a sequence of the run, from 0 on. It obeys the running call's context.
func (u *Resident) Next(sequence string) (int64, error) {
	return u.opts.Sequences.Next(u.vm.Context(), sequence)
}

// Recorder takes what the user's script measures.
func (u *Resident) Recorder() Recorder { return u.opts.Recorder }

// Timeout bounds an operation of the user that says nothing else.
func (u *Resident) Timeout() time.Duration { return u.course.operationTimeout() }

// ContextOptions are the scenario's options of browser contexts, not to be changed.
func (u *Resident) ContextOptions() map[string]any { return u.opts.ContextOptions }

// Abort ends the iteration with an *AbortError, whatever the script does, and returns that for the
// script. The first reason counts.
func (u *Resident) Abort(reason string) *goja.Object {
	err := &AbortError{UserID: u.opts.ID, Reason: reason}
	stack := u.vm.Stack()
	if u.course.abort(u.vm.ErrorAt(err, stack)) {
		u.breakOff(err)
	}
	return u.vm.NewErrorAt(err, stack)
}
