package js

import ()

// Owner is what SetOwner has set; nil before.
func (vm *VM) Owner() any { return vm.owner }

// SetOwner says whose VM this is, so that modules find the user that called them. A fresh VM has no
// owner yet while the top level of its script runs.
func (vm *VM) SetOwner(owner any) { vm.owner = owner }

// Scope is what SetScope has set on the way to where the script is now. It follows the script through
// await, then and timers: two branches of a Promise.all have a scope each. It is nil at the start of a
// call.
func (vm *VM) Scope() any { return vm.scope.value }

// SetScope sets the scope for what the script does from here, until the function that it is in waits
// or returns to the event loop.
func (vm *VM) SetScope(value any) { vm.scope.value = value }

// inScope returns fn for later, in the scope of now.
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

// Grab is called when something is left for later.
func (s *scope) Grab() any { return s.value }

// Resumed is called when it is later.
func (s *scope) Resumed(value any) { s.value = value }

// Exited is called when what was left is done.
func (s *scope) Exited() { s.value = nil }
