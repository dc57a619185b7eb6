package cluster

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/liveload/liveload/plan"
)

// TestStatusOfARunThatEnds: scenarios whose last iterations finish do not run, however the end came.
func TestStatusOfARunThatEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := planOf("browse", "login")
		p.Scenarios[1].StartTime = plan.Duration(time.Minute)
		for i := range p.Scenarios {
			p.Scenarios[i].Batch = 1
		}
		c, drain, users := newController(&fakeEngine{}, &recordingSink{}), make(chan struct{}), 5
		time.AfterFunc(1500*time.Millisecond, func() {
			if s := c.Status(); s[0].State != Running || s[1].State != Waiting || *s[1].Wanted != 0 {
				t.Errorf("before the end: %+v", s)
			}
			close(drain)
		})
		time.AfterFunc(1600*time.Millisecond, func() {
			if s := c.Status(); s[0].State != Finishing || s[0].LeftMS == nil || *s[0].LeftMS != 0 || s[1].State != Ended {
				t.Errorf("while iterations finish: %+v", s)
			}
			if got, want := told(t, c, "browse", plan.Command{Users: &users}), `steer scenario "browse": it begins no more iterations, its last ones finish`; got != want {
				t.Errorf("a command = %q, want %q", got, want)
			}
		})
		if _, err := c.Run(t.Context(), p, drain); err != nil {
			t.Fatal(err)
		}
	})
}

// TestStatusOfASearch says what is tried now, what held and what did not.
func TestStatusOfASearch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, _, p := searching(&crowdedApp{}, 1, upTo(1, 1000), "iteration_duration_us:p(95)<115ms")
		const slow = "p(95) of iteration_duration_us was 160 ms, over 115 ms"
		drain := make(chan struct{})
		for after, want := range map[time.Duration]SearchStatus{
			5 * time.Second:   {Now: "1 user settling"},
			25 * time.Second:  {Now: "1 user being judged"},
			85 * time.Second:  {Now: "4 users settling", Held: "2 users"},
			205 * time.Second: {Now: "12 users settling", Held: "8 users", Broke: "16 users", Reason: slow},
			345 * time.Second: {Now: "12 users (tried again) being judged", Held: "11 users", Broke: "12 users", Reason: "p(95) of iteration_duration_us was 120 ms, over 115 ms"},
			// The drain was asked for, and an iteration takes 120 ms.
			345*time.Second + 50*time.Millisecond: {Held: "11 users", Broke: "12 users", Reason: "p(95) of iteration_duration_us was 120 ms, over 115 ms"},
		} {
			time.AfterFunc(after, func() {
				if s := c.Status(); len(s) != 1 || s[0].Search == nil || *s[0].Search != want {
					t.Errorf("after %v: %+v, want %+v", after, s, want)
				}
			})
		}
		time.AfterFunc(345*time.Second+20*time.Millisecond, func() { close(drain) })
		if _, err := c.Run(t.Context(), p, drain); err != nil {
			t.Fatal(err)
		}
	})
}
