package objects

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"time"

	pw "github.com/playwright-community/playwright-go"

	"github.com/liveload/liveload/browserpool"
	"github.com/liveload/liveload/browserpool/playwright/calls"
	"github.com/liveload/liveload/ordered"
)

// playwright-go panics where a handle to a plain object was expected and one to an element comes. Frames
// know both, so the calls that can give elements go through them.

// handleAnswers are the members of handles that go another way than playwright-go's.
var handleAnswers = map[string]answerer{
	"JSHandle.getProperty": property, "ElementHandle.getProperty": property,
	"JSHandle.getProperties": properties, "ElementHandle.getProperties": properties,
	"JSHandle.jsonValue": jsonValue, "ElementHandle.jsonValue": jsonValue,
	"JSHandle.evaluateHandle": evaluateHandle, "ElementHandle.evaluateHandle": evaluateHandle,
}

func jsonValue(o object, args []any, _ time.Duration) (any, error) {
	if err := surplus(args, 0); err != nil {
		return nil, err
	}
	value, err := o.value.(pw.JSHandle).Evaluate(calls.Carrying("(value) => value", 1))
	if err != nil {
		return nil, err
	}
	return calls.Unpack(value)
}

const getProperty = "([handle, name]) => handle[name]"

func property(o object, args []any, _ time.Duration) (any, error) {
	if len(args) != 1 {
		return nil, fmt.Errorf("takes a name")
	}
	name, ok := args[0].(string)
	if !ok {
		return nil, mismatch("the name", "a text", args[0])
	}
	return o.throughFrame(getProperty, name)
}

func properties(o object, args []any, _ time.Duration) (any, error) {
	if err := surplus(args, 0); err != nil {
		return nil, err
	}
	names, err := o.value.(pw.JSHandle).Evaluate("(handle) => handle instanceof Object ? Object.keys(handle) : []")
	if err != nil {
		return nil, err
	}
	list, _ := names.([]any)
	made := &ordered.Object{}
	for _, one := range list {
		name, _ := one.(string)
		property, err := o.throughFrame(getProperty, name)
		if err != nil {
			return nil, err
		}
		made.Set(name, property)
	}
	return made, nil
}

func evaluateHandle(o object, args []any, _ time.Duration) (any, error) {
	if len(args) == 0 || len(args) > 2 {
		return nil, fmt.Errorf("takes a function and one argument")
	}
	code, err := o.assign(args[0], reflect.TypeFor[string](), "argument 1")
	if err != nil {
		return nil, err
	}
	var arg any
	if len(args) == 2 {
		if arg, err = o.anyValue(args[1], "argument 2"); err != nil {
			return nil, err
		}
	}
	return o.throughFrame("([handle, arg]) => ("+code.String()+"\n)(handle, arg)", arg)
}

// throughFrame evaluates code with the handle and an argument in the frame that the handle is from. Which
// one that is, only the driver knows.
func (o object) throughFrame(code string, arg any) (any, error) {
	err := errors.New("the page of the handle is gone")
	for _, page := range o.hub.views.open() {
		for _, frame := range o.hub.views.frames(page) {
			var made pw.JSHandle
			if made, err = frame.EvaluateHandle(code, []any{o.value, arg}); err == nil {
				return o.hub.export(reflect.ValueOf(made))
			}
			if text := err.Error(); !strings.Contains(text, "in the context they were created") && !calls.PageLeft(err) {
				return nil, err
			}
		}
	}
	return nil, err
}

// waitingFor is around waitForFunction: it boxes what the page is to give. carried has packed the argument.
func waitingFor(o object, in []reflect.Value, _ time.Duration, run func() (any, error)) (any, error) {
	in[0] = reflect.ValueOf(calls.Boxed(in[0].String()))
	out, err := run()
	box, ok := out.(object)
	if err != nil || !ok {
		return out, err
	}
	found, err := box.throughFrame("([box]) => box.value", nil)
	_ = box.value.(pw.JSHandle).Dispose() // goes with its page at the latest
	return found, err
}

// logged is around ConsoleMessage.args.
func logged(_ object, _ []reflect.Value, _ time.Duration, run func() (any, error)) (out any, err error) {
	defer func() {
		if recover() != nil {
			out, err = nil, &browserpool.PageError{Message: "an element was logged, which playwright-go does not give: use text()"}
		}
	}()
	return run()
}
