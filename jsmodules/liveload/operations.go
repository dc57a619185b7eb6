package liveload

import (
	"context"
	"slices"
	"sync"

	"github.com/dop251/goja"

	"github.com/liveload/liveload/browserpool"
)

// An operation is one method of the user object.
type operation struct {
	name    string
	params  []param
	options []string // besides timeout and, when it extracts, as
	// extracts says that the operation returns a value.
	extracts bool
	// secret says that the second argument may be a password.
	secret bool
	// hides says that the second argument is data of the script that errors do not show.
	hides bool
	// do performs the operation in the browser, on its own goroutine.
	do func(ctx context.Context, s browserpool.Session, a arguments) (any, error)
	// local performs an operation that needs no browser, on the VM. It returns the value, or a promise that the iteration
	// waits for. An operation has either do or local.
	local func(u *ScriptUser, c localCall) goja.Value
}

// A param is one argument of an operation.
type param struct {
	name     string
	kind     kind
	optional bool
	element  bool   // it is the selector of what the operation is about
	hint     string // added to the error when the argument is an object
}

// A kind says what an argument may be.
type kind int

const (
	text     kind = iota // a string, or a number that is written as one
	selector             // a string that is not empty
	loading              // the event of a phx-*-loading class
	address              // a string that is not empty, or a URL
	pattern              // a string, a regular expression or a URL
	choices              // options of a select, as choicesOf reads them
	uploads              // files, as uploadsOf reads them
	flag                 // true or false
	pageCode             // a function for the page, or its text
	plain                // any plain data
	raw                  // any value, passed on as it is
)

// arguments are converted and checked.
type arguments struct {
	values []any
	opts   options
}

func (a arguments) text(i int) string { s, _ := a.values[i].(string); return s }

func (a arguments) flag(i int) bool { b, _ := a.values[i].(bool); return b }

// operations returns the table of operations, which is never changed.
var operations = sync.OnceValue(func() []*operation {
	return slices.Concat(navigation(), elements(), waiting(), liveViews(), reading(), storing(), local())
})

// operationTable returns the operations by name. It is never changed.
var operationTable = sync.OnceValue(func() map[string]*operation {
	table := map[string]*operation{}
	for _, op := range operations() {
		table[op.name] = op
	}
	return table
})

// BrowserOperations returns the names of the operations that are measured, in alphabetical order.
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

// local returns the operations that do not need the browser.
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
