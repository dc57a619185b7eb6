package objects

import (
	"reflect"
	"time"

	"github.com/liveload/liveload/browserpool"
)

// noFiles refuses calls with the address of a file. Pages that are no files themselves cannot open files: the browser
// sees to that.
func noFiles(o object, in []reflect.Value, _ time.Duration, run func() (any, error)) (any, error) {
	if !o.hub.disk.URLs {
		for _, v := range in {
			if address, ok := fileURLIn(v); ok {
				return nil, browserpool.FileURLError(address)
			}
		}
	}
	return run()
}

// fileURLIn finds the address of a file in a value, or in the values within it.
func fileURLIn(v reflect.Value) (string, bool) {
	switch v.Kind() {
	case reflect.String:
		return v.String(), browserpool.IsFileURL(v.String())
	case reflect.Interface:
		return fileURLIn(v.Elem())
	case reflect.Slice:
		for i := range v.Len() {
			if address, ok := fileURLIn(v.Index(i)); ok {
				return address, true
			}
		}
	case reflect.Map:
		for _, item := range v.Seq2() {
			if address, ok := fileURLIn(item); ok {
				return address, true
			}
		}
	}
	return "", false
}
