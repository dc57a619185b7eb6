//go:build !linux

package rundir

import (
	"context"
	"syscall"

	gopsutil "github.com/shirou/gopsutil/v4/process"
)

// processes lists what the system tells about its processes, which here does not include their
// environments: only recorded ones and what they started are known to belong to a run.
func processes() ([]process, error) {
	pids, err := gopsutil.Pids()
	if err != nil {
		return nil, err
	}
	var all []process
	for _, pid := range pids {
		if p, err := look(int(pid)); err == nil {
			all = append(all, p)
		}
	}
	return all, nil
}

func look(pid int) (process, error) {
	info := gopsutil.Process{Pid: int32(pid)}
	start, err := info.CreateTime()
	if err != nil {
		return process{}, errGone
	}
	parent, err := info.Ppid()
	if err != nil {
		return process{}, errGone
	}
	group, err := syscall.Getpgid(pid)
	if err != nil {
		return process{}, errGone
	}
	if status, err := info.Status(); err == nil && len(status) > 0 && status[0] == gopsutil.Zombie {
		return process{}, errGone
	}
	return process{pid: pid, parent: int(parent), group: group, start: uint64(start)}, nil
}

func startOf(pid int) (uint64, error) {
	p, err := look(pid)
	return p.start, err
}

func killAndWait(ctx context.Context, targets []process) (int, error) {
	return killAndPoll(ctx, targets)
}
