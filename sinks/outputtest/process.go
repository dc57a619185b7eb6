package outputtest

import (
	"os"
	"os/exec"
	"syscall"
	"testing"
	"time"
)

// startPatience bounds the start of a server on a busy machine.
const startPatience = 3 * time.Minute

// A Process is a real server of a test, which can be killed and started again. It belongs to one goroutine.
type Process struct {
	Path      string
	Arguments []string
	Env       []string // more of it
	Output    string   // the file that has what the server has written since it was started
	Ready     func() bool

	command *exec.Cmd // nil when it does not run
}

// Run starts the server, also one that was killed, and waits until it is ready. It ends with the test.
func (p *Process) Run(t testing.TB) {
	t.Helper()
	output, err := os.Create(p.Output)
	if err != nil {
		t.Fatal(err)
	}
	defer output.Close()
	command := exec.Command(p.Path, p.Arguments...)
	command.Env = append(os.Environ(), p.Env...)
	command.Stdout, command.Stderr = output, output
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	p.command = command
	t.Cleanup(func() { p.Kill(t) })
	for began := time.Now(); !p.Ready(); time.Sleep(50 * time.Millisecond) {
		if time.Since(began) > startPatience {
			t.Fatalf("%s was not ready within %v:\n%s", p.Path, startPatience, p.Log(t))
		}
	}
}

// Log returns what the server has written since it was started.
func (p *Process) Log(t testing.TB) string {
	t.Helper()
	text, err := os.ReadFile(p.Output)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// Hang stops the server without an end: it takes connections and never answers, until it is killed.
func (p *Process) Hang(t testing.TB) {
	t.Helper()
	if err := p.command.Process.Signal(syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
}

// Kill ends the server at once, as a crash does. What it has acknowledged is on its disk.
func (p *Process) Kill(t testing.TB) {
	t.Helper()
	if p.command == nil {
		return
	}
	if err := p.command.Process.Kill(); err != nil {
		t.Errorf("kill %s: %v", p.Path, err)
	}
	_ = p.command.Wait() // "signal: killed"
	p.command = nil
}
