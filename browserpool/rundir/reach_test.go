package rundir

import (
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
)

// TestSweepSparesARunInsideOfADeadOne: a liveload that was started by a process of another run, and so inherits its mark and is
// below it, goes on with all that it has started when that one is swept.
func TestSweepSparesARunInsideOfADeadOne(t *testing.T) {
	base := t.TempDir()
	outer, err := Open(base)
	if err != nil {
		t.Fatal(err)
	}
	shell := startMarked(t, outer.Env()...)
	inner := startHelper(t, base, busyScript, outer.Env()...)
	if p, err := look(inner.cmd.Process.Pid); err != nil || p.run != noRun {
		t.Fatalf("the inner liveload carries %q, %v", p.run, err)
	}
	outer.die(t)
	swept, err := Sweep(bounded(t), base)
	if err != nil || len(swept.Runs) != 1 || swept.Runs[0].Processes != 1 {
		t.Errorf("Sweep = %+v, %v", swept, err)
	}
	if !shell.gone() || exists(outer.Path()) {
		t.Error("the outer run was not swept")
	}
	if _, err := look(inner.cmd.Process.Pid); err != nil || len(inner.alive()) != len(inner.pids) {
		t.Errorf("the inner run lost processes: %v, alive %v", err, inner.alive())
	}
	if !exists(filepath.Join(base, "runs", inner.id, "tmp")) {
		t.Error("the inner run lost its folder")
	}
}

// TestSweepBelievesNoLostLock: locks on network disks get lost when the network is cut. Whose process is alive has a run.
func TestSweepBelievesNoLostLock(t *testing.T) {
	base := t.TempDir()
	dir, err := Open(base)
	if err != nil {
		t.Fatal(err)
	}
	marked := startMarked(t, dir.Env()...)
	if err := dir.lock.Release(); err != nil {
		t.Fatal(err)
	}
	if swept, err := Sweep(bounded(t), base); err != nil || len(swept.Runs) > 0 || marked.gone() || !exists(dir.Tmp()) {
		t.Errorf("Sweep = %+v, %v, and the run has lost something", swept, err)
	}
	if alive, err := Alive(base); err != nil || len(alive) != 1 {
		t.Errorf("Alive = %v, %v", alive, err)
	}
}

// TestSweepLeavesAFolderWithoutLock: when something removes the file of a lock, as cleaners of old files do, nobody can say
// any more that the run is dead.
func TestSweepLeavesAFolderWithoutLock(t *testing.T) {
	base := t.TempDir()
	dir, err := Open(base)
	if err != nil {
		t.Fatal(err)
	}
	marked := startMarked(t, dir.Env()...)
	if err := os.Remove(dir.Path() + lockSuffix); err != nil {
		t.Fatal(err)
	}
	if swept, err := Sweep(bounded(t), base); err != nil || len(swept.Runs) > 0 || marked.gone() || !exists(dir.Tmp()) {
		t.Errorf("Sweep = %+v, %v, and the run has lost something", swept, err)
	}
	if exists(dir.Path() + lockSuffix) {
		t.Error("Sweep made a lock")
	}
}

func TestDead(t *testing.T) {
	here := thisProcess()
	gone := here
	gone.Start--
	change := func(o owner, change func(*owner)) owner { change(&o); return o }
	elsewhere := change(here, func(o *owner) { o.Machine, o.Boot = "another", "another" })
	for _, test := range []struct {
		name   string
		owner  owner
		shared bool
		want   bool
	}{
		{"this process", here, false, false},
		{"another that had its pid", gone, false, true},
		{"before this machine was started", change(here, func(o *owner) { o.Boot = "before" }), true, true},
		{"in another container, whose pids we do not see: the lock says so", change(here, func(o *owner) { o.PIDs, o.Machine = "pid:[1]", "c" }), true, true},
		{"another machine, on a disk of this one", elsewhere, false, true},
		{"another machine, on a disk of both", elsewhere, true, false},
		{"nothing noted, on a disk of this machine", owner{}, false, true},
		{"nothing noted, on a disk of several", owner{}, true, false},
	} {
		if got := test.owner.dead(here, test.shared); got != test.want {
			t.Errorf("%s: dead = %v", test.name, got)
		}
	}
	if text, err := json.Marshal(here); err != nil || here.Machine == " " || here.Boot == "" || here.PIDs == "" || here.Start == 0 {
		t.Errorf("this process says %s of itself, %v", text, err)
	}
}

