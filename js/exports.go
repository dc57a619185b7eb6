package js

import (
	"context"
	"fmt"
	"sort"
)

// Exports are what a script exports, without running more of it than its top level.
type Exports struct {
	Names   []string       // in order
	Options map[string]any // the plain data of "options"; nil without that export
}

// Has says whether the script exports name.
func (e *Exports) Has(name string) bool {
	i := sort.SearchStrings(e.Names, name)
	return i < len(e.Names) && e.Names[i] == name
}

// Inspect evaluates the top level of a program once, in a VM of its own, and tells what it exports.
func Inspect(ctx context.Context, p *Program, opts VMOptions) (*Exports, error) {
	vm, err := NewVM(ctx, p, opts)
	if err != nil {
		return nil, err
	}
	found := &Exports{Names: vm.exports.Keys()}
	sort.Strings(found.Names)
	if v, ok := vm.Export("options"); ok {
		options, err := vm.Plain(v)
		if err != nil {
			return nil, &Error{File: p.Name(), Message: "the export options is not plain data: " + err.Error(), Cause: err}
		}
		if found.Options, ok = options.(map[string]any); !ok {
			return nil, &Error{File: p.Name(), Message: fmt.Sprintf("the export options must be an object, not %s", vm.inspect(v))}
		}
	}
	return found, nil
}
