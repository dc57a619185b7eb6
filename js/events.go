package js

import (
	"github.com/liveload/liveload/js/scripterr"
)

// Events returns a function for events of the running call: post queues fn for a turn of its own, from any goroutine,
// and does not wait for it. An error of fn ends the call. After the call, post does nothing. Events is called on the
// VM's goroutine.
func (vm *VM) Events() (post func(fn func() error)) {
	ctx := vm.Context()
	return func(fn func() error) {
		if ctx.Err() != nil {
			return
		}
		vm.loop.Post(func() error {
			if vm.ctx != ctx {
				return nil
			}
			return vm.protect(fn)
		})
	}
}

// protect runs fn, which may run code of the script outside of a function call, such as a getter, and returns what that
// throws.
func (vm *VM) protect(fn func() error) (err error) {
	defer func() {
		switch v := recover().(type) {
		case nil:
		case error: // interrupted, or without end: Try passes that on
			vm.broken.Store(true)
			err = v
		default:
			vm.broken.Store(true)
			err = scripterr.Panic(v)
		}
	}()
	if ex := vm.rt.Try(func() { err = fn() }); ex != nil {
		return ex
	}
	return err
}
