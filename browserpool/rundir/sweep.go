package rundir

import (
	"context"
	"errors"
	"fmt"
)

// Swept is what Sweep cleaned up; empty on most days.
type Swept struct {
	Runs []SweptRun
}

// A SweptRun is a run that had ended without taking its things away.
type SweptRun struct {
	ID        string
	Processes int // processes that were still there and were killed
}

// String says what was done in one sentence; "" when there was nothing to do.
func (s Swept) String() string {
	if len(s.Runs) == 0 {
		return ""
	}
	processes := 0
	for _, run := range s.Runs {
		processes += run.Processes
	}
	return fmt.Sprintf("cleaned up after %s cut short: killed %s, removed %s",
		count(len(s.Runs), "run", "runs"), count(processes, "process", "processes"), count(len(s.Runs), "folder", "folders"))
}

func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// Sweep kills the processes and removes the folder of every run below base whose liveload is gone.
// Runs that are going on are left alone, as are processes that belong to none of the ended runs. It
// may run in several processes at once. What was cleaned up is valid along with an error.
func Sweep(ctx context.Context, base string) (swept Swept, err error) {
	seen := map[string]bool{} // ended runs that were dealt with, whether that worked or not
	var errs []error
	// What a dead run left may be a liveload itself (a worker), whose own run is dead once that is
	// killed: go on until nothing new turns up.
	for found := true; found; {
		found = false
		err := eachRun(base, func(run Live, left *leftover) error {
			switch {
			case left == nil:
				return nil
			case seen[run.ID]:
				return left.lock.Release()
			}
			seen[run.ID], found = true, true
			if err := swept.clean(ctx, left); err != nil {
				errs = append(errs, fmt.Errorf("clean up after run %s: %w", run.ID, err))
			}
			return nil
		})
		if err != nil {
			return swept, errors.Join(append(errs, err)...)
		}
	}
	return swept, errors.Join(errs...)
}

func (s *Swept) clean(ctx context.Context, left *leftover) error {
	hadFolder := left.hasFolder()
	killed, err := killRun(ctx, left.id)
	if err != nil {
		return errors.Join(err, left.lock.Release())
	}
	// A lock without a folder is a run that is just beginning or ending: nothing to speak of.
	if hadFolder || killed > 0 {
		s.Runs = append(s.Runs, SweptRun{ID: left.id, Processes: killed})
	}
	return left.remove()
}
