package objects

import (
	"reflect"
	"time"

	pw "github.com/playwright-community/playwright-go"

	"github.com/liveload/liveload/browserpool/inpage"
	"github.com/liveload/liveload/browserpool/playwright/calls"
)

// selected splits the arguments of a method into the selector, which those of pages and frames begin with, and the rest.
func (o object) selected(in []reflect.Value) (selector string, rest []reflect.Value) {
	switch o.value.(type) {
	case pw.Page, pw.Frame:
		return in[0].String(), in[1:]
	}
	return "", in
}

// emptying puts files into an input; an empty list, which playwright-go leaves out of its message, takes out those
// that are there.
func emptying(o object, in []reflect.Value, limit time.Duration, run func() (any, error)) (any, error) {
	selector, rest := o.selected(in)
	paths, ok := rest[0].Interface().([]string)
	if !ok || len(paths) > 0 {
		return run()
	}
	timeout, _ := rest[1].FieldByName("Timeout").Interface().(*float64)
	if timeout == nil {
		timeout = calls.Milliseconds(min(limit, calls.DefaultTimeout))
	}
	_, err := o.onElement(selector, inpage.ClearFilesFunction, nil, timeout)
	return nil, err
}

// onElement evaluates code with the element that an object is about, and an argument. A page or frame is about the
// first one that the selector finds.
func (o object) onElement(selector, code string, arg any, timeout *float64) (any, error) {
	options := pw.LocatorEvaluateOptions{Timeout: timeout}
	switch target := o.value.(type) {
	case pw.Page:
		return target.Locator(selector).First().Evaluate(code, arg, options)
	case pw.Frame:
		return target.Locator(selector).First().Evaluate(code, arg, options)
	case pw.Locator:
		return target.Evaluate(code, arg, options)
	case pw.FileChooser:
		return target.Element().Evaluate(code, arg)
	}
	return o.value.(pw.ElementHandle).Evaluate(code, arg)
}

// attribute wraps getAttribute: it distinguishes a missing attribute from an empty one.
func attribute(o object, in []reflect.Value, limit time.Duration, run func() (any, error)) (any, error) {
	out, err := run()
	if err != nil || out != "" {
		return out, err
	}
	selector, rest := o.selected(in)
	there, err := o.onElement(selector, "(element, name) => element.hasAttribute(name)", rest[0].String(), calls.Milliseconds(limit))
	if there == false {
		return nil, err
	}
	return out, err
}
