package rundir

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/liveload/liveload/browserpool/filelock"
)

// A Live is a run that is going on in some process of this machine.
type Live struct {
	ID   string
	Path string // its folder
}

// Alive lists the runs below base whose liveload is alive. It changes nothing: what ended runs have left
// is for Sweep.
func Alive(base string) ([]Live, error) {
	runs := filepath.Join(base, "runs")
	entries, err := os.ReadDir(runs)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("look for runs: %w", err)
	}
	var alive []Live
	for _, entry := range entries { // a run has a folder for as long as it has its lock, but for moments
		run := Live{ID: entry.Name(), Path: filepath.Join(runs, entry.Name())}
		if !entry.IsDir() || strings.HasSuffix(run.ID, lockSuffix) {
			continue
		}
		lock, err := filelock.Try(run.Path + lockSuffix)
		switch {
		case errors.Is(err, filelock.ErrHeld):
			alive = append(alive, run)
		case err != nil:
			return nil, fmt.Errorf("look at run %s: %w", run.ID, err)
		default:
			if err := leave(run.Path, lock); err != nil {
				return nil, fmt.Errorf("look at run %s: %w", run.ID, err)
			}
		}
	}
	return alive, nil
}

// leave releases the lock of an ended run, and removes it when the run has just removed its folder.
func leave(path string, lock *filelock.Lock) error {
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return lock.Remove()
	}
	return lock.Release()
}
