package driver

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/shirou/gopsutil/v4/process"
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

// leadersWithFlag finds all processes with a flag that starts like this and that lead a group: browsers.
func leadersWithFlag(prefix string) ([]int, error) {
	all, err := process.Processes()
	if err != nil {
		return nil, fmt.Errorf("list processes: %w", err)
	}
	var leaders []int
	for _, p := range all {
		group, err := syscall.Getpgid(int(p.Pid))
		if err != nil || group != int(p.Pid) {
			continue
		}
		if _, ok := flag(p, prefix); ok {
			leaders = append(leaders, group)
		}
	}
	return leaders, nil
}

// leaderWithFlag finds the one process of leadersWithFlag. It is 0 when there is none.
func leaderWithFlag(flag string) (int, error) {
	leaders, err := leadersWithFlag(flag)
	if len(leaders) == 0 {
		return 0, err
	}
	return leaders[0], nil
}

// killGroup kills all processes of the group that leader leads. A group that is gone is no error.
func killGroup(leader int) {
	// The only other failure, EPERM, would be of a process that took another user's identity.
	_ = syscall.Kill(-leader, syscall.SIGKILL)
}

// awaitGroup waits until no process of the group is left, but for zombies that wait for their parent.
func awaitGroup(ctx context.Context, leader int) error {
	ticker := time.NewTicker(pollEvery)
	defer ticker.Stop()
	for groupAlive(leader) {
		select {
		case <-ctx.Done():
			return fmt.Errorf("wait for the end of process group %d: %w", leader, context.Cause(ctx))
		case <-ticker.C:
		}
	}
	return nil
}

func groupAlive(leader int) bool {
	if errors.Is(syscall.Kill(-leader, 0), syscall.ESRCH) {
		return false
	}
	pids, err := process.Pids()
	if err != nil {
		return false
	}
	for _, pid := range pids {
		group, err := syscall.Getpgid(int(pid))
		if err == nil && group == leader && !zombie(pid) {
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
