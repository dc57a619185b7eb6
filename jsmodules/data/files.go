package data

import (
	"fmt"
	"path"
	"path/filepath"
	"sync"
	"unicode/utf8"

	"github.com/dop251/goja"

	"github.com/liveload/liveload/confined"
	"github.com/liveload/liveload/js"
	"github.com/liveload/liveload/jsmodules/liveload"
)

// A fileKey is a file and how to read it.
type fileKey struct {
	folder    string // of the script
	name      string // as the script says it
	format    string
	delimiter rune
}

// A file is read once.
type file struct {
	read sync.Once
	data *dataset
	err  error
}

// open returns the data of a file: (path) or, for CSV, (path, { delimiter }).
func (m *Module) open(vm *js.VM, format string, call goja.FunctionCall) *dataset {
	name := nameOf(vm, format, "path", call)
	key := fileKey{folder: vm.Program().Folder(), name: name, format: format}
	var err error
	if format == "csv" {
		key.delimiter, err = delimiterOf(call.Argument(1))
	}
	if err != nil {
		panic(vm.NewError(fmt.Errorf("%s: %w", format, err)))
	}
	known, _ := m.files.LoadOrStore(key, &file{})
	f := known.(*file)
	f.read.Do(func() { f.load(vm, key) })
	if f.err != nil {
		panic(vm.NewError(fmt.Errorf("%s: %w", format, f.err)))
	}
	return f.data
}

func delimiterOf(v goja.Value) (rune, error) {
	if goja.IsUndefined(v) {
		return ',', nil
	}
	options, ok := v.(*goja.Object)
	if !ok {
		return 0, fmt.Errorf("options must be an object such as { delimiter: ';' }, not %s", liveload.Show(v))
	}
	delimiter := ','
	for _, key := range options.Keys() {
		if key != "delimiter" {
			return 0, fmt.Errorf("option %s does not exist: there is delimiter", key)
		}
		text, _ := options.Get(key).Export().(string)
		r, size := utf8.DecodeRuneInString(text)
		if size != len(text) || size == 0 || r == '"' || r == '\r' || r == '\n' || r == utf8.RuneError {
			return 0, fmt.Errorf("option delimiter must be one character, such as ';' or '\\t', not %s", liveload.Show(options.Get(key)))
		}
		delimiter = r
	}
	return delimiter, nil
}

func (f *file) load(vm *js.VM, key fileKey) {
	content, err := confined.ReadFile(vm.Files(), key.name)
	if err != nil {
		f.err = err
		return
	}
	var root node
	// The script's name is the same on every node, unlike the absolute path.
	identity := key.format + " " + path.Join(path.Dir(filepath.ToSlash(vm.Program().Name())), key.name)
	if key.format == "csv" {
		identity += fmt.Sprintf(" %q", key.delimiter)
		root, f.err = parseCSV(key.name, content, key.delimiter)
	} else {
		root, f.err = parseJSON(key.name, content)
	}
	f.data = newDataset(key.name, identity, root)
}
