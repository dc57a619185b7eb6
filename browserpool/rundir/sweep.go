package rundir

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/liveload/liveload/browserpool/filelock"
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
// may run in several processes at once. What was cleaned up is valid beside an error.
func Sweep(ctx context.Context, base string) (Swept, error) {
	s := sweeper{runs: filepath.Join(base, "runs"), seen: map[string]bool{}}
	// What a dead run left may be a liveload itself (a worker), whose own run is dead once that is
	// killed: go on until nothing new turns up.
	for {
		found, err := s.pass(ctx)
		if err != nil {
			s.errs = append(s.errs, err)
		}
		if !found || err != nil {
			return s.swept, errors.Join(s.errs...)
		}
	}
}

type sweeper struct {
	runs  string
	seen  map[string]bool // ended runs that were dealt with, whether that worked or not
	swept Swept
	errs  []error
}

// pass deals with every ended run that is there now and says whether there was a new one.
func (s *sweeper) pass(ctx context.Context) (bool, error) {
	entries, err := os.ReadDir(s.runs)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("look for ended runs: %w", err)
	}
	found := false
	for _, entry := range entries {
		id := strings.TrimSuffix(entry.Name(), lockSuffix)
		if s.seen[id] {
			continue
		}
		lock, err := filelock.Try(filepath.Join(s.runs, id+lockSuffix))
		if errors.Is(err, filelock.ErrHeld) {
			continue
		}
		if err != nil {
			return found, fmt.Errorf("look at run %s: %w", id, err)
		}
		s.seen[id], found = true, true
		if err := s.clean(ctx, id, lock); err != nil {
			s.errs = append(s.errs, fmt.Errorf("clean up after run %s: %w", id, err))
		}
	}
	return found, nil
}

func (s *sweeper) clean(ctx context.Context, id string, lock *filelock.Lock) error {
	path := filepath.Join(s.runs, id)
	_, statErr := os.Stat(path)
	killed, err := killRun(ctx, id, path)
	if err != nil {
		return errors.Join(err, lock.Release())
	}
	// A lock without a folder is a run that is just beginning or ending: nothing to speak of.
	if statErr == nil || killed > 0 {
		s.swept.Runs = append(s.swept.Runs, SweptRun{ID: id, Processes: killed})
	}
	return remove(path, lock)
}
