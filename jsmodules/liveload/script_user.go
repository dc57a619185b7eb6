package liveload

import (
	"time"

	"github.com/dop251/goja"

	"github.com/liveload/liveload/browserpool"
	"github.com/liveload/liveload/excerpt"
	"github.com/liveload/liveload/js"
)

// UserOf returns the user of vm. There is none while the top level of a script or its config function runs.
func UserOf(vm *js.VM) (*ScriptUser, bool) {
	u, ok := vm.Owner().(*ScriptUser)
	return u, ok
}

// Other modules call the methods below on the goroutine of the user's VM.

// ID is the user's number, 1..N across the cluster.
func (u *ScriptUser) ID() int { return u.opts.ID }

// Iteration is the number of the iteration that runs.
func (u *ScriptUser) Iteration() int { return u.iteration }

// Node is the name of the node.
func (u *ScriptUser) Node() string { return u.opts.Node }

// Scenario is the name of the scenario.
func (u *ScriptUser) Scenario() string { return u.opts.Scenario }

// Began is when the first iteration of the user began.
func (u *ScriptUser) Began() time.Time { return u.began }

// Session is the browser session of the running iteration.
func (u *ScriptUser) Session() browserpool.Session { return u.session }

// Next takes the next number of a sequence of the run, from 0 on. It obeys the running call's context.
func (u *ScriptUser) Next(sequence string) (int64, error) {
	return u.opts.Sequences.Next(u.vm.Context(), sequence)
}

// Recorder takes what the user's script measures.
func (u *ScriptUser) Recorder() Recorder { return u.opts.Recorder }

// PageLabel returns the label of the path of an address.
func (u *ScriptUser) PageLabel(rawURL string) string { return u.opts.Pages.PageLabel(rawURL) }

// Timeout bounds an operation of the user that says nothing else.
func (u *ScriptUser) Timeout() time.Duration { return u.state.operationTimeout() }

// ContextOptions are the scenario's options of browser contexts, not to be changed.
func (u *ScriptUser) ContextOptions() map[string]any { return u.opts.ContextOptions }

// Abort ends the iteration with an *AbortError, whatever the script does, and returns that for the
// script. The first reason counts.
func (u *ScriptUser) Abort(reason string) *goja.Object {
	err := &AbortError{UserID: u.opts.ID, Reason: excerpt.Of(reason)}
	stack := u.vm.Stack()
	if u.state.abort(u.vm.ErrorAt(err, stack)) {
		u.interrupt(err)
	}
	return u.vm.NewErrorAt(err, stack)
}
