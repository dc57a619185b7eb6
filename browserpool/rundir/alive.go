package rundir

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
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
	err = eachRun(base, func(run Live, left *leftover) error {
		_, missing := os.Lstat(run.Path) // it has just begun or ended
		switch {
		case left == nil && missing == nil:
			alive = append(alive, run)
		case left != nil && missing != nil:
			return left.remove()
		case left != nil:
			return left.lock.Release()
		}
		return nil
	})
	return alive, err
}

// Ended lists the runs below base that have ended without taking their things away, which Sweep would clean up.
func Ended(base string) (ended []Live, err error) {
	err = eachRun(base, func(run Live, left *leftover) error {
		if left == nil {
			return nil
		}
		if left.hasFolder() {
			ended = append(ended, run)
		}
		return left.lock.Release()
	})
	return ended, err
}

// eachRun visits the runs below base, with what is left of one that has ended, whose lock visit gives up, and nil of one that
// goes on. It stops at the first error. A folder without a lock is nobody's whom we could ask, and is left alone: the lock
// comes before the folder and goes after it.
func eachRun(base string, visit func(run Live, left *leftover) error) error {
	runs := filepath.Join(base, "runs")
	root, err := os.OpenRoot(runs) // nothing that happens to it afterwards leads out of it
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("look for runs: %w", err)
	}
	defer root.Close()
	folder, err := root.Open(".")
	if err != nil {
		return fmt.Errorf("look for runs: %w", err)
	}
	defer folder.Close()
	entries, err := folder.ReadDir(-1)
	if err != nil {
		return fmt.Errorf("look for runs: %w", err)
	}
	here, shared := thisProcess(), isShared(folder)
	for _, entry := range entries {
		id, isLock := strings.CutSuffix(entry.Name(), lockSuffix)
		if !isLock || !isID(id) {
			continue
		}
		left, err := take(root, id)
		if err == nil && !noted(left.lock).dead(here, shared) {
			left, err = nil, left.lock.Release()
		}
		switch {
		case errors.Is(err, errNoRun):
			continue
		case err == nil || errors.Is(err, filelock.ErrHeld):
			err = visit(Live{ID: id, Path: filepath.Join(runs, id)}, left)
		}
		if err != nil {
			return fmt.Errorf("check run %s: %w", id, err)
		}
	}
	return nil
}

// isID says whether a name is the id of a run.
var isID = regexp.MustCompile("^[0-9a-f]{12}$").MatchString
