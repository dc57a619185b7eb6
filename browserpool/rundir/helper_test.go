package rundir

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// helperBase makes this test program a liveload that opens a run below that folder, starts what
// helperScript says, and then waits for its end. It has itself watched when helperWatched is set.
const (
	helperBase    = "RUNDIR_TEST_BASE"
	helperScript  = "RUNDIR_TEST_SCRIPT"
	helperWatched = "RUNDIR_TEST_WATCHED"
)

func TestMain(m *testing.M) {
	if err := Begin(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	if base := os.Getenv(helperBase); base != "" {
		if err := beHelper(base, os.Getenv(helperScript)); err != nil {
			fmt.Fprintln(os.Stderr, "helper:", err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

func beHelper(base, script string) error {
	dir, err := Open(base)
	if err != nil {
		return err
	}
	if os.Getenv(helperWatched) != "" {
		if err := dir.Watch(); err != nil {
			return err
		}
	}
	cmd := exec.Command("/bin/sh", "-c", script)
	cmd.Env = append(os.Environ(), dir.Env()...)
	cmd.Env = append(cmd.Env, helperBase+"=", "RUNDIR="+dir.Path())
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	if err := cmd.Start(); err != nil {
		return err
	}
	fmt.Printf("pid %d\nid %s\n", cmd.Process.Pid, dir.ID())
	return cmd.Wait()
}

// A helper is a liveload of its own process.
type helper struct {
	id   string
	pids []process // what its script reported with "pid N"
	cmd  *exec.Cmd
}

// startHelper returns once the script has printed "ready". The script's "pid N" lines name the
// processes that the test follows.
func startHelper(t *testing.T, base, script string, env ...string) *helper {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), helperBase+"="+base, helperScript+"="+script)
	cmd.Env = append(cmd.Env, env...)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	h := &helper{cmd: cmd}
	t.Cleanup(func() { h.clean(t) })
	ready := false
	lines := bufio.NewScanner(out)
	for !(ready && h.id != "") && lines.Scan() {
		word, value, _ := strings.Cut(lines.Text(), " ")
		switch word {
		case "id":
			h.id = value
		case "ready":
			ready = true
		case "pid":
			h.follow(t, value)
		}
	}
	if err := lines.Err(); err != nil || !ready {
		t.Fatalf("the helper did not get ready: %v", err)
	}
	return h
}

func (h *helper) follow(t *testing.T, value string) {
	t.Helper()
	pid, err := strconv.Atoi(value)
	if err != nil {
		t.Fatal(err)
	}
	p, err := look(pid)
	if err != nil {
		t.Fatalf("process %d: %v", pid, err)
	}
	h.pids = append(h.pids, p)
}

// kill9 ends the liveload alone, as an operator or the kernel would.
func (h *helper) kill9(t *testing.T) {
	t.Helper()
	if err := h.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	var exit *exec.ExitError
	if err := h.cmd.Wait(); !errors.As(err, &exit) {
		t.Fatalf("wait for the helper: %v", err)
	}
}

func (h *helper) clean(t *testing.T) {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	if _, err := killRun(ctx, h.id); err != nil {
		t.Errorf("clean up after the test: %v", err)
	}
	h.cmd.Process.Kill()
	h.cmd.Wait()
}

func (h *helper) alive() []process {
	return slices.DeleteFunc(slices.Clone(h.pids), process.gone)
}

// startMarked starts a sleeping process of this one's with an environment of the test's choice.
func startMarked(t *testing.T, env ...string) process {
	t.Helper()
	cmd := exec.Command("/bin/sh", "-c", "echo up; exec sleep 300")
	cmd.Env = append(os.Environ(), env...)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
	})
	if _, err := bufio.NewReader(out).ReadString('\n'); err != nil {
		t.Fatal(err)
	}
	p, err := look(cmd.Process.Pid)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// bounded fails a test that waits forever.
func bounded(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	t.Cleanup(cancel)
	return ctx
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

func leftIn(t *testing.T, base string) []string {
	t.Helper()
	left, err := filepath.Glob(filepath.Join(base, "runs", "*"))
	if err != nil {
		t.Fatal(err)
	}
	return left
}

// die makes a run of this process look as after kill -9: its lock is free, and who is noted in it is gone.
func (d *Dir) die(t *testing.T) {
	t.Helper()
	gone := thisProcess()
	gone.Start--
	if err := errors.Join(gone.note(d.lock), d.lock.Release()); err != nil {
		t.Fatal(err)
	}
}
