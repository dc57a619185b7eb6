package runner

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/liveload/liveload/browserpool"
	"github.com/liveload/liveload/plan"
)

// TestSessionsOfIterations: which iterations share a session.
func TestSessionsOfIterations(t *testing.T) {
	rate := plan.Options{Rate: perSec(2), Duration: new(10 * time.Second), MaxUsers: new(1), PreStartedUsers: new(1)}
	each := plan.Options{Users: new(2), IterationsPerUser: new(4), Duration: new(time.Minute)}
	shared := plan.Options{Users: new(2), Iterations: new(8), Duration: new(time.Minute)}
	failing := plan.Options{Users: new(1), IterationsPerUser: new(3), Duration: new(time.Minute), OnFailure: new(plan.Continue)}
	for _, c := range []struct {
		name               string
		options            plan.Options
		session            plan.Session // "" is the default
		fails              bool
		iterations, opened int
	}{
		{"a rate", rate, "", false, 20, 21}, // the last one waits for an iteration that is not due any more
		{"a rate of the same person", rate, plan.SessionUser, false, 20, 1},
		{"users", each, "", false, 8, 2},
		{"a person for each iteration", each, plan.SessionIteration, false, 8, 8},
		{"a person for each shared iteration", shared, plan.SessionIteration, false, 8, 8},
		{"users that fail", failing, "", true, 3, 1},
		{"a person for each iteration, which fails", failing, plan.SessionIteration, true, 3, 3},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				pool := &fakePool{}
				used := map[browserpool.Session]bool{}
				script := &fakeScript{iterate: func(ctx context.Context, s browserpool.Session, _ Identity, n int) (bool, error) {
					pool.mu.Lock()
					used[s] = true
					pool.mu.Unlock()
					if c.fails {
						return false, errBoom
					}
					return false, work(ctx, 100*time.Millisecond)
				}}
				if c.session != "" {
					c.options.Session = &c.session
				}
				journal := do(t, c.options, script, pool, nil)
				if n := journal.iterations[OK] + journal.iterations[Failed]; n != c.iterations {
					t.Errorf("%d iterations, want %d", n, c.iterations)
				}
				if pool.opened != c.opened || pool.closed != pool.opened || len(used) != min(c.opened, c.iterations) {
					t.Errorf("%d sessions opened, %d used, %d closed, want %d", pool.opened, len(used), pool.closed, c.opened)
				}
			})
		})
	}
}
