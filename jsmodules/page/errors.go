package page

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/liveload/liveload/browserpool"
)

// A CallError says that a call of Playwright's API failed.
type CallError struct {
	Object string // "Page"
	Method string // "click"
	Args   []any
	Cause  error
}

func (e *CallError) name() string {
	if e.Object == "" {
		return e.Method
	}
	return strings.ToLower(e.Object[:1]) + e.Object[1:] + "." + e.Method
}

func (e *CallError) Error() string {
	var args []string
	for _, arg := range e.Args {
		args = append(args, show(arg))
	}
	return fmt.Sprintf("%s(%s): %v", e.name(), strings.Join(args, ", "), e.Cause)
}

func (e *CallError) Unwrap() error { return e.Cause }

// ErrorName is error.name in scripts: Playwright's own.
func (e *CallError) ErrorName() string {
	if errors.Is(e.Cause, context.DeadlineExceeded) {
		return "TimeoutError"
	}
	return "Error"
}

// FailureClass names the kind of failure, for counting: "page.click timeout", "locator.fill error",
// "browser lost".
func (e *CallError) FailureClass() string {
	switch {
	case errors.Is(e.Cause, browserpool.ErrLost):
		return "browser lost"
	case errors.Is(e.Cause, context.DeadlineExceeded):
		return e.name() + " timeout"
	}
	return e.name() + " error"
}

// show names an argument in an error.
func show(arg any) string {
	switch v := arg.(type) {
	case nil:
		return "null"
	case string:
		return fmt.Sprintf("%.60q", v)
	case bool, float64:
		return fmt.Sprint(v)
	case *browserpool.RegExp:
		return "/" + v.Source + "/" + v.Flags
	case *browserpool.Function:
		return "function"
	case browserpool.Object:
		return v.Type()
	case []any:
		return "[…]"
	}
	return "{…}"
}
