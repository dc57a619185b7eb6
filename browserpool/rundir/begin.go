package rundir

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"syscall"
)

const (
	// workerMarker names the run to which a liveload belongs as a worker, besides the marker.
	workerMarker = "LIVELOAD_WORKER_OF"
	// noRun is the marker of a liveload that belongs to no run, although it was started by a process of one.
	noRun = "none"
)

// WorkerEnv is Env for liveloads that are workers of this run: whoever ends it ends them.
func (d *Dir) WorkerEnv() []string { return append(d.Env(), workerMarker+"="+d.id) }

// Begin is what the program does first. A liveload that was started inside of another run, as from a shell of a process of
// that run, is a run of its own: it begins anew without the other one's mark, which is visible to others for as long as it
// lives, and without its folder for temporary files. A process that Watch has started does its work and does not return.
func Begin() error {
	if folder := os.Getenv(watchMarker); folder != "" {
		if watch(folder, os.Stdin) != nil {
			os.Exit(1)
		}
		os.Exit(0)
	}
	id := os.Getenv(marker)
	if runtime.GOOS != "linux" || !isID(id) || os.Getenv(workerMarker) == id {
		return nil
	}
	if filepath.Base(filepath.Dir(os.Getenv("TMPDIR"))) == id {
		os.Unsetenv("TMPDIR")
	}
	os.Setenv(marker, noRun)
	if err := syscall.Exec("/proc/self/exe", os.Args, os.Environ()); err != nil {
		return fmt.Errorf("leave run %s, inside of which this one was started: %w", id, err)
	}
	return nil
}
