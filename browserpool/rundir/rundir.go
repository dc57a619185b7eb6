// Package rundir owns what a run leaves on a machine: its folder of temporary files, profiles and
// logs, and the processes that were started for it. Close takes both away at the end of a run; Sweep
// does it for runs that ended without Close, by kill -9 or a power cut: the process that Watch has started calls it at
// once, and the next start does for what that could not. Others start processes, with Env in their environment, by which
// the package recognises them.
package rundir

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"

	"github.com/liveload/liveload/filelock"
)

// marker is the environment variable that names the run to which a process belongs. Processes hand
// it to their children, so that nothing started for a run can hide by leaving its process group.
const marker = "LIVELOAD_RUN"

const lockSuffix = ".lock"

// A Dir is the folder of one run that is going on. It belongs to this process alone: other liveloads
// see from its lock that this one is alive. Methods may be called concurrently.
type Dir struct {
	id   string
	path string
	lock *filelock.Lock

	mu      sync.Mutex
	watcher *watcher // nil until Watch
}

// Open creates the folder of a new run below base/runs. The caller closes it.
func Open(base string) (*Dir, error) {
	runs := filepath.Join(base, "runs")
	if err := os.MkdirAll(runs, 0o700); err != nil {
		return nil, fmt.Errorf("open run folder: %w", err)
	}
	for {
		// Browsers put Unix sockets below the folder, whose paths are limited to some hundred bytes: the id is short.
		id := fmt.Sprintf("%012x", rand.Uint64N(1<<48))
		// The lock comes before the folder: from the first moment, Sweep knows whose the folder is.
		lock, err := filelock.Try(filepath.Join(runs, id+lockSuffix))
		if errors.Is(err, filelock.ErrHeld) {
			continue // a Sweep just looked at the file that we had created and not yet locked
		}
		if err != nil {
			return nil, fmt.Errorf("open run folder: %w", err)
		}
		dir := &Dir{id: id, path: filepath.Join(runs, id), lock: lock}
		_ = thisProcess().note(lock) // on a full disk, the lock alone says that the run goes on
		if err := dir.create(); err != nil {
			return nil, errors.Join(err, os.RemoveAll(dir.path), lock.Remove())
		}
		return dir, nil
	}
}

func (d *Dir) create() error {
	if err := os.MkdirAll(d.Tmp(), 0o700); err != nil {
		return fmt.Errorf("create run folder: %w", err)
	}
	return nil
}

// ID identifies the run on this machine.
func (d *Dir) ID() string { return d.id }

// Path is the run's folder.
func (d *Dir) Path() string { return d.path }

// Tmp is the folder for temporary files of the run's processes.
func (d *Dir) Tmp() string { return filepath.Join(d.path, "tmp") }

// Env is what every process of the run needs in its environment, as "NAME=value". Append it to
// os.Environ: the last value of a name counts.
func (d *Dir) Env() []string {
	return []string{marker + "=" + d.id, "TMPDIR=" + d.Tmp()}
}

// Close kills every process of the run that is still there, waits until they are gone, and removes
// the folder. After ctx is over it gives up waiting and leaves the rest to the next Sweep: that of the watcher, once this process
// has ended.
func (d *Dir) Close(ctx context.Context) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if _, err := killRun(ctx, d.id); err != nil {
		// This process lives on for a moment, but the run is over: the lock alone says so to the next Sweep.
		return errors.Join(fmt.Errorf("close run folder %s: %w", d.path, err), d.lock.Note(nil), d.lock.Release())
	}
	if err := os.RemoveAll(d.path); err != nil {
		return errors.Join(fmt.Errorf("remove run folder: %w", err), d.lock.Note(nil), d.lock.Release())
	}
	err := d.lock.Remove()
	d.watcher.stop() // last: until here, kill -9 of this process leaves something to sweep
	d.watcher = nil
	if err != nil {
		return fmt.Errorf("remove lock of run folder: %w", err)
	}
	return nil
}
