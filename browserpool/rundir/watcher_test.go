package rundir

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestWatch: nothing of a run outlives its liveload, whatever ends that, and nobody need start another one. What stands still,
// and so does not notice that its liveload is gone, goes too.
func TestWatch(t *testing.T) {
	base := t.TempDir()
	healthy := startHelper(t, base, busyScript, helperWatched+"=1")
	dead := startHelper(t, base, busyScript, helperWatched+"=1")
	for _, p := range dead.pids[:2] {
		if err := syscall.Kill(p.pid, syscall.SIGSTOP); err != nil {
			t.Fatal(err)
		}
	}
	dead.kill9(t)
	awaitGone(t, dead, filepath.Join(base, "runs", dead.id))
	if len(healthy.alive()) != len(healthy.pids) || !exists(filepath.Join(base, "runs", healthy.id)) {
		t.Error("a run that goes on has lost something")
	}
}

// TestWatcherGoesOnAfterAnError: something that looks like a run but is not this user's makes each Sweep fail.
func TestWatcherGoesOnAfterAnError(t *testing.T) {
	base := t.TempDir()
	foreign := filepath.Join(base, "runs", "000000000001")
	dir, err := Open(base)
	if err := errors.Join(err, os.WriteFile(foreign+lockSuffix, nil, 0o600), os.Symlink(t.TempDir(), foreign)); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error)
	go func() { ended <- watch(dir.Path(), strings.NewReader("")) }()
	dir.die(t)
	if err := <-ended; err != nil || exists(dir.Path()) {
		t.Errorf("watch = %v; the folder is there: %v", err, exists(dir.Path()))
	}
}

// awaitGone waits until no process carries the mark of a helper's run, none is left that it followed, and its folder is gone.
func awaitGone(t *testing.T, h *helper, folder string) {
	t.Helper()
	for ctx := bounded(t); ; {
		all, err := processes()
		if err != nil {
			t.Fatal(err)
		}
		left, _ := choose(all, h.id, os.Getpid(), nil)
		if len(left) == 0 && len(h.alive()) == 0 && !exists(folder) && !exists(folder+lockSuffix) {
			return
		}
		if ctx.Err() != nil {
			t.Fatalf("left: %+v", left)
		}
		time.Sleep(pollEvery)
	}
}

// TestCloseEndsTheWatcher: of a run that ends by itself, no watcher is left.
func TestCloseEndsTheWatcher(t *testing.T) {
	dir, err := Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if err := dir.Watch(); err != nil {
		t.Fatal(err)
	}
	watcher, err := look(dir.watcher.cmd.Process.Pid)
	if err != nil || watcher.group != watcher.pid {
		t.Fatalf("the watcher = %+v, %v, want one in a group of its own", watcher, err)
	}
	if watcher.run != noRun {
		t.Errorf("the watcher carries the mark %q: another one that sweeps its run would stop it in the middle of a sweep", watcher.run)
	}
	if err := dir.Close(bounded(t)); err != nil {
		t.Fatal(err)
	}
	if !watcher.gone() {
		t.Error("the watcher is left")
	}
}

// TestTheWatcherDoesWhatCloseGaveUp: what is left when Close runs out of time goes with this process.
func TestTheWatcherDoesWhatCloseGaveUp(t *testing.T) {
	dir, err := Open(t.TempDir())
	if err := errors.Join(err, dir.Watch()); err != nil {
		t.Fatal(err)
	}
	marked := startMarked(t, dir.Env()...)
	over, cancel := context.WithCancel(t.Context())
	cancel()
	if err := dir.Close(over); !errors.Is(err, context.Canceled) || marked.gone() {
		t.Errorf("Close = %v; the process is gone: %v", err, marked.gone())
	}
	if err := dir.watcher.alive.Close(); err != nil { // as the end of this process does
		t.Fatal(err)
	}
	select {
	case <-dir.watcher.ended:
	case <-bounded(t).Done():
		t.Fatal("the watcher does not end")
	}
	if !marked.gone() || exists(dir.Path()) {
		t.Error("the watcher has left something")
	}
}
