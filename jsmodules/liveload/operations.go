package liveload

import (
	"context"
	"slices"
	"sync"

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
	// do works in the browser, on a goroutine of its own. Nil for an operation of the prelude, which
	// needs no browser.
	do func(ctx context.Context, s browserpool.Session, a arguments) (any, error)
}

// A param is one argument of an operation.
type param struct {
	name     string
	kind     kind
	optional bool
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

// local operations are done by the prelude: they touch the user's data, not the browser.
func local() []*operation {
	return []*operation{
		{name: "assign", params: []param{{name: "key", kind: selector}, {name: "value", kind: plain}}},
		{name: "updateAssign", params: []param{{name: "key", kind: selector}, {name: "fn", kind: raw}}},
		{name: "clearAssign", params: []param{{name: "key", kind: selector}}},
		{name: "resetAssigns"},
		{name: "halt"},
		{name: "fail", params: []param{{name: "reason", kind: plain}}},
		{name: "setTimeout", params: []param{{name: "timeout", kind: plain}}},
		{name: "step", params: []param{{name: "name", kind: selector}, {name: "fn", kind: raw}}},
		{name: "think", params: []param{{name: "min", kind: plain}, {name: "max", kind: plain, optional: true}}},
		{name: "throttle", params: []param{{name: "name", kind: selector}}},
		{name: "release", params: []param{{name: "name", kind: selector}}},
	}
}
