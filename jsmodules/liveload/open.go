package liveload

import (
	"fmt"
	"sync"
	"unicode/utf16"

	"github.com/dop251/goja"

	"github.com/liveload/liveload/confined"
	"github.com/liveload/liveload/js"
)

// files are the files that scripts have opened: each is read once per process and shared by all VMs.
type files struct {
	known sync.Map // *openedFile by the script's folder and its name for the file
}

type openedFile struct {
	read  sync.Once
	bytes []byte
	text  goja.Value // a string, which no VM can change
	err   error
}

// open is open(path, mode): the content of a file in the script's folder, as text or, with mode "b", as an ArrayBuffer, of
// which each VM gets a copy.
func (f *files) open(vm *js.VM, call goja.FunctionCall) goja.Value {
	name, ok := call.Argument(0).Export().(string)
	mode := call.Argument(1)
	switch _, running := UserOf(vm); {
	case !ok || name == "":
		panic(vm.NewError(fmt.Errorf("open: path must be a text that is not empty, not %s", Show(call.Argument(0)))))
	case running:
		panic(vm.NewError(fmt.Errorf("open: %q must be opened when the script is loaded: at its top level, not within an iteration", name)))
	case !goja.IsUndefined(mode) && mode.String() != "b":
		panic(vm.NewError(fmt.Errorf(`open: the mode is "b" (bytes) or left out (text), not %s`, Show(mode))))
	}
	opened, err := f.find(vm, name)
	if err != nil {
		panic(vm.NewError(fmt.Errorf("open: %w", err)))
	}
	if !goja.IsUndefined(mode) {
		return vm.Runtime().ToValue(vm.Runtime().NewArrayBuffer(append([]byte{}, opened.bytes...)))
	}
	return opened.text
}

func (f *files) find(vm *js.VM, name string) (*openedFile, error) {
	known, _ := f.known.LoadOrStore([2]string{vm.Program().Folder(), name}, &openedFile{})
	file := known.(*openedFile)
	file.read.Do(func() { file.load(vm.Files(), name) })
	return file, file.err
}

func (o *openedFile) load(all js.Files, name string) {
	if o.bytes, o.err = confined.ReadFile(all, name); o.err == nil {
		o.text = goja.StringFromUTF16(utf16.Encode([]rune(string(o.bytes))))
	}
}
