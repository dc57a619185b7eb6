package liveload

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/throttle"
)

func localThrottles(t *testing.T, definitions ...throttle.Definition) *throttle.Local {
	t.Helper()
	l, err := throttle.NewLocal(definitions)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

var (
	oneSlot = throttle.Definition{Name: "slot", Kind: throttle.Parallelism, Limit: 1}
	aSecond = throttle.Definition{Name: "pace", Kind: throttle.Interarrival, Interval: time.Second}
)

// TestThrottling: what one user does with throttles, how long it takes, what is recorded, and the error.
func TestThrottling(t *testing.T) {
	tests := []struct {
		name, body string
		took       time.Duration
		want, err  string
	}{
		{name: "a pace", body: `await user.throttle('pace').throttle('pace'); await user.throttle(() => 'pace')`, took: 2 * time.Second,
			want: "throttle_wait_us pace; throttle_wait_us pace; throttle_waits pace 1; throttle_wait_us pace; throttle_waits pace 1"},
		{name: "a place is taken once by a user", body: `await user.throttle('slot').throttle('slot'); await Promise.all([user.throttle('slot'), user.throttle('slot')])`,
			want: "throttle_wait_us slot"},
		{name: "two who ask at once have one place", body: `await Promise.all([user.throttle('slot'), user.throttle('slot')]); await user.release('slot').throttle('slot')`,
			want: "throttle_wait_us slot; throttle_wait_us slot"},
		{name: "release without a place", body: `await user.release('slot').release('slot').click('#x')`},
		{name: "nothing after the end", body: `user.fail('x'); await user.throttle('pace').throttle('slot').throttle('typo')`, err: "the scenario failed: x"},
		{name: "an unknown name", body: `await user.throttle('slots')`, err: `throttle("slots"): there is no throttle of that name: throttles(config) defines "slot", "pace"`},
		{name: "an unknown name to release", body: `await user.release('slots')`, err: `release("slots"): there is no throttle of that name`},
		{name: "a name that is none", body: `await user.throttle(7)`, err: `throttle(7): name must be a text that is not empty, not 7`},
		{name: "release of a pace", body: `await user.throttle('pace').release('pace')`, want: "throttle_wait_us pace",
			err: `release("pace"): "pace" is of the kind Interarrival, of which there is nothing to release`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			program := bundled(t, "a.js", iterate(test.body)) // esbuild leaves a goroutine behind for a while
			synctest.Test(t, func(t *testing.T) {
				got := &noted{}
				u := userOf(t, program, Options{Recorder: got, Throttles: localThrottles(t, oneSlot, aSecond)})
				began := time.Now()
				_, err := u.RunIteration(t.Context(), newFake(), 1)
				checkError(t, err, test.err)
				if took := time.Since(began); took != test.took {
					t.Errorf("it took %v, want %v", took, test.took)
				}
				if lines := strings.Join(got.lines, "; "); lines != test.want {
					t.Errorf("recorded %s\nwant     %s", lines, test.want)
				}
			})
		})
	}
	_, err := newUser(t, "a.js", iterate(`await user.throttle('x')`), Options{}).RunIteration(t.Context(), newFake(), 1)
	checkError(t, err, "the script defines no throttles: add `export function throttles(config)")
}

// TestPlacesComeBack: whatever ends an iteration, the user's place is free afterwards.
func TestPlacesComeBack(t *testing.T) {
	for name, body := range map[string]string{
		"the end":                 `await user.throttle('slot')`,
		"release":                 `await user.throttle('slot').release('slot')`,
		"an error":                `await user.throttle('slot'); throw new Error('no')`,
		"fail":                    `await user.throttle('slot').fail('no')`,
		"halt":                    `await user.throttle('slot').halt()`,
		"a timeout":               `await user.throttle('slot'); await new Promise(() => {})`,
		"an endless loop":         `await user.throttle('slot'); for (;;);`,
		"an operation that hangs": `await user.throttle('slot').click('#hangs')`,
	} {
		t.Run(name, func(t *testing.T) {
			throttles := localThrottles(t, oneSlot)
			for i := range 2 {
				session := newFake()
				session.answer = func(ctx context.Context, _ string) (any, error) {
					<-ctx.Done()
					return nil, context.Cause(ctx)
				}
				ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
				u := newUser(t, "a.js", iterate(body), Options{Throttles: throttles})
				_, _ = u.RunIteration(ctx, session, i+1)
				cancel()
			}
			ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
			defer cancel()
			if _, err := throttle.Acquire(ctx, throttles, "slot"); err != nil {
				t.Errorf("the place is lost: %v", err)
			}
		})
	}
}

