package liveload

import (
	"context"
	"slices"
	"sync"

	"github.com/dop251/goja"

	"github.com/liveload/liveload/browserpool"
)

// An operation is one method of the user object. The table of operations drives the binding, the
// errors and the test that compares them with the type declarations and the documentation.
type operation struct {
	name    string
	params  []param
	options []string // besides timeout and, for an extractor, as
	// extracts says that the operation reads a value.
	extracts bool
	// secret says that the second argument may be a password.
	secret bool
	// do works in the browser, on a goroutine of its own.
	do func(ctx context.Context, s browserpool.Session, a arguments) (any, error)
	// local is done on the VM instead, by an operation that needs no browser. It gives the value or a promise
	// that the iteration waits for.
	local func(u *ScriptUser, c localCall) goja.Value
}

// A param is one argument of an operation.
type param struct {
	name     string
	kind     kind
	optional bool
	hint     string // what to do with an object instead
}

// A kind says what an argument may be.
type kind int

const (
	text     kind = iota // a string, or a number that is written as one
	selector             // a string that is not empty
	loading              // a kind of loading class
	pattern              // a string or a regular expression
	list                 // strings: one, or an array of them
	pageCode             // a function that runs in the page, or its text; never called with the user
	plain                // any plain data
	raw                  // whatever it is, left alone, also a function
)

// arguments are the arguments of one execution, converted and checked.
type arguments struct {
	values []any
	opts   options
}

func (a arguments) text(i int) string { s, _ := a.values[i].(string); return s }

func (a arguments) list(i int) []string { s, _ := a.values[i].([]string); return s }

// operations returns the table. It is made once and never changed.
var operations = sync.OnceValue(func() []*operation {
	return slices.Concat(navigation(), elements(), waiting(), liveViews(), reading(), storing(), local())
})

// operationTable returns the operations by name.
var operationTable = sync.OnceValue(func() map[string]*operation {
	table := map[string]*operation{}
	for _, op := range operations() {
		table[op.name] = op
	}
	return table
})

// BrowserOperations returns the names of the operations whose duration is measured, in alphabetical order.
func BrowserOperations() []string {
	var names []string
	for _, op := range operations() {
		if op.do != nil {
			names = append(names, op.name)
		}
	}
	slices.Sort(names)
	return names
}

// local operations touch the user's data, not the browser.
func local() []*operation {
	return []*operation{
		{name: "assign", params: []param{{name: "key", kind: selector}, {name: "value", kind: plain}}, local: (*ScriptUser).assign},
		{name: "updateAssign", params: []param{{name: "key", kind: selector}, {name: "fn", kind: raw}}, local: (*ScriptUser).updateAssign},
		{name: "clearAssign", params: []param{{name: "key", kind: selector}}, local: (*ScriptUser).clearAssign},
		{name: "resetAssigns", local: (*ScriptUser).resetAssigns},
		{name: "halt", local: (*ScriptUser).halt},
		{name: "fail", params: []param{{name: "reason", kind: plain}}, local: (*ScriptUser).fail},
		{name: "setTimeout", params: []param{{name: "timeout", kind: plain}}, local: (*ScriptUser).setTimeout},
		{name: "step", params: []param{{name: "name", kind: selector}, {name: "fn", kind: raw}}, local: (*ScriptUser).step},
		{name: "think", params: []param{{name: "min", kind: plain}, {name: "max", kind: plain, optional: true}}, local: (*ScriptUser).think},
		{name: "throttle", params: []param{{name: "name", kind: selector}}, local: (*ScriptUser).throttle},
		{name: "release", params: []param{{name: "name", kind: selector}}, local: (*ScriptUser).release},
	}
}
