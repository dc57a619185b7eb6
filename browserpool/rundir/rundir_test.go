package rundir

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

// busyScript starts what a driver and its browsers look like: a group with children, one of which
// left the group, one which lost its environment, and one which did both.
const busyScript = `
sleep 300 & echo pid $!
setsid sleep 300 & echo pid $!
env -i sleep 300 & echo pid $!
setsid sh -c 'echo pid $$; env -i sleep 300 & echo pid $!; echo ready; wait' &
wait`

func TestOpenAndClose(t *testing.T) {
	base := t.TempDir()
	dir, err := Open(base)
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{dir.Path(), dir.Tmp()} {
		if !exists(path) {
			t.Errorf("%s is not there", path)
		}
	}
	if want := []string{"LIVELOAD_RUN=" + dir.ID(), "TMPDIR=" + dir.Tmp()}; !slices.Equal(dir.Env(), want) {
		t.Errorf("Env = %q, want %q", dir.Env(), want)
	}
	leftover := startMarked(t, dir.Env()...)
	other := startMarked(t)
	if err := dir.Close(bounded(t)); err != nil {
		t.Fatal(err)
	}
	if !leftover.gone() {
		t.Error("Close left a process of the run")
	}
	if other.gone() {
		t.Error("Close killed a process that is not the run's")
	}
	if left := leftIn(t, base); len(left) > 0 {
		t.Errorf("Close left %v", left)
	}
}

func TestSweepCleansUpAfterKill9(t *testing.T) {
	base := t.TempDir()
	h := startHelper(t, base, busyScript)
	if len(h.pids) != 6 {
		t.Fatalf("the helper reported %d processes", len(h.pids))
	}

	swept, err := Sweep(bounded(t), base)
	if err != nil || len(swept.Runs) > 0 || len(h.alive()) != 6 {
		t.Fatalf("Sweep disturbed a run that goes on: %v, %v, alive %v", swept, err, h.alive())
	}

	h.kill9(t)
	swept, err = Sweep(bounded(t), base)
	if err != nil {
		t.Fatal(err)
	}
	if alive := h.alive(); len(alive) > 0 {
		t.Errorf("still alive: %+v", alive)
	}
	if left := leftIn(t, base); len(left) > 0 {
		t.Errorf("left %v", left)
	}
	if len(swept.Runs) != 1 || swept.Runs[0].ID != h.id || swept.Runs[0].Processes < 6 {
		t.Errorf("Sweep = %+v", swept)
	}
	if says := swept.String(); !strings.HasPrefix(says, "cleaned up after 1 run cut short: killed ") {
		t.Errorf("Sweep says %q", says)
	}

	swept, err = Sweep(bounded(t), base)
	if err != nil || swept.String() != "" {
		t.Errorf("second Sweep = %v, %v", swept, err)
	}
}

func TestSweepSparesRunsThatGoOn(t *testing.T) {
	base := t.TempDir()
	mine, err := Open(base)
	if err != nil {
		t.Fatal(err)
	}
	marked := startMarked(t, mine.Env()...)
	stranger := startMarked(t, "LIVELOAD_RUN=ffffffffffff") // of another cache folder
	living := startHelper(t, base, busyScript)
	dead := startHelper(t, base, busyScript)
	dead.kill9(t)

	// Several liveloads start at once.
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() {
			if _, err := Sweep(bounded(t), base); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()

	if alive := dead.alive(); len(alive) > 0 {
		t.Errorf("of the dead run: %+v", alive)
	}
	if len(living.alive()) != len(living.pids) || marked.gone() || stranger.gone() {
		t.Error("Sweep killed a process of a run that goes on")
	}
	if !exists(mine.Path()) || !exists(filepath.Join(base, "runs", living.id, "tmp")) {
		t.Error("Sweep removed the folder of a run that goes on")
	}
	if err := mine.Close(bounded(t)); err != nil {
		t.Fatal(err)
	}
	if len(living.alive()) != len(living.pids) {
		t.Error("Close killed processes of another run")
	}
}

// A worker is a liveload that another one started: it carries that one's marker, and its own
// processes carry the worker's.
func TestSweepFollowsWorkers(t *testing.T) {
	base := t.TempDir()
	controller, err := Open(base)
	if err != nil {
		t.Fatal(err)
	}
	worker := startHelper(t, base, busyScript, controller.WorkerEnv()...)
	controller.die(t)
	// The worker is this test's child: it is gone for good only once it was waited for.
	waited := make(chan error, 1)
	go func() { waited <- worker.cmd.Wait() }()
	swept, err := Sweep(bounded(t), base)
	if err != nil {
		t.Fatal(err)
	}
	if <-waited == nil {
		t.Error("the worker ended by itself")
	}
	if len(swept.Runs) != 2 || len(worker.alive()) > 0 {
		t.Errorf("Sweep = %+v, alive: %+v", swept, worker.alive())
	}
}

func TestSweepToleratesHalfMadeRuns(t *testing.T) {
	base := t.TempDir()
	if swept, err := Sweep(t.Context(), base); err != nil || len(swept.Runs) > 0 {
		t.Errorf("Sweep of nothing = %+v, %v", swept, err)
	}
	runs := filepath.Join(base, "runs")
	if err := os.MkdirAll(filepath.Join(runs, "00000000000f", "tmp"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(runs, "00000000000f.lock"), nil, 0o644); err != nil { // killed before it was noted whose it is
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(runs, "00000000000e.lock"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	swept, err := Sweep(t.Context(), base)
	if err != nil || len(swept.Runs) != 1 || swept.Runs[0].ID != "00000000000f" {
		t.Errorf("Sweep = %+v, %v", swept, err)
	}
	if left := leftIn(t, base); len(left) > 0 {
		t.Errorf("Sweep left %v", left)
	}
}

func TestSweepKeepsTheFolderWhenItRunsOutOfTime(t *testing.T) {
	base := t.TempDir()
	h := startHelper(t, base, "echo pid $$; echo ready; exec sleep 300")
	h.kill9(t)
	late := errors.New("too late")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(late)
	if _, err := Sweep(ctx, base); !errors.Is(err, late) {
		t.Errorf("Sweep = %v, want the context's cause", err)
	}
	if !exists(filepath.Join(base, "runs", h.id)) {
		t.Error("the folder is gone although processes are left")
	}
	if swept, err := Sweep(bounded(t), base); err != nil || len(swept.Runs) != 1 {
		t.Errorf("the next Sweep = %+v, %v", swept, err)
	}
}

func TestConcurrentOpenAndSweep(t *testing.T) {
	base := t.TempDir()
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 10 {
				dir, err := Open(base)
				if err != nil {
					t.Error(err)
					return
				}
				if _, err := Sweep(bounded(t), base); err != nil {
					t.Error(err)
				}
				if !exists(dir.Tmp()) {
					t.Error("a Sweep took the folder of a living run")
				}
				if err := dir.Close(bounded(t)); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	if left := leftIn(t, base); len(left) > 0 {
		t.Errorf("left %v", left)
	}
}
