package js

// Events opens a door to the running call for what may happen any number of times, or never: post
// queues fn for a turn of its own, from any goroutine, and does not wait for it. The error of fn ends
// the call. After the call post does nothing. Events is called on the VM's goroutine.
func (vm *VM) Events() (post func(fn func() error)) {
	ctx := vm.ctx
	return func(fn func() error) {
		if ctx.Err() != nil {
			return
		}
		vm.queue.push(job{run: func() error {
			if vm.ctx != ctx {
				return nil
			}
			return fn()
		}})
	}
}