// TestSweepFollowsNoLinks: another user who can write to the folder of runs, as when root runs with that user's cache, makes
// links, pipes and folders that look like dead runs.
func TestSweepFollowsNoLinks(t *testing.T) {
	base, outside := t.TempDir(), t.TempDir()
	runs := filepath.Join(base, "runs")
	precious := filepath.Join(outside, "precious")
	lock := func(id string) string { return filepath.Join(runs, id+lockSuffix) }
	must := func(errs ...error) {
		t.Helper()
		if err := errors.Join(errs...); err != nil {
			t.Fatal(err)
		}
	}
	must(os.MkdirAll(precious, 0o755), os.Mkdir(runs, 0o755), os.WriteFile(filepath.Join(precious, "file"), nil, 0o600))
	must(os.WriteFile(lock("000000000001"), nil, 0o644), os.Symlink(precious, filepath.Join(runs, "000000000001")))              // a link for a folder
	must(os.Mkdir(filepath.Join(runs, "000000000002"), 0o755), os.Symlink(filepath.Join(outside, "made"), lock("000000000002"))) // a lock that is made elsewhere
	must(os.Mkdir(filepath.Join(runs, "000000000003"), 0o755), os.Symlink(filepath.Join(precious, "file"), lock("000000000003")))
	must(syscall.Mkfifo(lock("000000000004"), 0o644))
	must(os.WriteFile(lock("000000000005"), nil, 0o644), os.Link(lock("000000000005"), filepath.Join(outside, "second-name")))
	must(os.Mkdir(filepath.Join(runs, "000000000006"), 0o755), os.WriteFile(lock("000000000006"), nil, 0o644)) // a dead run with a link in it
	must(os.Symlink(precious, filepath.Join(runs, "000000000006", "link")))
	must(os.Mkdir(filepath.Join(runs, "passwd"), 0o755), os.WriteFile(lock("passwd"), nil, 0o644)) // no name of a run
	want := 1
	if os.Geteuid() == 0 {
		must(os.Mkdir(filepath.Join(runs, "000000000007"), 0o755), os.WriteFile(lock("000000000007"), nil, 0o644), os.Chown(lock("000000000007"), 1234, 1234))
	}
	swept, err := Sweep(bounded(t), base)
	if err == nil || !strings.Contains(err.Error(), "000000000001 is not a folder of this user") || len(swept.Runs) != want || swept.Runs[0].ID != "000000000006" {
		t.Errorf("Sweep = %+v, %v", swept, err)
	}
	for _, path := range []string{filepath.Join(precious, "file"), filepath.Join(runs, "000000000003"), lock("000000000004"), lock("000000000005"), filepath.Join(runs, "passwd")} {
		if _, err := os.Lstat(path); err != nil {
			t.Errorf("Sweep removed what is not a run: %v", err)
		}
	}
	if os.Geteuid() == 0 && !exists(filepath.Join(runs, "000000000007")) {
		t.Error("Sweep removed what is another user's")
	}
	if exists(filepath.Join(outside, "made")) {
		t.Error("Sweep made a file through a link")
	}
	if exists(filepath.Join(runs, "000000000006")) {
		t.Error("the dead run was left")
	}
}

// TestForeignPids: where /proc shows another namespace of pids, the same numbers are other processes.
func TestForeignPids(t *testing.T) {
	base := t.TempDir()
	h := startHelper(t, base, "echo pid $$; echo ready; exec sleep 300")
	h.kill9(t)
	cmd := exec.Command("unshare", "--pid", "--fork", "--user", "--map-root-user", os.Args[0], "-test.run=^TestNoProcessIsSeen$")
	cmd.Env = append(os.Environ(), foreignBase+"="+base)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if len(h.alive()) != len(h.pids) {
		t.Error("a Sweep that sees other pids than it has killed one")
	}
}

// foreignBase is the folder that TestNoProcessIsSeen sweeps.
const foreignBase = "RUNDIR_TEST_FOREIGN"

// TestNoProcessIsSeen is a part of TestForeignPids, which runs it in a namespace of pids of its own.
func TestNoProcessIsSeen(t *testing.T) {
	base := os.Getenv(foreignBase)
	if base == "" {
		return
	}
	if all, err := processes(); err != nil || len(all) > 0 {
		t.Errorf("processes = %v, %v", all, err)
	}
	if _, err := Sweep(bounded(t), base); err != nil {
		t.Error(err)
	}
}

// TestLocksOutliveCollections: the garbage collector gives up no lock, also when nobody refers to its run.
func TestLocksOutliveCollections(t *testing.T) {
	base := t.TempDir()
	func() {
		if _, err := Open(base); err != nil {
			t.Fatal(err)
		}
	}()
	for range 3 {
		runtime.GC()
	}
	if alive, err := Alive(base); err != nil || len(alive) != 1 {
		t.Errorf("Alive = %v, %v", alive, err)
	}
	left, err := filepath.Glob(filepath.Join(base, "runs", "*"+lockSuffix))
	if err != nil || len(left) != 1 {
		t.Fatal(left, err)
	}
	root, err := os.OpenRoot(filepath.Join(base, "runs"))
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	if _, err := take(root, strings.TrimSuffix(filepath.Base(left[0]), lockSuffix)); err == nil {
		t.Error("the lock is free")
	}
}

// TestSweepsBesideAHealthyRun has many runs die and be swept, by several at once, beside one that goes on.
func TestSweepsBesideAHealthyRun(t *testing.T) {
	base := t.TempDir()
	healthy := startHelper(t, base, busyScript)
	inside := startHelper(t, base, busyScript, "LIVELOAD_RUN="+healthy.id)
	for range 3 {
		var wg sync.WaitGroup
		for range 3 {
			dead := startHelper(t, base, busyScript)
			dead.kill9(t)
			wg.Go(func() {
				if _, err := Sweep(bounded(t), base); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
	}
	if len(healthy.alive()) != len(healthy.pids) || len(inside.alive()) != len(inside.pids) {
		t.Error("a healthy run lost processes")
	}
	if swept, err := Sweep(bounded(t), base); err != nil {
		t.Errorf("Sweep = %+v, %v", swept, err)
	}
	if left := leftIn(t, base); len(left) != 4 {
		t.Errorf("left %v, want folders and locks of the two runs that go on", left)
	}
}
