package rig

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/liveload/liveload/metrics"
)

// patience bounds every run. It costs nothing while tests pass.
const patience = 5 * time.Minute

// A Command is a run of liveload that was started.
type Command struct {
	*exec.Cmd
	Output *Output
	result string // path
}

// Output is what a command prints. It can be read meanwhile.
type Output struct {
	mu   sync.Mutex
	text bytes.Buffer
}

// Write implements io.Writer.
func (o *Output) Write(data []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.Write(data)
}

// String returns what was printed so far.
func (o *Output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

// Start starts liveload. It is killed after five minutes, or when the test ends.
func Start(t *testing.T, args ...string) *Command {
	t.Helper()
	return startIn(t, "", nil, args...)
}

// StartWith is Start with more variables of the environment.
func StartWith(t *testing.T, variables []string, args ...string) *Command {
	t.Helper()
	return startIn(t, "", variables, args...)
}

// startIn starts liveload in a folder; "" is that of the test.
func startIn(t *testing.T, folder string, variables []string, args ...string) *Command {
	t.Helper()
	e, _ := shared()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	t.Cleanup(cancel)
	c := &Command{Output: &Output{}, result: filepath.Join(t.TempDir(), "r.json")}
	c.Cmd = exec.CommandContext(ctx, e.liveload, append(args, "--quiet", "--result", c.result)...)
	c.Dir = folder
	c.Env = append(append(os.Environ(), "GITHUB_STEP_SUMMARY=", "LIVELOAD_EVIDENCE_DIR="+e.evidence), variables...)
	c.Stdout, c.Stderr = c.Output, c.Output
	c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // as from a shell
	if err := c.Cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.explain(t) })
	return c
}

// explain logs what a test that has failed may have failed for.
func (c *Command) explain(t *testing.T) {
	if !t.Failed() {
		return
	}
	printed := c.Output.String()
	t.Logf("liveload %q printed\n%s", c.Args[1:], printed[max(0, len(printed)-4096):])
	file, err := os.Open(c.result)
	if err != nil {
		return
	}
	defer file.Close()
	results, _ := metrics.ReadResults(file)
	for _, r := range results {
		t.Logf("iterations %v, health %+v", Counter(r, metrics.Iterations).By, r.Health)
		for _, failure := range r.Global.FailureSamples {
			t.Logf("%+v", failure)
		}
	}
}

// Interrupt presses Ctrl-C.
func (c *Command) Interrupt(t *testing.T) {
	t.Helper()
	if err := c.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
}

// End waits for the command and returns its exit code.
func (c *Command) End(t *testing.T) int {
	t.Helper()
	err := c.Wait()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatalf("run liveload: %v\n%s", err, c.Output)
	}
	return c.ProcessState.ExitCode()
}

// EndsWith waits for the command and compares its exit code.
func (c *Command) EndsWith(t *testing.T, code int) {
	t.Helper()
	if got := c.End(t); got != code {
		t.Errorf("exit code %d, want %d\n%s", got, code, c.Output)
	}
}

// ReadAll returns the Results that the command has written.
func (c *Command) ReadAll(t *testing.T) []metrics.Result {
	t.Helper()
	file, err := os.Open(c.result)
	if err != nil {
		t.Fatalf("no Result: %v\n%s", err, c.Output)
	}
	defer file.Close()
	results, err := metrics.ReadResults(file)
	if err != nil {
		t.Fatalf("read the Result: %v\n%s", err, c.Output)
	}
	return results
}

// Read returns the one Result that the command has written.
func (c *Command) Read(t *testing.T) metrics.Result {
	t.Helper()
	results := c.ReadAll(t)
	if len(results) != 1 || results[0].Error != "" {
		t.Fatalf("Result = %v; want one without an error\n%s", results, c.Output)
	}
	return results[0]
}

// Run runs a script to its end and returns the Result. The exit code must be 0.
func Run(t *testing.T, args ...string) metrics.Result {
	t.Helper()
	c := Start(t, args...)
	c.EndsWith(t, 0)
	return c.Read(t)
}

// File is where the command writes its Result.
func (c *Command) File() string { return c.result }

// Merge merges the Results of files with the command, and returns the one Result.
func Merge(t *testing.T, files ...string) metrics.Result {
	t.Helper()
	c := &Command{Output: &Output{}, result: filepath.Join(t.TempDir(), "merged.json")}
	c.Cmd = exec.Command(Liveload(), append(append([]string{"merge"}, files...), "-o", c.result)...)
	c.Stdout, c.Stderr = c.Output, c.Output
	if err := c.Cmd.Start(); err != nil {
		t.Fatal(err)
	}
	c.EndsWith(t, 0)
	return c.Read(t)
}