// TestTimeoutInAnOperation: an iteration whose time is over while the browser works says at what.
func TestTimeoutInAnOperation(t *testing.T) {
	program := bundled(t, "a.js", iterate(`await user.assign('a', 1).click('#buy')`))
	synctest.Test(t, func(t *testing.T) {
		session := newFake()
		session.answer = func(ctx context.Context, _ string) (any, error) {
			<-ctx.Done()
			return nil, context.Cause(ctx)
		}
		u := userOf(t, program, Options{})
		ctx, cancel := context.WithTimeoutCause(t.Context(), time.Second, errors.New("too long"))
		defer cancel()
		_, err := u.RunIteration(ctx, session, 1)
		checkError(t, err, `too long: the script was at operation 1: click("#buy")`)
		_, err = u.RunIteration(t.Context(), newFake(), 2)
		checkError(t, err, "")
	})
}

// TestTimeoutOfAWait: an iteration whose time is over while it waits says what for.
func TestTimeoutOfAWait(t *testing.T) {
	program := bundled(t, "a.js", iterate(`await user.throttle('slot'); await sleep('1h')`))
	synctest.Test(t, func(t *testing.T) {
		throttles := localThrottles(t, oneSlot)
		first, second := userOf(t, program, Options{Throttles: throttles}), userOf(t, program, Options{Throttles: throttles})
		ctx, cancel := context.WithTimeoutCause(t.Context(), time.Minute, errors.New("too long"))
		defer cancel()
		var both sync.WaitGroup
		both.Go(func() {
			_, err := first.RunIteration(ctx, newFake(), 1)
			checkError(t, err, "too long: the script was waiting for a timer or an operation")
		})
		synctest.Wait()
		both.Go(func() {
			_, err := second.RunIteration(ctx, newFake(), 1)
			checkError(t, err, `too long: the script was waiting for throttle "slot"`)
		})
		both.Wait()
	})
}

// TestUsersShareAPace: fifty users with a VM each come through one at a time, a tenth of a second apart.
func TestUsersShareAPace(t *testing.T) {
	program := bundled(t, "a.js", iterate(`for (let i = 0; i < 4; i++) await user.throttle('orders')`))
	synctest.Test(t, func(t *testing.T) {
		throttles := localThrottles(t, throttle.Definition{Name: "orders", Kind: throttle.Rate, Rate: 600, Interval: time.Minute})
		recorder := &passing{}
		users := make([]*User, 50)
		for i := range users {
			users[i] = userOf(t, program, Options{Throttles: throttles, Recorder: recorder})
		}
		var all sync.WaitGroup
		began := time.Now()
		for _, u := range users {
			all.Go(func() {
				if _, err := u.RunIteration(t.Context(), newFake(), 1); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if took := time.Since(began); took != 19900*time.Millisecond || len(recorder.at) != 200 {
			t.Errorf("%d permits in %v, want 200 in 19.9 s", len(recorder.at), took)
		}
		for i := 1; i < len(recorder.at); i++ {
			if gap := recorder.at[i].Sub(recorder.at[i-1]); gap < 90*time.Millisecond {
				t.Errorf("permits %d and %d are %v apart", i-1, i, gap)
			}
		}
	})
}

// passing notes when users pass.
type passing struct {
	Discard
	mu sync.Mutex
	at []time.Time
}

func (p *passing) Observe(m *metrics.Metric, _ metrics.Labels, _ float64) {
	if m == metrics.ThrottleWait {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.at = append(p.at, time.Now())
	}
}
