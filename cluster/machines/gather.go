package machines

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/liveload/liveload/cluster/phases"
	"github.com/liveload/liveload/cluster/remote"
	"github.com/liveload/liveload/plan"
)

// A lateError says that workers took too long to join.
type lateError struct{ waited time.Duration }

func (e *lateError) Error() string { return fmt.Sprintf("waited %v", e.waited) }

// Gather starts n more machines, none if n is not above 0, and waits until so many nodes in all have joined. A machine whose
// worker does not join is replaced once; after that the error names it.
func (s *Set) Gather(ctx context.Context, n, nodes int) ([]*remote.Node, error) {
	s.Phases.Expect(nodes)
	if n > 0 {
		s.Phases.Await(phases.Launch)
		if _, err := s.Launch(ctx, n); err != nil {
			return nil, err
		}
	}
	s.Phases.Await(phases.Join, s.there()...)
	replaced := map[string]string{} // whose place a machine has taken
	for {
		joined, missing, err := s.await(ctx, nodes)
		if err == nil {
			return joined, nil
		}
		_, late := errors.AsType[*lateError](err)
		if ctx.Err() != nil || len(missing) == 0 || !late && !s.Replace {
			return nil, err
		}
		for _, name := range missing {
			if before := replaced[name]; before != "" {
				return nil, fmt.Errorf("%s has replaced %s, which did not join either: %w", name, before, err)
			}
		}
		if err := s.replace(ctx, missing, replaced, err); err != nil {
			return nil, err
		}
	}
}

// await waits for nodes, or until one machine ends. The error names the machines that have ended, or all that are missing when it
// took too long.
func (s *Set) await(ctx context.Context, nodes int) (joined []*remote.Node, missing []string, err error) {
	ctx, cancel := context.WithTimeoutCause(ctx, s.Patience, &lateError{s.Patience})
	defer cancel()
	waiting, lost := context.WithCancelCause(ctx)
	defer lost(nil)
	s.mu.Lock()
	s.lost = lost
	s.mu.Unlock()
	var here []string
	joined, err = s.Hub.Gather(waiting, nodes, func(names []string) {
		here = names
		for _, name := range names {
			s.Phases.Done(phases.Join, name)
		}
		if why := s.hasEnded(names); why != nil { // before anybody waited for it
			lost(why)
		}
	})
	if err == nil {
		return joined, nil, nil
	}
	_, late := errors.AsType[*lateError](err)
	missing = slices.DeleteFunc(s.there(), func(name string) bool { return slices.Contains(here, name) || !late && !s.isDead(name) })
	if len(missing) > 0 {
		err = fmt.Errorf("%s did not join: %w", strings.Join(missing, ", "), err)
	}
	return nil, missing, err
}

// hasEnded returns why a machine has ended whose worker is not among those that have joined; nil when none has.
func (s *Set) hasEnded(joined []string) error {
	for _, name := range s.there() {
		s.mu.Lock()
		why := s.dead[name]
		s.mu.Unlock()
		if why != nil && !slices.Contains(joined, name) {
			return why
		}
	}
	return nil
}

// there are the names of the machines that should join or have joined.
func (s *Set) there() (all []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, use := range s.uses {
		if !s.given[use.Name] {
			all = append(all, use.Name)
		}
	}
	return all
}

func (s *Set) isDead(name string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.dead[name] != nil
}

// replace ends machines and starts as many others, but for those whose workers have joined meanwhile.
func (s *Set) replace(ctx context.Context, missing []string, replaced map[string]string, why error) error {
	missing = s.Hub.Exclude(missing)
	if len(missing) == 0 {
		return nil
	}
	s.Log.Warn(fmt.Sprintf("%s did not join, and %s replaced", strings.Join(missing, ", "), isAre(len(missing))), "reason", why)
	s.Phases.Forget(missing...)
	if err := s.Destroy(ctx, missing...); err != nil {
		s.Log.Warn("could not end what was replaced", "error", err) // it is tried again at the end
	}
	launched, err := s.Launch(ctx, len(missing))
	if err != nil {
		return errors.Join(why, fmt.Errorf("replace %s: %w", plan.Plural(len(missing), "machine"), err))
	}
	for i, m := range launched {
		replaced[m.Name] = missing[i%len(missing)]
	}
	s.Phases.Await(phases.Join, names(launched)...)
	return nil
}

func isAre(n int) string {
	if n == 1 {
		return "is"
	}
	return "are"
}
