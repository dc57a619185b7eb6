//go:build !linux

package rundir

import (
	"os"
	"syscall"

	gopsutil "github.com/shirou/gopsutil/v4/process"
)

// look reads one process. Here the system does not expose the environments of processes: only recorded ones and what they
// started are known to belong to a run.
func look(pid int) (process, error) {
	info := gopsutil.Process{Pid: int32(pid)}
	start, err := info.CreateTime()
	if err != nil {
		return process{}, os.ErrProcessDone
	}
	parent, err := info.Ppid()
	if err != nil {
		return process{}, os.ErrProcessDone
	}
	group, err := syscall.Getpgid(pid)
	if err != nil {
		return process{}, os.ErrProcessDone
	}
	if status, err := info.Status(); err == nil && len(status) > 0 && status[0] == gopsutil.Zombie {
		return process{}, os.ErrProcessDone
	}
	return process{pid: pid, parent: int(parent), group: group, start: uint64(start)}, nil
}
