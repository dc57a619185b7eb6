package installation

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"syscall"
)

const (
	sharedMemoryWanted = 256 << 20
	diskWanted         = 1 << 30
	diskNeeded         = 100 << 20
)

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
