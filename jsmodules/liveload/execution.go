package liveload

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/dop251/goja"

	"github.com/liveload/liveload/browserpool"
	"github.com/liveload/liveload/js"
	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/redact"
)

// urlPatience bounds how long a failed operation asks for the page's address.
const urlPatience = 500 * time.Millisecond

// An execution is one run of an operation in the browser.
type execution struct {
	vm       *js.VM
	op       *operation
	args     arguments
	number   int
	session  browserpool.Session
	timeout  time.Duration
	recorder Recorder
	secrets  *redact.Redactor
	pages    browserpool.PageLabeler
	before   func(ctx context.Context) error // what it has to wait for, if anything
	cutOff   func(err *OperationError)       // gets the error when the iteration was over first
}

// do performs the operation, on its own goroutine.
func (x *execution) do(ctx context.Context) (any, error) {
	timed, cancel := context.WithTimeoutCause(ctx, x.timeout, &TimeoutError{x.timeout})
	defer cancel()
	began := time.Now()
	value, err := x.perform(timed, &began)
	took := metrics.ActionDuration
	if err != nil {
		took = metrics.ActionFailureTime
	}
	x.recorder.Observe(took, took.With(x.op.name), float64(time.Since(began))/float64(time.Microsecond))
	if err != nil {
		failed := &OperationError{
			Number: x.number, Operation: x.op.name, Args: withoutTrailingNil(x.shownArgs(ctx)), PageURL: x.pageURL(ctx), Cause: err,
		}
		if errors.Is(err, context.DeadlineExceeded) || ctx.Err() != nil {
			failed.Obstacle = browserpool.ObstacleOf(x.session)
		}
		failed.Target = targetOf(x.op.name, failed.Args, failed.PageURL, x.pages)
		if answered, ok := errors.AsType[*browserpool.StatusError](err); ok && answered.Later {
			failed.Target = targetOf("navigate", []any{answered.URL}, "", x.pages)
		}
		if ctx.Err() != nil {
			x.cutOff(failed)
		}
		return nil, failed
	}
	if !x.op.extracts {
		return goja.Undefined(), nil
	}
	return value, nil
}

// perform waits until the operation's turn has come, which is when it began, and does it.
func (x *execution) perform(ctx context.Context, began *time.Time) (any, error) {
	if x.before != nil {
		if err := x.before(ctx); err != nil {
			return nil, err
		}
		*began = time.Now()
	}
	x.learn()
	value, err := x.op.do(ctx, x.session, x.args)
	if x.op.name == "storageSnapshot" {
		x.learnStorage(value)
	}
	return value, err
}

// pageURL asks for the page's address; "" when the iteration is over, or the browser shows an error page of its own.
func (x *execution) pageURL(ctx context.Context) string {
	if !x.canAsk(ctx) {
		return ""
	}
	ctx, cancel := context.WithTimeout(ctx, urlPatience)
	defer cancel()
	url, err := x.session.URL(ctx)
	if err != nil || strings.HasPrefix(url, "chrome-error:") {
		return ""
	}
	return url
}

// canAsk says whether the page can still answer questions about a failure.
func (x *execution) canAsk(ctx context.Context) bool {
	select {
	case <-x.session.Lost():
		return false
	default:
		return ctx.Err() == nil
	}
}

// secretField matches selectors of fields whose content must not show up in errors.
var secretField = regexp.MustCompile(`(?i)passw|passphrase|pwd|secret|token|\bpin\b|otp|cvc|card`)

// shownArgs returns the arguments for an error. A text is hidden unless the page says that it cannot be a password.
func (x *execution) shownArgs(ctx context.Context) []any {
	if x.op.hides {
		return hiddenData(x.args.values)
	}
	if !x.op.secret {
		return x.args.values
	}
	field := x.args.text(0)
	hide := secretField.MatchString(field) || !x.canAsk(ctx)
	if !hide {
		ctx, cancel := context.WithTimeout(ctx, urlPatience)
		defer cancel()
		secret, err := x.session.IsSecret(ctx, field)
		hide = secret || err != nil
	}
	if !hide {
		return x.args.values
	}
	x.secrets.Learn(x.args.text(1))
	return []any{field, hiddenText(x.args.text(1))}
}

// hiddenData replaces texts among the data for a function of the page, which may be secrets. What is called like one within an object
// goes when the error leaves.
func hiddenData(args []any) []any {
	args = slices.Clone(args)
	for i, arg := range args {
		if text, ok := arg.(string); ok && i > 0 {
			args[i] = hiddenText(text)
		}
	}
	return args
}

// hiddenText replaces a text that must not show up in errors.
func hiddenText(s string) unquoted {
	return unquoted(fmt.Sprintf("%d hidden characters", utf8.RuneCountInString(s)))
}

// withoutTrailingNil drops missing optional arguments.
func withoutTrailingNil(args []any) []any {
	for len(args) > 0 && args[len(args)-1] == nil {
		args = args[:len(args)-1]
	}
	return args
}
