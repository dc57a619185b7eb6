package objects

import (
	"reflect"
	"time"

	pw "github.com/playwright-community/playwright-go"

	"github.com/liveload/liveload/browserpool/inpage"
	"github.com/liveload/liveload/browserpool/playwright/calls"
)

// emptying puts files into an input; an empty list, which playwright-go leaves out of its message, takes out those
// that are there.
func emptying(o object, in []reflect.Value, limit time.Duration, run func() (any, error)) (any, error) {
	timeout := calls.Milliseconds(min(limit, calls.DefaultTimeout))
	selector, empty := "", false
	for i, value := range in {
		if value.Kind() == reflect.Interface {
			value = value.Elem()
		}
		if !value.IsValid() { // null
			continue
		}
		switch given := value.Interface().(type) {
		case string:
			if i == 0 && len(in) == 3 { // of a page or frame; otherwise a file
				selector = given
			}
		case []string:
			empty = len(given) == 0
		default:
			if !isOptions(value.Type()) {
				continue
			}
			if of, _ := value.FieldByName("Timeout").Interface().(*float64); of != nil {
				timeout = of
			}
		}
	}
	if !empty {
		return run()
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
	selector, name := "", in[0].String()
	if len(in) > 1 && in[1].Kind() == reflect.String { // of a page or frame
		selector, name = name, in[1].String()
	}
	there, err := o.onElement(selector, "(element, name) => element.hasAttribute(name)", name, calls.Milliseconds(limit))
	if there == false {
		return nil, err
	}
	return out, err
}
