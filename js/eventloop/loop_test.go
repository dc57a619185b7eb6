package eventloop

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/liveload/liveload/js/scripterr"
)

// TestTimersFireInOrder: what is due first fires first, and what was started first among those that are due together.
func TestTimersFireInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, fired := New(), []string{}
		note := func(name string) func() error { return func() error { fired = append(fired, name); return nil } }
		l.StartTimer(3*time.Second, 0, note("c"))
		l.StartTimer(time.Second, 0, note("a"))
		l.After(time.Second, note("b"))
		stopped := l.StartTimer(2*time.Second, 0, note("stopped"))
		every := l.StartTimer(2*time.Second, 2*time.Second, note("every"))
		l.StopTimer(stopped)
		l.StopTimer(3) // After's: it cannot be stopped
		err := l.Run(t.Context(), func() (bool, error) {
			if len(fired) == 5 {
				l.StopTimer(every)
			}
			return len(fired) == 5, nil
		})
		if got := strings.Join(fired, " "); err != nil || got != "a b every c every" {
			t.Errorf("fired %s, %v", got, err)
		}
		if !l.End(nil, time.Second) {
			t.Error("something is left")
		}
	})
}

// TestRunEnds: with the error of a job, with done's, or with ctx.
func TestRunEnds(t *testing.T) {
	never := func() (bool, error) { return false, nil }
	for name, test := range map[string]struct {
		begin func(l *Loop)
		done  func() (bool, error)
		want  string
	}{
		"a job fails":    {func(l *Loop) { l.Post(func() error { return errors.New("no") }) }, never, "no"},
		"done fails":     {func(*Loop) {}, func() (bool, error) { return false, errors.New("refused") }, "refused"},
		"done":           {func(*Loop) {}, func() (bool, error) { return true, nil }, "<nil>"},
		"nothing waits":  {func(*Loop) {}, never, "over: the script was waiting for a promise that nothing can resolve any more"},
		"a timer is set": {func(l *Loop) { l.StartTimer(time.Hour, 0, nil) }, never, "over: the script was waiting for a timer or an operation"},
		"a result":       {func(l *Loop) { l.Register() }, never, "over: the script was waiting for a timer or an operation"},
	} {
		synctest.Test(t, func(t *testing.T) {
			l := New()
			test.begin(l)
			ctx, cancel := context.WithTimeoutCause(t.Context(), time.Minute, errors.New("over"))
			defer cancel()
			err := l.Run(ctx, test.done)
			if interrupted := (*scripterr.InterruptError)(nil); fmt.Sprint(err) != test.want || errors.As(err, &interrupted) != strings.HasPrefix(test.want, "over") {
				t.Errorf("%s: got %v, want %s", name, err, test.want)
			}
			l.End(nil, 0)
		})
	}
}

// TestEndWaits: for registered results, until it is late or the limit is over.
func TestEndWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, began := New(), time.Now()
		complete := l.Register()
		time.AfterFunc(time.Second, func() { complete(nil) })
		if !l.End(nil, time.Minute) || time.Since(began) != time.Second {
			t.Errorf("waited %v", time.Since(began))
		}
		l.Register()
		if l.End(nil, time.Second) {
			t.Error("a result came that nobody has brought")
		}
		late := make(chan struct{})
		close(late)
		if began = time.Now(); l.End(late, time.Minute) || time.Since(began) != 0 {
			t.Errorf("waited %v though it was late", time.Since(began))
		}
		defer func() {
			if recover() == nil {
				t.Error("the second completion did not panic")
			}
		}()
		complete(nil)
	})
}
