package driver

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/shirou/gopsutil/v4/process"

	"github.com/liveload/liveload/browserpool/rundir"
)

// pollEvery is how often we look whether killed processes are gone: they are children of a driver, so the
// kernel reports their end to it and not to us.
const pollEvery = 10 * time.Millisecond

// flag finds the first flag of a process that starts like this, and returns the rest of it.
func flag(p *process.Process, prefix string) (rest string, ok bool) {
	args, _ := p.CmdlineSlice() // a process that is gone has no flags
	for _, arg := range args {
		if rest, ok = strings.CutPrefix(arg, prefix); ok {
			break
		}
	}
	return rest, ok
}

// A group is the process group of a browser.
type group struct {
	pid   int    // of its leader, the browser's main process
	start uint64 // when the leader was started, as rundir.StartOf says: the kernel uses a pid again
}

// leadersWithFlag finds the groups whose leaders have a flag that starts like this: browsers.
func leadersWithFlag(prefix string) ([]group, error) {
	all, err := process.Processes()
	if err != nil {
		return nil, fmt.Errorf("list processes: %w", err)
	}
	var leaders []group
	for _, p := range all {
		leader, err := syscall.Getpgid(int(p.Pid))
		if err != nil || leader != int(p.Pid) {
			continue
		}
		start, _ := rundir.StartOf(leader) // first: what has the flag afterwards was started then
		if _, ok := flag(p, prefix); ok {
			leaders = append(leaders, group{leader, start})
		}
	}
	return leaders, nil
}

// leaderWithFlag finds the one of leadersWithFlag, or the youngest: a script that starts the browser in another session has the
// flag too. Its pid is 0 when there is none.
func leaderWithFlag(flag string) (group, error) {
	leaders, err := leadersWithFlag(flag)
	if len(leaders) == 0 {
		return group{}, err
	}
	return slices.MaxFunc(leaders, func(a, b group) int { // within 10 ms, starts are the same
		return cmp.Or(cmp.Compare(a.start, b.start), cmp.Compare(a.pid, b.pid))
	}), nil
}

// kill kills all processes of the group, also those that a dead leader has left. A group that is gone is no error.
func (g group) kill() {
	if g.alive() {
		// The only other failure, EPERM, would be of a process that took another user's identity.
		_ = syscall.Kill(-g.pid, syscall.SIGKILL)
	}
}

// killPage kills the process of pages, if it is one of this group: the browser itself obeys only when it has dealt with all that the
// page has said before. A process has pages of one session only, since contexts share none.
func (g group) killPage(pid int) {
	if pid <= 0 {
		return
	}
	handle, err := os.FindProcess(pid) // from here on, one process
	if err != nil {
		return
	}
	defer handle.Release()
	leader, err := syscall.Getpgid(pid)
	if start, _ := rundir.StartOf(g.pid); err != nil || leader != g.pid || start != g.start {
		return
	}
	if p, err := process.NewProcess(int32(pid)); err == nil && isRenderer(p) {
		_ = handle.Signal(syscall.SIGKILL)
	}
}

// isRenderer says whether a process is one of Chromium's for pages. Its flags are one text.
func isRenderer(p *process.Process) bool {
	line, err := p.Cmdline()
	return err == nil && strings.Contains(line, " --type=renderer ")
}

// await waits until no process of the group is left, but for zombies that wait for their parent.
func (g group) await(ctx context.Context) error {
	ticker := time.NewTicker(pollEvery)
	defer ticker.Stop()
	for g.alive() {
		select {
		case <-ctx.Done():
			return fmt.Errorf("wait for the end of process group %d: %w", g.pid, context.Cause(ctx))
		case <-ticker.C:
		}
	}
	return nil
}

// alive says whether the group has processes. A group of the same number that another process leads by now is not it: the
// kernel gives a number away only when the last process of its group is gone.
func (g group) alive() bool {
	if errors.Is(syscall.Kill(-g.pid, 0), syscall.ESRCH) {
		return false
	}
	if start, err := rundir.StartOf(g.pid); err == nil && start != g.start {
		return false
	}
	pids, err := process.Pids()
	if err != nil {
		return false
	}
	for _, pid := range pids {
		leader, err := syscall.Getpgid(int(pid))
		if err == nil && leader == g.pid && !zombie(pid) {
			return true
		}
	}
	return false
}

func zombie(pid int32) bool {
	p, err := process.NewProcess(pid)
	if err != nil {
		return true
	}
	status, err := p.Status()
	return err != nil || slices.Contains(status, process.Zombie)
}
