package local

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"sync"
	"syscall"
	"time"

	"github.com/liveload/liveload/cluster/providers"
)

// A process is one worker.
type process struct {
	cmd    *exec.Cmd
	stdin  io.Closer // open for as long as the worker has a controller
	output *providers.Output
	gone   chan struct{} // closed once it has ended and what it left is swept

	mu    sync.Mutex
	asked bool // to end
}

// start starts a worker in a process group of its own, which a Ctrl-C for the controller does not reach.
func start(home providers.Home, name string, spec providers.Spec) (*process, error) {
	p := &process{output: &providers.Output{}, gone: make(chan struct{})}
	p.cmd = exec.Command(home.Binary, slices.Concat([]string{"worker", "--join", providers.FromStdin, "--name", name}, spec.Args)...)
	p.cmd.Env = slices.Concat(os.Environ(), home.Env, spec.Env)
	p.cmd.Stdout, p.cmd.Stderr = p.output, p.output
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	p.cmd.WaitDelay = time.Second // for browsers of a worker that was killed, which have its output open
	stdin, err := p.cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	p.stdin = stdin
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	if err := providers.Hand(stdin, spec.Token); err != nil {
		p.signal(syscall.SIGKILL)
		return nil, p.explain(errors.Join(err, p.cmd.Wait()), spec.Token)
	}
	return p, nil
}

// wait waits for the end, and says whether it was asked for.
func (p *process) wait() (asked bool, err error) {
	err = p.cmd.Wait()
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.asked, err
}

// explain adds what the worker said last, without secrets.
func (p *process) explain(err error, secrets ...string) error {
	if err == nil {
		err = errors.New("exit status 0")
	}
	said := p.output.Said(10, secrets...)
	if said == "" {
		return err
	}
	return fmt.Errorf("%w; it said:\n%s", err, said)
}

// end asks the worker to leave, and kills it when it takes longer than leaving or ctx is over. It returns once the
// process is gone. It may be called again.
func (p *process) end(ctx context.Context, leaving time.Duration) error {
	p.mu.Lock()
	p.asked = true
	p.mu.Unlock()
	if err := p.signal(syscall.SIGTERM); err != nil {
		return err
	}
	timer := time.NewTimer(leaving)
	defer timer.Stop()
	select {
	case <-p.gone:
		return nil
	case <-timer.C:
	case <-ctx.Done():
	}
	if err := p.signal(syscall.SIGKILL); err != nil {
		return err
	}
	<-p.gone
	return nil
}

// signal reaches the whole group. That there is none any more is no error.
func (p *process) signal(s syscall.Signal) error {
	err := syscall.Kill(-p.cmd.Process.Pid, s)
	if errors.Is(err, syscall.ESRCH) {
		return nil
	}
	return err
}
