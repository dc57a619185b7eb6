package providertest

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
)

func tryLaunch(t *testing.T, s *stage) {
	begin := time.Now()
	machines := s.launch(3)
	ids := map[string]bool{}
	for _, m := range machines {
		if m.Run != s.run || m.Provider == "" || m.ID == "" || ids[m.ID] || m.Launched.Before(begin.Add(-time.Second)) {
			t.Errorf("machine %+v: want the run %s, and an id of its own", m, s.run)
		}
		ids[m.ID] = true
	}
	visible, err := s.rig.Visible()
	if err != nil || !strings.Contains(visible, machines[0].Name) || strings.Contains(visible, s.hub.secret) {
		t.Errorf("the token can be seen, or the test sees no worker: %v\n%s", err, visible)
	}
	if s.rig.Sent != nil && len(s.rig.Sent.has(s.hub.token())) == 0 {
		t.Error("no request had the token: checkSent shows nothing")
	}
	s.destroy(machines)
	s.checkNobodyEnded()
}

func tryTwice(t *testing.T, s *stage) {
	first := s.launch(1)
	second, err := s.provider.Launch(bounded(t), 2, s.spec())
	if err != nil {
		t.Fatal(err)
	}
	s.hub.waitFor(t, append(names(first), names(second)...)...)
	s.destroy(second, first...)
	s.destroy(first)
	s.checkNobodyEnded()
}

func tryDestroyAgain(t *testing.T, s *stage) {
	s.destroy(nil)
	machines := s.launch(2)
	s.destroy(machines)
	s.destroy(machines)
	s.checkNobodyEnded()
}

func tryDestroyGone(t *testing.T, s *stage) {
	machines := s.launch(2)
	if err := s.rig.Kill(machines[0]); err != nil {
		t.Fatal(err)
	}
	s.hub.waitFor(t, names(machines[1:])...)
	s.destroy(machines)
}

func tryStubborn(t *testing.T, s *stage) {
	s.destroy(s.launch(2, behaviour+"=stubborn"))
}

func tryAbsent(t *testing.T, s *stage) {
	machines, err := s.provider.Launch(bounded(t), 1, s.spec(behaviour+"=absent"))
	if err != nil || len(machines) != 1 {
		t.Fatalf("Launch = %d machines, %v; whether workers join is for the controller to see", len(machines), err)
	}
	s.destroy(machines)
	s.checkNobodyEnded()
}

func tryPartialFailure(t *testing.T, s *stage) {
	want := s.rig.Fail()
	machines, err := s.provider.Launch(bounded(t), 3, s.spec())
	if len(machines) != 2 || err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), s.hub.secret) {
		t.Fatalf("Launch = %d machines, %v; want 2, and an error that says %q", len(machines), err, want)
	}
	s.hub.waitFor(t, names(machines)...)
	s.destroy(machines)
	s.checkNobodyEnded()
}

// tryCancelled cancels a launch before it begins, and others while they go on.
func tryCancelled(t *testing.T, s *stage) {
	enough := errors.New("the person has changed their mind")
	over, cancel := context.WithCancelCause(bounded(t))
	cancel(enough)
	if machines, err := s.provider.Launch(over, 3, s.spec()); len(machines) != 0 || !errors.Is(err, enough) {
		t.Fatalf("Launch after its context = %v, %v; want no machine, and why", machines, err)
	}
	for range 5 {
		ctx, cancel := context.WithCancelCause(bounded(t))
		_, joins := s.hub.names()
		go func() {
			select {
			case <-joins:
			case <-ctx.Done():
			}
			cancel(enough)
		}()
		machines, err := s.provider.Launch(ctx, s.rig.Machines, s.spec())
		cancel(nil)
		if err != nil && !errors.Is(err, enough) {
			t.Errorf("Launch = %v, want why it was cancelled", err)
		}
		if err := s.provider.Destroy(bounded(t), machines); err != nil {
			t.Errorf("Destroy = %v", err)
		}
		s.hub.waitFor(t)
	}
	s.checkNobodyEnded()
}

func tryFailing(t *testing.T, s *stage) {
	machines, err := s.provider.Launch(bounded(t), 1, s.spec(behaviour+"=failing"))
	why := ""
	if err != nil {
		why = err.Error() // of a provider that waits for the worker
	} else {
		why = s.whyEnded()
	}
	want := s.rig.Mute
	if want == "" {
		want = "no browser to be found"
	}
	if !strings.Contains(why, want) || strings.Contains(why, s.hub.secret) {
		t.Errorf("the machine ended with %q; want %q, without the token", why, want)
	}
	s.destroy(machines)
}

func tryCrash(t *testing.T, s *stage) {
	s.becomeAnother()
	s.crash(2, s.spec())
	s.hub.waitFor(t)
	if err := s.provider.Destroy(bounded(t), s.leftovers()); err != nil {
		t.Errorf("Destroy = %v", err)
	}
}

func tryLeftovers(t *testing.T, s *stage) {
	s.becomeAnother()
	s.crash(2, s.spec(behaviour+"=stubborn"))
	left := s.leftovers()
	if len(left) == 0 {
		t.Fatal("Leftovers finds nothing")
	}
	s.destroy(left)
	s.destroy(left)
}

func tryGoesOn(t *testing.T, s *stage) {
	machines := s.launch(1)
	other, end, err := s.open(s.rig.Config, uuid.NewString())
	if err != nil {
		t.Fatal(err)
	}
	left, err := other.Leftovers(bounded(t))
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range left {
		if m.Run == s.run {
			t.Errorf("Leftovers has %+v, of a run that goes on", m)
		}
	}
	if err := errors.Join(other.Destroy(bounded(t), left), end()); err != nil {
		t.Error(err)
	}
	s.hub.waitFor(t, names(machines)...)
	s.destroy(machines)
	s.checkNobodyEnded()
}
