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
	evaluate := pw.LocatorEvaluateOptions{Timeout: timeout}
	var err error
	switch target := o.value.(type) {
	case pw.Page:
		_, err = target.Locator(selector).Evaluate(inpage.ClearFilesFunction, nil, evaluate)
	case pw.Frame:
		_, err = target.Locator(selector).Evaluate(inpage.ClearFilesFunction, nil, evaluate)
	case pw.Locator:
		_, err = target.Evaluate(inpage.ClearFilesFunction, nil, evaluate)
	case pw.ElementHandle:
		_, err = target.Evaluate(inpage.ClearFilesFunction)
	case pw.FileChooser:
		_, err = target.Element().Evaluate(inpage.ClearFilesFunction)
	default:
		return run()
	}
	return nil, err
}
