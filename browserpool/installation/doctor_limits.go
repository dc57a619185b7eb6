package installation

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"

	"github.com/shirou/gopsutil/v4/common"
	"github.com/shirou/gopsutil/v4/mem"

	"github.com/liveload/liveload/browserpool/installation/cgroup"
)

// What one user costs, roughly, to say how many users a limit allows. A user on a tiny page
// takes 17 MB, 10 threads and 4 files of the browser's busiest process (Chromium's headless shell 156,
// 20 users); the figures leave room for real pages, but a heavy one costs several times as much.
const (
	memoryPerUser      = 40 << 20 // bytes: a renderer process and its share of the browser
	processesPerUser   = 12       // every thread counts as one
	filesPerUser       = 12       // page resources come over several connections
	filesPerBrowser    = 64
	usersPerBrowser    = 50 // the pool spreads users over browsers, so that no process has them all
	sharedMemoryWanted = 256 << 20
	diskWanted         = 1 << 30
	diskNeeded         = 100 << 20
	comfortableUsers   = 10
)

func (e Env) examineLimits(ctx context.Context) []Report {
	checks := []Report{e.examineFiles(ctx)}
	limits, err := cgroup.Read(e.Root)
	if err != nil {
		checks = append(checks, StatusWarn.report("Control groups", "check that /proc is mounted", "%v", err))
	}
	checks = append(checks, e.examineMemory(ctx, limits), examineCPU(limits), e.examineProcesses(limits))
	checks = append(checks, e.examineSharedMemory()...)
	return append(checks, examineDisk(e.Temp))
}

// examineFiles asks a child process: Go raises its own limit, but what it starts gets the old one.
func (e Env) examineFiles(ctx context.Context) Report {
	const name = "Open files"
	const fix = "run `ulimit -n 65536` in the shell before liveload (a service: LimitNOFILE=65536; a container: --ulimit nofile=65536)"
	out, err := e.Runner.Run(ctx, Command{Path: "/bin/sh", Args: []string{"-c", "ulimit -n"}})
	if err != nil {
		return StatusWarn.report(name, fix, "the limit cannot be read: %v", err)
	}
	text := strings.TrimSpace(string(out))
	if text == "unlimited" {
		return StatusOK.report(name, "", "no limit")
	}
	limit, err := strconv.Atoi(text)
	if err != nil {
		return StatusWarn.report(name, fix, "the limit cannot be read: `ulimit -n` answered %q", text)
	}
	users := max(0, limit-filesPerBrowser) / filesPerUser
	detail := fmt.Sprintf("%d per process, enough for about %d users in one browser", limit, users)
	if users < usersPerBrowser {
		return StatusWarn.report(name, fix, "%s; a browser of liveload takes up to %d", detail, usersPerBrowser)
	}
	return StatusOK.report(name, "", "%s", detail)
}

func (e Env) examineMemory(ctx context.Context, limits cgroup.Limits) Report {
	const name = "Memory"
	ctx = context.WithValue(ctx, common.EnvKey, common.EnvMap{common.HostProcEnvKey: filepath.Join(e.Root, "proc")})
	memory, err := mem.VirtualMemoryWithContext(ctx)
	if err != nil {
		return StatusOK.report(name, "", "not known on this system")
	}
	free := int64(memory.Available)
	where := "on this machine"
	if limits.MemoryBytes > 0 && limits.MemoryBytes-limits.MemoryUsed < free {
		free = max(0, limits.MemoryBytes-limits.MemoryUsed)
		where = fmt.Sprintf("under this control group's limit of %s", megabytes(limits.MemoryBytes))
	}
	users := free / memoryPerUser
	return comfortable(users, name, "free memory, or raise the limit (a container: --memory=4g)",
		"%s free %s, enough for about %d users on light pages", megabytes(free), where, users)
}

// comfortable warns about few users.
func comfortable(users int64, name, fix, format string, args ...any) Report {
	if users < comfortableUsers {
		return StatusWarn.report(name, fix, format, args...)
	}
	return StatusOK.report(name, "", format, args...)
}

func examineCPU(limits cgroup.Limits) Report {
	const name = "Processors"
	cores := runtime.NumCPU()
	switch {
	case limits.CPUs == 0 || limits.CPUs >= float64(cores):
		return StatusOK.report(name, "", "%d", cores)
	case limits.CPUs < 1:
		return StatusWarn.report(name, "raise the limit (a container: --cpus=2)",
			"this control group may use %.2f of %d; browsers want at least a whole one", limits.CPUs, cores)
	default:
		return StatusOK.report(name, "", "this control group may use %.2f of %d", limits.CPUs, cores)
	}
}

func (e Env) examineProcesses(limits cgroup.Limits) Report {
	const name = "Processes and threads"
	if limits.Pids == 0 {
		return StatusOK.report(name, "", "no limit")
	}
	users := max(0, limits.Pids-limits.PidsUsed) / processesPerUser
	return comfortable(users, name, "raise the limit (a container: --pids-limit=-1; a service: TasksMax=infinity)",
		"this control group may have %d and has %d, enough for about %d users", limits.Pids, limits.PidsUsed, users)
}

func (e Env) examineSharedMemory() []Report {
	const name = "Shared memory"
	var stat syscall.Statfs_t
	err := syscall.Statfs(filepath.Join(e.Root, "dev/shm"), &stat)
	if errors.Is(err, fs.ErrNotExist) {
		return nil // not every system has it
	}
	if err != nil {
		return []Report{StatusWarn.report(name, "check the mount of /dev/shm", "/dev/shm cannot be examined: %v", err)}
	}
	size := int64(stat.Blocks) * int64(stat.Bsize)
	if size < sharedMemoryWanted {
		return []Report{StatusWarn.report(name, "mount a larger one (a container: --shm-size=1g)", "/dev/shm has %s", megabytes(size))}
	}
	return []Report{StatusOK.report(name, "", "/dev/shm has %s", megabytes(size))}
}

func examineDisk(temp string) Report {
	const name = "Disk for temporary files"
	fix := "free some space in " + temp + ", or set TMPDIR to a folder with more"
	var stat syscall.Statfs_t
	if err := syscall.Statfs(temp, &stat); err != nil {
		return StatusFail.report(name, fix, "examine %s: %v", temp, err)
	}
	free := int64(stat.Bavail) * int64(stat.Bsize)
	switch {
	case free < diskNeeded:
		return StatusFail.report(name, fix, "%s has %s free", temp, megabytes(free))
	case free < diskWanted:
		return StatusWarn.report(name, fix, "%s has %s free", temp, megabytes(free))
	default:
		return StatusOK.report(name, "", "%s has %s free", temp, megabytes(free))
	}
}

func megabytes(n int64) string { return fmt.Sprintf("%d MB", n>>20) }
