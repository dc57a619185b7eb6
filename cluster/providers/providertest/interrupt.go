package providertest

import (
	"context"
	"errors"
	"testing"
)

// errInterrupted is why a controller of tryInterrupted ends.
var errInterrupted = errors.New("somebody pressed Ctrl-C")

// phases are those in which the controller of a run can be interrupted.
var phases = []string{"launch", "join", "prepare", "run", "drain", "destroy"}

// tryInterrupted interrupts a controller at each phase, which then ends as a real one does.
func tryInterrupted(t *testing.T, s *stage) {
	for _, phase := range phases {
		ctx, interrupt := context.WithCancelCause(bounded(t))
		err := s.control(ctx, func(reached string) {
			if reached == phase {
				interrupt(errInterrupted)
			}
		})
		if err != nil && !errors.Is(err, errInterrupted) {
			t.Errorf("interrupted at %s, the controller ended with %v", phase, err)
		}
		interrupt(nil)
		s.hub.waitFor(t)
	}
	s.checkNobodyEnded()
}

// control does to machines what the controller of a run does. Its users are left out: a provider does not see them.
func (s *stage) control(ctx context.Context, reached func(phase string)) error {
	launching, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	_, joins := s.hub.names()
	go func() { // a launch is interrupted in its midst
		select {
		case <-joins:
		case <-launching.Done():
		}
		reached("launch")
	}()
	machines, err := s.provider.Launch(launching, 1, s.spec())
	for _, phase := range phases[1:5] {
		if err = errors.Join(err, context.Cause(ctx)); err != nil {
			break
		}
		reached(phase)
		if phase == "join" && ctx.Err() == nil {
			s.hub.waitFor(s.T, names(machines)...)
		}
	}
	reached("destroy")
	return errors.Join(err, s.provider.Destroy(bounded(s.T), machines)) // which an interrupt does not keep from its work
}
