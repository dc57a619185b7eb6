package sessiontest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/liveload/liveload/browserpool"
)

// patience is how long a test waits for what must happen soon.
const patience = 30 * time.Second

// An operation does something with a session and says how it went.
type operation = func(ctx context.Context, u browserpool.Session) error

// A step is an operation on its own page, and its expected outcome.
type step struct {
	name string
	page string // HTML, or an address; {site} is the site's
	do   operation
	want string // JavaScript that is true afterwards
	fail string // part of the error; "" is success
}

// run runs steps one after the other in one session; the tests that call it run beside each other.
func (r *rig) run(t *testing.T, steps []step) {
	t.Parallel()
	s := NewSite(t)
	u := r.user(t)
	for _, c := range steps {
		t.Run(c.name, func(t *testing.T) {
			address := c.page
			if !strings.HasPrefix(address, "http") && !strings.HasPrefix(address, "about:") {
				address = s.Page(strings.ReplaceAll(c.page, "{site}", s.URL))
			}
			limit := patience
			if c.fail != "" {
				limit = soon
			}
			err := attempt(t, u, address, limit, c.do, func(err error) bool { return matches(err, c.fail) })
			checkError(t, err, c.fail)
			if c.want != "" {
				wantTrue(t, u, c.want)
			}
		})
	}
}

// soon is what an operation gets that is to run out of time.
const soon = 500 * time.Millisecond

// attempt does something on a page. What has to run out of time gets little of it at first, and more when
// the machine is too busy for the expected answer.
func attempt(t *testing.T, u browserpool.Session, address string, limit time.Duration, do operation, expected func(error) bool) error {
	t.Helper()
	for ; ; limit *= 4 {
		Must(t, Moved(u.Navigate(Within(t, patience), address)))
		ctx, cancel := context.WithTimeout(t.Context(), limit)
		begun := time.Now()
		err := do(ctx, u)
		cancel()
		if over := time.Since(begun) - limit; over > 5*time.Second {
			t.Errorf("returned %v after the end of ctx", over)
		}
		if expected(err) || !errors.Is(err, context.DeadlineExceeded) || limit > patience {
			return err
		}
	}
}

// Moved is how a navigation went, for tests that need no more.
func Moved(_ browserpool.Document, err error) error { return err }

func matches(err error, want string) bool {
	return want == "" && err == nil || want != "" && err != nil && strings.Contains(err.Error(), want)
}

// checkError wants an error with a text, of a kind that scripts can recognise.
func checkError(t *testing.T, err error, want string) {
	t.Helper()
	if !matches(err, want) {
		t.Errorf("error = %v\n want %s", err, want)
		return
	}
	var wait *browserpool.WaitError
	if errors.As(err, &wait) != errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("the deadline does not match the kind of error: %v", err)
	}
}

func wantTrue(t *testing.T, u browserpool.Session, expression string) {
	t.Helper()
	ctx := Within(t, patience)
	if got, err := u.Evaluate(ctx, expression, nil); err != nil || got != true {
		log, _ := u.Evaluate(ctx, "log.join(' ')", nil)
		t.Errorf("%s = %v, %v; events: %v", expression, got, err, log)
	}
}

// An elementMethod is one that takes a selector, and an elementReader one that reads.
type (
	elementMethod        = func(browserpool.Session, context.Context, string, ...browserpool.Options) error
	elementReader[T any] = func(browserpool.Session, context.Context, string, ...browserpool.Options) (T, error)
)

// on makes an operation of a method that takes a selector.
func on(method elementMethod, selector string) operation {
	return func(ctx context.Context, u browserpool.Session) error { return method(u, ctx, selector) }
}

// reads makes an operation of one that reads, and what it must give.
func reads[T any](want T, read func(ctx context.Context, u browserpool.Session) (T, error)) operation {
	return func(ctx context.Context, u browserpool.Session) error {
		got, err := read(ctx, u)
		if err == nil && fmt.Sprintf("%#v", got) != fmt.Sprintf("%#v", want) {
			return fmt.Errorf("read %#v, want %#v", got, want)
		}
		return err
	}
}

// answers makes an operation of a method that reads an element, and what it must give.
func answers[T any](method elementReader[T], selector string, want T) operation {
	return reads(want, func(ctx context.Context, u browserpool.Session) (T, error) { return method(u, ctx, selector) })
}

// Within returns a ctx that ends after d, or with the test.
func Within(t testing.TB, d time.Duration) context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), d)
	t.Cleanup(cancel)
	return ctx
}

// Must fails the test at the first error of a chain of steps.
func Must(t testing.TB, errs ...error) {
	t.Helper()
	for i, err := range errs {
		if err != nil {
			t.Fatalf("step %d: %v", i+1, err)
		}
	}
}

// AwaitClosed waits until done is closed, and fails the test when that takes too long.
func AwaitClosed(t testing.TB, what string, done <-chan struct{}) {
	t.Helper()
	select {
	case <-done:
	case <-time.After(patience):
		t.Fatalf("%s: nothing after %v", what, patience)
	}
}
