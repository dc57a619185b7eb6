package installation

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"
)

// A Runner runs programs. Processes is the real one.
type Runner interface {
	// LookPath finds a program as the shell would.
	LookPath(name string) (string, error)
	// Run runs a program to its end and returns what it wrote to its standard output. When ctx is
	// over it kills the program and whatever that started.
	Run(ctx context.Context, command Command) ([]byte, error)
}

// A Command is a program to run.
type Command struct {
	Path  string
	Args  []string
	Dir   string        // working folder; empty means the current one
	Env   []string      // added to this process's environment
	Limit time.Duration // how long it may take; 0 means usualLimit
}

// A CommandError says that a program failed, and what it complained about.
type CommandError struct {
	Program   string
	Complaint string // the relevant part of its standard error, at most a few lines; may be empty
	Cause     error
}

func (e *CommandError) Error() string {
	if e.Complaint == "" {
		return fmt.Sprintf("%s: %v", e.Program, e.Cause)
	}
	return fmt.Sprintf("%s: %v: %s", e.Program, e.Cause, e.Complaint)
}

func (e *CommandError) Unwrap() error { return e.Cause }

// Processes is the Runner that starts real processes, each in its own process group.
type Processes struct{}

// LookPath is exec.LookPath.
func (Processes) LookPath(name string) (string, error) { return exec.LookPath(name) }

// usualLimit is for a question such as --version, which a browser takes a moment to answer.
const usualLimit = 30 * time.Second

// killGrace is how long the pipes of a killed program may stay open before they are closed.
const killGrace = 2 * time.Second

// Run implements Runner.
func (Processes) Run(ctx context.Context, command Command) ([]byte, error) {
	limit := cmp.Or(command.Limit, usualLimit)
	ctx, cancel := context.WithTimeoutCause(ctx, limit, fmt.Errorf("no end after %v", limit))
	defer cancel()
	cmd := exec.CommandContext(ctx, command.Path, command.Args...)
	cmd.Dir = command.Dir
	cmd.Env = append(os.Environ(), command.Env...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = killGrace
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	if err == nil {
		return stdout.Bytes(), nil
	}
	if ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	return stdout.Bytes(), &CommandError{
		Program:   filepath.Base(command.Path),
		Complaint: complaint(stderr.String()),
		Cause:     err,
	}
}

// complaint picks the lines that a person needs out of what npm, Node.js, apt or a browser wrote:
// the first ones that speak of an error, or the last one.
func complaint(stderr string) string {
	const enough = 2
	var picked []string
	last := ""
	for line := range strings.Lines(stderr) {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		last = line
		lower := strings.ToLower(line)
		relevant := strings.Contains(lower, "error") || strings.HasPrefix(line, "E:")
		if relevant && len(picked) < enough && !slices.Contains(picked, line) {
			picked = append(picked, line)
		}
	}
	if len(picked) == 0 {
		return last
	}
	return strings.Join(picked, "; ")
}
