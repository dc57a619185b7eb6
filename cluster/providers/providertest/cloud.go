package providertest

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/liveload/liveload/cluster/providers"
)

// A Cloud is what the suite does to a cloud that rents machines. Its machines outlive their controller.
type Cloud struct {
	// Other is the Config of controllers of another owner, who uses the same cloud.
	Other string
	// Slow keeps machines that are created from now on from booting, until boot is called.
	Slow func() (boot func())
	// Stumble has the next request of a kind fail with what passes, such as 429 or 503.
	Stumble func(what Request)
	// Refuse has requests of a kind fail with what does not pass, such as 403, until mend is called.
	Refuse func(what Request) (mend func())
	// Expire changes the labels of what belongs to a run: it expired a minute ago. The cloud may end it.
	Expire func(run string)
}

// A Request is a kind of requests to a cloud.
type Request string

// Requests that make what the cloud charges for, that look for it, and that end it.
const (
	Create Request = "create"
	List   Request = "list"
	Delete Request = "delete"
)

// cloudTests are for providers that rent machines.
var cloudTests = []try{
	{"machines are listed with what their labels say", tryList},
	{"machines that boot slowly join later", trySlowBoot},
	{"a launch is interrupted while machines boot", tryInterruptedBoot},
	{"a controller is killed while machines boot", tryKilledBoot},
	{"the cloud is busy for a moment", tryStumble},
	{"the cloud refuses to create", tryRefusedCreate},
	{"the cloud refuses to delete", tryRefusedDelete},
	{"machines of other owners are not touched until they expire", tryOtherOwner},
}

// tryList: the cloud knows of a machine all that another process needs.
func tryList(t *testing.T, s *stage) {
	lister, ok := s.provider.(providers.Lister)
	if !ok {
		t.Fatalf("%T is no providers.Lister", s.provider)
	}
	began := time.Now()
	machines := s.launch(2)
	listed, err := lister.List(bounded(t))
	if err != nil || len(listed) != 2 {
		t.Fatalf("List = %+v, %v", listed, err)
	}
	for _, m := range listed {
		i := slices.IndexFunc(machines, func(launched providers.Machine) bool { return launched.ID == m.ID })
		if i < 0 {
			t.Errorf("List has %+v, and Launch returned %+v", m, machines)
			continue
		}
		lasts := m.Expires.Sub(began)
		if want := machines[i]; m.Provider != want.Provider || m.Run != s.run || m.Name != want.Name || m.Owner == "" || m.Ended ||
			m.Launched.Before(began.Add(-2*time.Second)) || lasts < time.Hour || lasts > time.Hour+2*providers.StartUp {
			t.Errorf("List has %+v, and Launch returned %+v", m, want)
		}
	}
	s.destroy(machines)
}

func trySlowBoot(t *testing.T, s *stage) {
	boot := s.rig.Cloud.Slow()
	done := s.begin(bounded(t), 2)
	s.untilSomethingIsThere()
	boot()
	machines, err := done()
	if err != nil || len(machines) != 2 {
		t.Fatalf("Launch = %d machines, %v", len(machines), err)
	}
	s.hub.waitFor(t, names(machines)...)
	s.destroy(machines)
	s.checkNobodyEnded()
}

func tryInterruptedBoot(t *testing.T, s *stage) {
	boot := s.rig.Cloud.Slow()
	enough := errors.New("the person has changed their mind")
	ctx, cancel := context.WithCancelCause(bounded(t))
	done := s.begin(ctx, 2)
	s.untilSomethingIsThere()
	cancel(enough)
	machines, err := done()
	if err != nil && !errors.Is(err, enough) {
		t.Errorf("Launch = %v, want why it was interrupted", err)
	}
	s.destroy(machines)
	boot()
	s.checkNobodyEnded()
}

func tryKilledBoot(t *testing.T, s *stage) {
	s.becomeAnother()
	boot := s.rig.Cloud.Slow()
	_, kill := s.controller(s.rig.Config, 2, s.spec())
	s.untilSomethingIsThere()
	kill()
	s.destroyLeftovers()
	boot()
}

func tryStumble(t *testing.T, s *stage) {
	for _, what := range []Request{Create, List, Delete} {
		s.rig.Cloud.Stumble(what)
		s.destroy(s.launch(1))
		s.leftovers()
	}
	s.checkNobodyEnded()
}

func tryRefusedCreate(t *testing.T, s *stage) {
	mend := s.rig.Cloud.Refuse(Create)
	machines, err := s.provider.Launch(bounded(t), 2, s.spec())
	if err == nil || len(machines) > 0 || strings.Contains(err.Error(), s.hub.secret) {
		t.Errorf("Launch = %d machines, %v; want an error, without the token", len(machines), err)
	}
	mend()
	s.destroy(machines)
}

// tryRefusedDelete: what could not be deleted is still there, and can be later.
func tryRefusedDelete(t *testing.T, s *stage) {
	machines := s.launch(2)
	mend := s.rig.Cloud.Refuse(Delete)
	if err := s.provider.Destroy(bounded(t), machines); err == nil {
		t.Error("Destroy had no error though the cloud has deleted nothing")
	}
	mend()
	if err := s.end(); err != nil { // as a controller does that gives up
		t.Error(err)
	}
	s.end = func() error { return nil }
	s.destroyLeftovers()
}

func tryOtherOwner(t *testing.T, s *stage) {
	theirs := *s
	theirs.hub, theirs.run = openHub(t, s.rig.Listen), uuid.NewString()
	spec := theirs.spec()
	theirs.crashAs(s.rig.Cloud.Other, 1, spec)
	mine := s.launch(1)
	if left := theirs.leftovers(); len(left) > 0 {
		t.Fatalf("Leftovers has machines of another owner: %+v", left)
	}
	s.destroy(mine)
	if names, _ := theirs.hub.names(); len(names) != 1 {
		t.Errorf("machines of another owner that are left: %q", names)
	}
	s.rig.Cloud.Expire(spec.Run)
	theirs.destroyLeftovers()
	theirs.hub.waitFor(t)
}

// begin begins to launch n machines. done waits for what became of them.
func (s *stage) begin(ctx context.Context, n int) (done func() ([]providers.Machine, error)) {
	var machines []providers.Machine
	var err error
	over := make(chan struct{})
	go func() {
		defer close(over)
		machines, err = s.provider.Launch(ctx, n, s.spec())
	}()
	return func() ([]providers.Machine, error) {
		s.Helper()
		select {
		case <-over:
		case <-time.After(patience):
			s.Fatalf("Launch does not return")
		}
		return machines, err
	}
}

// untilSomethingIsThere waits until something was created.
func (s *stage) untilSomethingIsThere() {
	s.Helper()
	s.until("what was created", func() ([]string, bool, error) {
		left, err := s.rig.Left()
		return left, len(left) > 0, err
	})
}

// destroyLeftovers destroys what Leftovers finds until nothing is left: what a killed controller has asked for may come
// a moment later.
func (s *stage) destroyLeftovers() {
	s.Helper()
	s.until("what is left of a run", func() ([]string, bool, error) {
		if err := s.provider.Destroy(bounded(s.T), s.leftovers()); err != nil {
			return nil, false, err
		}
		left, err := s.rig.Left()
		return left, len(left) == 0, err
	})
}
