package rundir

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/liveload/liveload/filelock"
)

// A Live is a run that is going on in some process of this machine.
type Live struct {
	ID   string
	Path string // its folder
}

// Alive lists the runs below base whose liveload is alive. What ended runs have left is for Sweep.
func Alive(base string) (alive []Live, err error) {
	err = eachRun(base, func(run Live, lock *filelock.Lock) error {
		_, missing := os.Stat(run.Path) // it has just begun or ended
		switch {
		case lock == nil && missing == nil:
			alive = append(alive, run)
		case lock != nil && missing != nil:
			return lock.Remove()
		case lock != nil:
			return lock.Release()
		}
		return nil
	})
	return alive, err
}

// Ended lists the runs below base that have ended without taking their things away, which Sweep would clean up.
func Ended(base string) (ended []Live, err error) {
	err = eachRun(base, func(run Live, lock *filelock.Lock) error {
		if lock == nil {
			return nil
		}
		if _, err := os.Stat(run.Path); err == nil {
			ended = append(ended, run)
		}
		return lock.Release()
	})
	return ended, err
}

// eachRun visits the runs below base, with the lock of one that has ended, which visit gives up, and nil of one that goes
// on. It stops at the first error.
func eachRun(base string, visit func(run Live, lock *filelock.Lock) error) error {
	runs := filepath.Join(base, "runs")
	entries, err := os.ReadDir(runs)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("look for runs: %w", err)
	}
	visited := map[string]bool{} // a run has a folder and the file of its lock
	for _, entry := range entries {
		id := strings.TrimSuffix(entry.Name(), lockSuffix)
		if visited[id] {
			continue
		}
		visited[id] = true
		run := Live{ID: id, Path: filepath.Join(runs, id)}
		lock, err := filelock.Try(run.Path + lockSuffix)
		if err == nil || errors.Is(err, filelock.ErrHeld) {
			err = visit(run, lock)
		}
		if err != nil {
			return fmt.Errorf("check run %s: %w", id, err)
		}
	}
	return nil
}
