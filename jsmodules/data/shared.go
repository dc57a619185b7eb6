package data

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"

	"github.com/dop251/goja"

	"github.com/liveload/liveload/js"
	"github.com/liveload/liveload/jsmodules/liveload"
)

// A sharedKey is what a script calls its data. Two scripts may use the same name.
type sharedKey struct{ script, name string }

// sharedData is made by the first VM that asks for it. The others wait.
type sharedData struct {
	lock  chan struct{} // holds a token while a VM makes or reads data
	data  *dataset
	maker atomic.Pointer[js.VM] // whose function runs; nil when none does
}

// share returns the data that a function of the script makes, once in a process: (name, fn).
func (m *Module) share(vm *js.VM, call goja.FunctionCall) *dataset {
	name := nameOf(vm, "shared", "name", call)
	fn, ok := goja.AssertFunction(call.Argument(1))
	if !ok {
		panic(vm.NewError(fmt.Errorf("shared(%q): the second argument must be the function that makes the data, not %s", name, liveload.Show(call.Argument(1)))))
	}
	known, _ := m.shared.LoadOrStore(sharedKey{vm.Program().Name(), name}, &sharedData{lock: make(chan struct{}, 1)})
	s := known.(*sharedData)
	if s.maker.Load() == vm {
		panic(vm.NewError(fmt.Errorf("shared(%q): its function asks for the same data", name)))
	}
	select {
	case s.lock <- struct{}{}:
	case <-vm.Context().Done():
		panic(vm.NewError(fmt.Errorf("shared(%q): wait for the user that makes it: %w", name, context.Cause(vm.Context()))))
	}
	defer func() { <-s.lock }()
	if s.data == nil {
		s.maker.Store(vm)
		defer s.maker.Store(nil)
		s.data = makeShared(vm, name, fn)
	}
	return s.data
}

// makeShared calls the function and takes its data out of the VM.
func makeShared(vm *js.VM, name string, fn goja.Callable) *dataset {
	value, err := fn(goja.Undefined())
	if err != nil {
		panic(err) // of the script, or it was interrupted
	}
	content, err := jsonOf(value)
	if err != nil {
		panic(vm.NewError(fmt.Errorf("shared(%q): its function must return data: %w", name, err)))
	}
	root, err := parseJSON("shared data "+name, content)
	if err != nil {
		panic(vm.NewError(fmt.Errorf("shared(%q): %w", name, err)))
	}
	return newDataset(fmt.Sprintf("shared(%q)", name), "shared data "+name+" of "+vm.Program().Name(), root)
}

// jsonOf returns an array or object as JSON.
func jsonOf(value goja.Value) ([]byte, error) {
	obj, ok := value.(*goja.Object)
	if !ok {
		return nil, fmt.Errorf("an array or an object, not %s", liveload.Show(value))
	}
	if _, callable := goja.AssertFunction(value); callable {
		return nil, errors.New("an array or an object, not a function")
	}
	if _, promised := obj.Export().(*goja.Promise); promised {
		return nil, errors.New("it gave a promise, which cannot be awaited at the top level")
	}
	return obj.MarshalJSON()
}
