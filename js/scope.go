package js

import ()

// Owner is what SetOwner has set; nil before.
func (vm *VM) Owner() any { return vm.owner }

// SetOwner sets the user of the VM, so that modules find the user that called them. A VM has no owner while the top level
// of its script runs.
func (vm *VM) SetOwner(owner any) { vm.owner = owner }

// Scope returns the current scope: what SetScope has set, carried along through await, then and timers. Two branches of a
// Promise.all have scopes of their own. It is nil at the start of a call.
func (vm *VM) Scope() any { return vm.scope.value }

// SetScope sets the scope until the running function awaits something or returns to the event loop.
func (vm *VM) SetScope(value any) { vm.scope.value = value }

// inScope returns a function that runs fn later in the current scope.
func (vm *VM) inScope(fn func() error) func() error {
	value := vm.scope.value
	return func() error {
		vm.scope.value = value
		err := fn()
		vm.scope.value = nil
		return err
	}
}

// A scope carries a value along with promises. It implements goja.AsyncContextTracker.
type scope struct{ value any }

// Grab returns the scope of a promise job that is queued.
func (s *scope) Grab() any { return s.value }

// Resumed restores the scope when the job runs.
func (s *scope) Resumed(value any) { s.value = value }

// Exited clears the scope after the job.
func (s *scope) Exited() { s.value = nil }
