package watch

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/liveload/liveload/cluster/providers"
)

func TestWatch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		why := func(_ context.Context, token string) error { return errors.New("killed, with the token " + token) }
		var told, asked []string
		failures := 0
		w := &Watch{
			Pause:  time.Second,
			Failed: func(error) { failures++ },
			Begin: func(run string) func(context.Context) ([]End, error) {
				return func(context.Context) ([]End, error) {
					asked = append(asked, run)
					if len(asked) == 1 {
						return nil, errors.New("busy")
					}
					return []End{{"a", why}, {"b", why}, {"x", why}}, nil
				}
			},
		}
		spec := providers.Spec{Token: "secret", Ended: func(m providers.Machine, why error) { told = append(told, m.ID+": "+why.Error()) }}
		a, b, c := providers.Machine{ID: "a", Name: "one", Run: "r"}, providers.Machine{ID: "b", Name: "two", Run: "r"}, providers.Machine{ID: "c", Name: "three", Run: "r"}
		for _, m := range []providers.Machine{a, b, c} {
			w.Add(m, spec)
		}
		w.Forget([]providers.Machine{b})
		pass := func(d time.Duration) { time.Sleep(d); synctest.Wait() }
		pass(10500 * time.Millisecond)
		if want := []string{"a: one ended: killed, with the token secret"}; !slices.Equal(told, want) || failures != 1 {
			t.Errorf("told %q, and %d failures; want %q, and 1", told, failures, want)
		}
		if len(asked) != 10 || asked[9] != "r" {
			t.Errorf("the cloud was asked for %q", asked)
		}
		w.Forget([]providers.Machine{c})
		pass(time.Minute)
		if len(asked) != 10 {
			t.Error("the cloud is asked though nobody watches")
		}
		w.Add(a, spec) // a run may launch again
		pass(1500 * time.Millisecond)
		if len(told) != 2 {
			t.Errorf("told %q", told)
		}
		w.Forget(nil)
	})
}

// TestForgottenMeanwhile: a machine that is destroyed while the watch finds out why it ended is not told of.
func TestForgottenMeanwhile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := providers.Machine{ID: "a", Run: "r"}
		asking := make(chan struct{})
		w := &Watch{Begin: func(string) func(context.Context) ([]End, error) {
			return func(context.Context) ([]End, error) {
				return []End{{"a", func(ctx context.Context, _ string) error {
					close(asking)
					<-ctx.Done()
					return ctx.Err()
				}}}, nil
			}
		}}
		w.Add(m, providers.Spec{Ended: func(providers.Machine, error) { t.Error("told of a machine that is destroyed") }})
		<-asking
		w.Forget([]providers.Machine{m})
	})
}

func TestNobodyListens(t *testing.T) {
	w := &Watch{Begin: func(string) func(context.Context) ([]End, error) {
		t.Error("the cloud is asked though nobody wants to know")
		return nil
	}}
	w.Add(providers.Machine{}, providers.Spec{})
	w.Forget([]providers.Machine{{}})
}

// TestNoAnswer: while there is none, the person is told once. A question that hangs is given up.
func TestNoAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var told []string
		asked := 0
		w := &Watch{
			Pause:  time.Second,
			Failed: func(err error) { told = append(told, err.Error()) },
			Begin: func(string) func(context.Context) ([]End, error) {
				return func(ctx context.Context) ([]End, error) {
					switch asked++; asked {
					case 1, 2, 3:
						return nil, errors.New("busy")
					case 5:
						<-ctx.Done()
						return nil, context.Cause(ctx)
					}
					return nil, nil
				}
			},
		}
		m := providers.Machine{ID: "a", Run: "r"}
		w.Add(m, providers.Spec{Ended: func(providers.Machine, error) {}})
		time.Sleep(longestAsk + 7*time.Second)
		synctest.Wait()
		w.Forget([]providers.Machine{m})
		if want := []string{"busy", context.DeadlineExceeded.Error()}; !slices.Equal(told, want) || asked < 6 {
			t.Errorf("told %q after %d questions, want %q", told, asked, want)
		}
	})
}
