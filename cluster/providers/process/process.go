// Package process owns the programs that providers run on this machine: a worker, or the ssh that leads to one. They are
// told to end, and killed when they do not, and what they said last explains why one ended by itself.
package process

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"sync"
	"syscall"
	"time"
)

// A Process is a program that was started. Its methods may be called concurrently.
type Process struct {
	Output *Output        // what it wrote to its standard error, and to its standard output unless that is read by others
	Stdin  io.WriteCloser // open for as long as the worker has a controller

	cmd    *exec.Cmd
	exited chan struct{} // closed once it has ended
	gone   chan struct{} // closed once it was seen to by what Watch calls

	mu    sync.Mutex
	asked bool // to end
}

// Start starts cmd in a process group of its own, which a Ctrl-C for the controller does not reach. The caller calls Watch.
func Start(cmd *exec.Cmd) (*Process, error) {
	p := &Process{cmd: cmd, Output: &Output{}, exited: make(chan struct{}), gone: make(chan struct{})}
	if cmd.Stdout == nil {
		cmd.Stdout = p.Output
	}
	cmd.Stderr = p.Output
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.WaitDelay = time.Second // for browsers of a worker that was killed, which have its output open
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	p.Stdin = stdin
	return p, cmd.Start()
}

// Watch waits for the end in a goroutine of its own. When nobody asked for this end, it calls ended with its reason. The
// process is gone when ended has returned.
func (p *Process) Watch(ended func(error)) {
	go func() {
		defer close(p.gone)
		err := p.cmd.Wait()
		p.mu.Lock()
		asked := p.asked
		p.mu.Unlock()
		close(p.exited)
		if asked {
			return
		}
		if err == nil {
			err = errors.New("exit status 0")
		}
		ended(err)
	}()
}

// ID is the id of the process.
func (p *Process) ID() int { return p.cmd.Process.Pid }

// Exited is closed once the process has ended.
func (p *Process) Exited() <-chan struct{} { return p.exited }

// ExitCode is the one with which the process has ended; -1 when it was killed or still runs.
func (p *Process) ExitCode() int {
	select {
	case <-p.exited:
		return p.cmd.ProcessState.ExitCode()
	default:
		return -1
	}
}

// Explain adds to an error what the process said last, without secrets.
func (p *Process) Explain(err error, secrets ...string) error {
	said := p.Output.Said(10, secrets...)
	if said == "" {
		return err
	}
	return fmt.Errorf("%w; it said:\n%s", err, said)
}

// End closes the process's input and gives it the time to leave. When it takes longer, or when ctx is over, it is killed. End
// returns once it is gone, and says whether it had to be killed.
func (p *Process) End(ctx context.Context, leaving time.Duration) (killed bool) {
	p.mu.Lock()
	p.asked = true
	p.mu.Unlock()
	p.Stdin.Close() // it may be closed already
	timer := time.NewTimer(leaving)
	defer timer.Stop()
	select {
	case <-p.gone:
		return false
	case <-timer.C:
	case <-ctx.Done():
	}
	p.Kill()
	<-p.gone
	return true
}

// Kill kills the process and its group. The caller waits with End, or Watch tells.
func (p *Process) Kill() {
	select {
	case <-p.exited:
	default:
		syscall.Kill(-p.ID(), syscall.SIGKILL) // fails when it has just ended
	}
}
