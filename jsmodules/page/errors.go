package page

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/liveload/liveload/browserpool"
)

// A CallError says that a call of Playwright's API failed.
type CallError struct {
	Type   string // "Locator"
	Path   string // `page.locator("#buy")`
	Method string // "click"
	Args   []any
	// Obstacle is what was in the way of the page; empty when nothing is known.
	Obstacle string
	Cause    error
}

func (e *CallError) name() string { return lower(e.Type) + "." + e.Method }

// lower writes a type as the name of a variable.
func lower(kind string) string {
	if kind == "" {
		return ""
	}
	return strings.ToLower(kind[:1]) + kind[1:]
}

func (e *CallError) Error() string {
	args := slices.Clone(e.Args)
	if passesData[e.Method] {
		for i, arg := range args {
			if text, ok := arg.(string); ok && i > 0 {
				args[i] = hidden(text)
			}
		}
	}
	for i, arg := range slices.Backward(args) {
		if text, ok := arg.(string); ok && writesText[e.Method] {
			args[i] = hidden(text)
			break
		}
	}
	return fmt.Sprintf("%s.%s%s: %v%s", e.Path, e.Method, showAll(args), e.Cause, e.obstacle())
}

// obstacle follows what was waited for.
func (e *CallError) obstacle() string {
	if e.Obstacle == "" {
		return ""
	}
	return "; " + e.Obstacle
}

// writesText has the methods whose last text may be a password.
var writesText = map[string]bool{"fill": true, "type": true, "pressSequentially": true, "insertText": true}

// passesData has the methods that hand data of the script, after their first argument, to a function of the page.
var passesData = map[string]bool{"evaluate": true, "evaluateAll": true, "evaluateHandle": true, "waitForFunction": true, "$eval": true, "$$eval": true, "addInitScript": true}

func hidden(text string) unquoted {
	return unquoted(fmt.Sprintf("%d hidden characters", utf8.RuneCountInString(text)))
}

// unquoted is a description shown in place of an argument.
type unquoted string

// showAll names the arguments of a call, in brackets.
func showAll(args []any) string {
	var shown []string
	for _, arg := range args {
		shown = append(shown, show(arg))
	}
	return "(" + strings.Join(shown, ", ") + ")"
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

// FailureCause tells failures of a class apart: by the object that was called, and what it said first.
func (e *CallError) FailureCause() (target, reason string) {
	reason, _, _ = strings.Cut(e.Cause.Error(), "\n")
	return e.Path, reason + e.obstacle()
}

// inVain is error, with what is in the way of the page that the script waits for.
func (on *handle) inVain(ctx context.Context, session browserpool.Scriptable, method string, args []any, cause error) error {
	failed := on.error(method, args, cause)
	if ofPage := on.object.Type() != "APIRequestContext"; ofPage && (errors.Is(cause, context.DeadlineExceeded) || ctx.Err() != nil) {
		failed.Obstacle = browserpool.ObstacleOf(session)
	}
	return failed
}

// mostShown is how many characters of a text an error shows.
const mostShown = 60

// show names an argument in an error.
func show(arg any) string {
	switch v := arg.(type) {
	case nil:
		return "null"
	case string:
		if runes := []rune(v); len(runes) > mostShown {
			v = string(runes[:mostShown]) + "…"
		}
		return fmt.Sprintf("%q", v)
	case bool, float64, unquoted:
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
