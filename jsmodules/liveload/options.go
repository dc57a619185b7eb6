package liveload

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/dop251/goja"

	"github.com/liveload/liveload/browserpool"
	"github.com/liveload/liveload/js"
	"github.com/liveload/liveload/statuses"
)

// options are the options of one operation.
type options struct {
	timeout time.Duration // 0 is the default of the user
	state   string
	allowed statuses.Set // of documents, besides those that are no errors
	files   js.Files
	keep    func(name string, png []byte) (path string, err error)
	acting  *browserpool.Options // these three: nil when none was given
	moves   *browserpool.NavigateOptions
	draws   *browserpool.ScreenshotOptions
}

// act are the options of an operation on an element, to be changed.
func (o *options) act() *browserpool.Options {
	if o.acting == nil {
		o.acting = &browserpool.Options{}
	}
	return o.acting
}

// act are the options of an operation on an element, for the session.
func (a arguments) act() []browserpool.Options {
	if a.opts.acting == nil {
		return nil
	}
	return []browserpool.Options{*a.opts.acting}
}

// move are the options of a navigation, to be changed.
func (o *options) move() *browserpool.NavigateOptions {
	if o.moves == nil {
		o.moves = &browserpool.NavigateOptions{}
	}
	return o.moves
}

// navigate are the options of a navigation, for the session.
func (a arguments) navigate() []browserpool.NavigateOptions {
	if a.opts.moves == nil {
		return nil
	}
	return []browserpool.NavigateOptions{*a.opts.moves}
}

// Names of options that several operations have. Each operation on an element takes strict.
var (
	byMouse    = []string{"force", "modifiers", "noWaitAfter", "position", "trial"}
	byClick    = append([]string{"button", "delay"}, byMouse...)
	ofTicks    = []string{"force", "noWaitAfter", "position", "trial"}
	ofFields   = []string{"force", "noWaitAfter"}
	ofKeys     = []string{"delay", "noWaitAfter"}
	ofDragging = []string{"force", "noWaitAfter", "sourcePosition", "steps", "targetPosition", "trial"}
)

// An optionReader reads an option.
type optionReader = func(vm *js.VM, v goja.Value, into *options) error

// optionReaders read the options that operations may take, by their names; pictureReaders read those of screenshots.
var optionReaders = map[string]optionReader{
	"timeout": func(_ *js.VM, v goja.Value, into *options) (err error) {
		if into.timeout, err = Duration(v); into.timeout == 0 || into.timeout > browserpool.Endless {
			into.timeout = browserpool.Endless
		}
		return err
	},
	"allowStatus": func(vm *js.VM, v goja.Value, into *options) (err error) {
		into.allowed, err = readStatuses(vm, v)
		return err
	},
	"state": func(_ *js.VM, v goja.Value, into *options) (err error) {
		into.state, err = oneOf(v, "attached", "detached", "visible", "hidden")
		return err
	},
	"strict":      func(_ *js.VM, v goja.Value, into *options) error { return readBool(v, &into.act().Strict) },
	"force":       func(_ *js.VM, v goja.Value, into *options) error { return readBool(v, &into.act().Force) },
	"trial":       func(_ *js.VM, v goja.Value, into *options) error { return readBool(v, &into.act().Trial) },
	"noWaitAfter": func(_ *js.VM, v goja.Value, _ *options) error { return readBool(v, new(bool)) }, // nothing is waited for anyway
	"delay": func(_ *js.VM, v goja.Value, into *options) (err error) {
		into.act().Delay, err = Duration(v)
		return err
	},
	"button": func(_ *js.VM, v goja.Value, into *options) (err error) {
		into.act().Button, err = oneOf(v, "left", "right", "middle")
		return err
	},
	"waitUntil": func(_ *js.VM, v goja.Value, into *options) (err error) {
		into.move().WaitUntil, err = oneOf(v, "load", "domcontentloaded", "networkidle", "commit")
		return err
	},
	"referer": func(_ *js.VM, v goja.Value, into *options) (err error) {
		into.move().Referer, err = textOf(v)
		return err
	},
	"polling": func(_ *js.VM, v goja.Value, into *options) (err error) {
		if textOr(v, "") != "raf" {
			into.act().Polling, err = Duration(v)
		}
		return err
	},
	"clickCount":     func(_ *js.VM, v goja.Value, into *options) error { return readCount(v, &into.act().Clicks) },
	"steps":          func(_ *js.VM, v goja.Value, into *options) error { return readCount(v, &into.act().Steps) },
	"modifiers":      func(_ *js.VM, v goja.Value, into *options) error { return readModifiers(v, &into.act().Modifiers) },
	"position":       func(_ *js.VM, v goja.Value, into *options) error { return readPoint(v, &into.act().Position) },
	"sourcePosition": func(_ *js.VM, v goja.Value, into *options) error { return readPoint(v, &into.act().Position) },
	"targetPosition": func(_ *js.VM, v goja.Value, into *options) error { return readPoint(v, &into.act().Target) },
}

