package main

import (
	"bytes"
	"errors"
	"fmt"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/liveload/liveload/e2e/rig"
	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/metrics/journal"
)

const (
	hungryCommand = "liveload-hungry"
	// appetite names the file that has this process take all memory once it is there. Its content says which cgroup that is of; "" is a
	// limit of the process.
	appetite = "LIVELOAD_TEST_APPETITE"
	// room is what such a process may still take, in bytes.
	room = 256 << 20
)

// hungry is liveload with fake browsers, which takes all memory when it is told to.
func hungry() int {
	go func() {
		for {
			if group, err := os.ReadFile(os.Getenv(appetite)); err == nil {
				if err := eat(string(group)); err != nil {
					panic(err)
				}
			}
			time.Sleep(5 * time.Millisecond)
		}
	}()
	return fake().main()
}

// eat takes all memory of a cgroup, or of this process. It returns only with an error.
func eat(group string) error {
	if group != "" {
		if err := os.WriteFile(filepath.Join(group, "cgroup.procs"), []byte(strconv.Itoa(os.Getpid())), 0); err != nil {
			return err
		}
	} else {
		pages, err := os.ReadFile("/proc/self/statm")
		if err != nil {
			return err
		}
		size, err := strconv.ParseUint(strings.Fields(string(pages))[0], 10, 64)
		if err != nil {
			return err
		}
		limit := size*uint64(os.Getpagesize()) + room
		if err := syscall.Setrlimit(syscall.RLIMIT_AS, &syscall.Rlimit{Cur: limit, Max: limit}); err != nil {
			return err
		}
	}
	var all [][]byte
	for range 16 * room >> 20 {
		all = append(all, bytes.Repeat([]byte{1}, 1<<20))
	}
	return fmt.Errorf("%d MB were given", len(all))
}

// TestOutOfMemory: a run that dies of a lack of memory, by Go's fatal error or by the kernel, has all that it measured in its journal.
func TestOutOfMemory(t *testing.T) {
	t.Parallel()
	t.Run("a limit of the process", func(t *testing.T) {
		t.Parallel()
		dies(t, "", "memory", "failed to allocate") // by the race detector
	})
	t.Run("the kernel", func(t *testing.T) {
		t.Parallel()
		group, ok := rig.MemoryGroup(t, room)
		if !ok {
			t.Log("no control group can be made here, so that this is not tried")
			return
		}
		dies(t, group, "signal: killed")
	})
}

// dies has a run die between two iterations of its users, and compares what recover makes of it with what the server has seen.
func dies(t *testing.T, group string, says ...string) {
	t.Helper()
	folder := t.TempDir()
	cache, script, food := filepath.Join(folder, "cache"), filepath.Join(folder, "visit.js"), filepath.Join(folder, "food")
	if err := os.WriteFile(script, []byte(`import { get } from 'liveload/http';
		import { sleep } from 'liveload';
		import { current } from 'liveload/execution';
		export const options = { users: 2, duration: '1h', iterationTimeout: '2h' };
		export const config = (opts) => opts;
		export default async (user, { baseURL }) => {
			if (current().iteration > 2) return sleep(1e8);
			await get(baseURL + '/once/' + user.id + '/' + current().iteration);
		}`), 0o600); err != nil {
		t.Fatal(err)
	}
	app := &visitedApp{paths: map[string]int{}}
	server := httptest.NewServer(app)
	defer server.Close()
	command := func(args ...string) *exec.Cmd {
		cmd := &exec.Cmd{Path: os.Args[0], Args: args, Dir: folder}
		cmd.Env = append(os.Environ(), "LIVELOAD_CACHE="+cache, appetite+"="+food)
		return cmd
	}
	var said bytes.Buffer
	run := command(hungryCommand, script, "--config", "baseURL="+server.URL, "--result", "r.json", "--no-color")
	run.Stdout, run.Stderr = &said, &said
	if err := run.Start(); err != nil {
		t.Fatal(err)
	}
	defer run.Process.Kill()
	rig.WaitUntil(t, "four iterations on disk", func() bool { return journaled(t, cache) == 4 })
	if err := errors.Join(os.WriteFile(food+".new", []byte(group), 0o600), os.Rename(food+".new", food)); err != nil {
		t.Fatal(err)
	}
	err := run.Wait()
	if _, failed := errors.AsType[*exec.ExitError](err); !failed || !slices.ContainsFunc(says, func(one string) bool { return strings.Contains(said.String()+fmt.Sprint(err), one) }) {
		t.Fatalf("it ended with %v, want one of %q:\n%s", err, says, said.String())
	}
	recovery := command(hungryCommand, "recover")
	recovery.Env = append(recovery.Env, appetite+"=")
	if text, _ := recovery.CombinedOutput(); recovery.ProcessState.ExitCode() != exitCutShort {
		t.Fatalf("recover ended with %d:\n%s", recovery.ProcessState.ExitCode(), text)
	}
	r := readResults(t, filepath.Join(folder, "r.json"))[0]
	rig.Same(t, "iterations", rig.Counter(r, metrics.Iterations).By["ok"], 4)
	rig.Same(t, "requests", rig.Counter(r, metrics.HTTPRequests).Aggregate, int64(app.only(t, "/once/")))
}

// journaled counts the iterations in the journal of the one run.
func journaled(t *testing.T, cache string) int64 {
	t.Helper()
	paths, _ := filepath.Glob(filepath.Join(cache, "journals", "*"+journal.Ending))
	if len(paths) != 1 {
		return 0
	}
	c, err := journal.Read(paths[0])
	if err != nil {
		t.Fatal(err)
	}
	if c.Running == nil {
		return 0
	}
	c.Running.Aggregator.Finish()
	return rig.Counter(c.Running.Aggregator.Results(c.Running.Info.Start)[0], metrics.Iterations).Aggregate
}
