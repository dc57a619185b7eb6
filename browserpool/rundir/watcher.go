package rundir

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"syscall"
	"time"
)

// watchMarker makes this program the watcher of the run that has that folder.
const watchMarker = "LIVELOAD_WATCH"

const (
	// watchLimit is how long a watcher tries to clean up.
	watchLimit = time.Minute
	// watchEvery is how often it looks whether the run is over: of what a process that ends has, the pipe may go before the lock.
	watchEvery = 20 * time.Millisecond
	// watchAgain is how long it waits after a Sweep that failed, be it at another run.
	watchAgain = time.Second
)

// A watcher is a process that outlives this one, whatever ends it, and then does what the next Sweep would.
type watcher struct {
	cmd   *exec.Cmd
	alive *os.File // a pipe's end, whose other one says that we are gone
	ended chan struct{}
}

// Watch starts a process of this program, which calls Begin, that sweeps the run when this process ends without Close. It
// does nothing on systems whose processes Sweep does not see.
func (d *Dir) Watch() error {
	if runtime.GOOS != "linux" {
		return nil
	}
	watched, alive, err := os.Pipe()
	if err != nil {
		return fmt.Errorf("watch the run: %w", err)
	}
	defer watched.Close()
	cmd := exec.Command("/proc/self/exe")
	cmd.Args = []string{os.Args[0], "sweeps-after-run", d.id} // for people who list processes
	// Without the mark of the run: watchers of runs that die together sweep side by side, and must not stop each other.
	cmd.Env = []string{marker + "=" + noRun, watchMarker + "=" + d.path, "GOMAXPROCS=1"}
	cmd.Dir, cmd.Stdin = "/", watched
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true} // no signal to our terminal or group reaches it
	if err := cmd.Start(); err != nil {
		alive.Close()
		return fmt.Errorf("watch the run: %w", err)
	}
	w := &watcher{cmd: cmd, alive: alive, ended: make(chan struct{})}
	go func() {
		defer close(w.ended)
		_ = w.cmd.Wait() // without a watcher, the next start sweeps
		w.alive.Close()
	}()
	d.mu.Lock()
	defer d.mu.Unlock()
	d.watcher = w
	return nil
}

// stop ends the watcher of a run that ends by itself.
func (w *watcher) stop() {
	if w == nil {
		return
	}
	_ = w.cmd.Process.Kill() // it may be gone
	<-w.ended
}

// watch is what the watcher of the run in a folder does: it waits until alive ends, and sweeps as soon as its run is over.
func watch(folder string, alive io.Reader) error {
	if _, err := io.Copy(io.Discard, alive); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), watchLimit)
	defer cancel()
	for {
		_, err := Sweep(ctx, filepath.Dir(filepath.Dir(folder)))
		if _, missing := os.Lstat(folder); missing != nil {
			return nil
		}
		wait := watchEvery
		if err != nil {
			wait = watchAgain
		}
		select {
		case <-ctx.Done():
			return errors.Join(context.Cause(ctx), err)
		case <-time.After(wait):
		}
	}
}