// parseOptions reads the options object, all but as.
func (op *operation) parseOptions(vm *js.VM, v goja.Value, into *options) error {
	if goja.IsUndefined(v) || goja.IsNull(v) {
		return nil
	}
	obj, ok := v.(*goja.Object)
	if !ok || obj.ClassName() != "Object" {
		return &argumentError{"options", fmt.Errorf("must be an object, not %s", Show(v))}
	}
	names := op.optionNames()
	for _, key := range obj.Keys() {
		if !slices.Contains(names, key) {
			return &argumentError{"option " + key, fmt.Errorf("does not exist: there is %s%s", strings.Join(names, ", "), playwrights(key))}
		}
		value, read := obj.Get(key), optionReaders[key]
		if read == nil {
			read = pictureReaders[key]
		}
		if read == nil || value == nil || goja.IsUndefined(value) {
			continue
		}
		if err := read(vm, value, into); err != nil {
			return &argumentError{"option " + key, err}
		}
	}
	return nil
}

// optionNames are the options that an operation takes.
func (op *operation) optionNames() []string {
	names := append([]string{"timeout"}, op.options...)
	if op.strict() {
		names = append(names, "strict")
	}
	if op.extracts {
		names = append(names, "as")
	}
	return names
}

// strict says that an operation is about one element, of several that may match.
func (op *operation) strict() bool {
	return op.do != nil && op.name != "count" && slices.ContainsFunc(op.params, func(p param) bool { return p.element })
}

func readBool(v goja.Value, into *bool) error {
	value, ok := v.Export().(bool)
	if !ok {
		return fmt.Errorf("must be true or false, not %s", Show(v))
	}
	*into = value
	return nil
}

func readCount(v goja.Value, into *int) error {
	n, ok := v.Export().(int64)
	if !ok || n < 1 || n > 1000 {
		return fmt.Errorf("must be a whole number from 1 to 1000, not %s", Show(v))
	}
	*into = int(n)
	return nil
}

func readPoint(v goja.Value, into **browserpool.Point) error {
	wrong := fmt.Errorf("must be { x, y } in pixels from the element's top left corner, not %s", Show(v))
	if !isPlainObject(v) {
		return wrong
	}
	obj := v.(*goja.Object)
	x, y := obj.Get("x"), obj.Get("y")
	if x == nil || y == nil || len(obj.Keys()) != 2 || !finite(x) || !finite(y) {
		return wrong
	}
	*into = &browserpool.Point{X: x.ToFloat(), Y: y.ToFloat()}
	return nil
}

func finite(v goja.Value) bool {
	switch n := v.Export().(type) {
	case int64:
		return true
	case float64:
		return n-n == 0 // neither infinite nor NaN
	}
	return false
}

func readModifiers(v goja.Value, into *[]string) error {
	obj, ok := v.(*goja.Object)
	if !ok || obj.ClassName() != "Array" {
		return fmt.Errorf("must be an array such as ['Shift'], not %s", Show(v))
	}
	all, err := itemsOf(v, func(v goja.Value) (any, error) { return oneOf(v, "Alt", "Control", "ControlOrMeta", "Meta", "Shift") })
	for _, item := range listOf(all) {
		*into = append(*into, item.(string))
	}
	return err
}
