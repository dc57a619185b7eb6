package rundir

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"

	"golang.org/x/sys/unix"
)

// processes lists what /proc shows. Processes that end meanwhile are left out, and so are zombies,
// which only wait for their parents.
func processes() ([]process, error) {
	entries, err := os.ReadDir("/proc")
	if err != nil {
		return nil, err
	}
	var all []process
	for _, entry := range entries {
		pid, err := strconv.Atoi(entry.Name())
		if err != nil {
			continue
		}
		if p, err := look(pid); err == nil {
			all = append(all, p)
		}
	}
	return all, nil
}

// look reads one process. Environments of other users' processes cannot be read: those carry no
// marker that we can see.
func look(pid int) (process, error) {
	folder := filepath.Join("/proc", strconv.Itoa(pid))
	stat, err := os.ReadFile(filepath.Join(folder, "stat"))
	if err != nil {
		return process{}, errGone
	}
	p, err := parseStat(pid, stat)
	if err != nil {
		return process{}, err
	}
	if environ, err := os.ReadFile(filepath.Join(folder, "environ")); err == nil {
		p.run = markerIn(environ)
	}
	return p, nil
}

// parseStat reads /proc/PID/stat: "pid (name) state parent group session tty tpgid ...", in which the
// name may hold anything, parentheses too.
func parseStat(pid int, stat []byte) (process, error) {
	const state, parent, group, start = 0, 1, 2, 19 // counted after the name
	end := bytes.LastIndexByte(stat, ')')
	if end < 0 {
		return process{}, fmt.Errorf("read process %d: no name in %q", pid, stat)
	}
	fields := bytes.Fields(stat[end+1:])
	if len(fields) <= start {
		return process{}, fmt.Errorf("read process %d: %d fields in %q", pid, len(fields), stat)
	}
	if s := fields[state][0]; s == 'Z' || s == 'X' {
		return process{}, errGone
	}
	p := process{pid: pid}
	var errs [3]error
	p.parent, errs[0] = strconv.Atoi(string(fields[parent]))
	p.group, errs[1] = strconv.Atoi(string(fields[group]))
	p.start, errs[2] = strconv.ParseUint(string(fields[start]), 10, 64)
	return p, errors.Join(errs[:]...)
}

func markerIn(environ []byte) string {
	for _, entry := range bytes.Split(environ, []byte{0}) {
		if value, ok := bytes.CutPrefix(entry, []byte(marker+"=")); ok {
			return string(value)
		}
	}
	return ""
}

func startOf(pid int) (uint64, error) {
	p, err := look(pid)
	return p.start, err
}

// killAndWait kills processes and waits until the last is gone. It returns how many it killed.
func killAndWait(ctx context.Context, targets []process) (int, error) {
	var handles []int
	defer func() {
		for _, handle := range handles {
			unix.Close(handle)
		}
	}()
	for _, p := range targets {
		handle, err := kill(p)
		if errors.Is(err, errGone) {
			continue
		}
		if errors.Is(err, unix.ENOSYS) || errors.Is(err, unix.EPERM) {
			return killAndPoll(ctx, targets) // an old kernel or a strict sandbox: no pidfds
		}
		if err != nil {
			return len(handles), fmt.Errorf("process %d: %w", p.pid, err)
		}
		handles = append(handles, handle)
	}
	return len(handles), awaitExit(ctx, handles)
}

// kill kills exactly p and returns a pidfd of it. While the pidfd is open it means the one process,
// so that a pid that was used again in between is noticed.
func kill(p process) (int, error) {
	handle, err := unix.PidfdOpen(p.pid, 0)
	if errors.Is(err, unix.ESRCH) {
		return 0, errGone
	}
	if err != nil {
		return 0, err
	}
	if now, err := look(p.pid); err != nil || now.identity() != p.identity() {
		unix.Close(handle)
		return 0, errGone
	}
	if err := unix.PidfdSendSignal(handle, unix.SIGKILL, nil, 0); err != nil {
		unix.Close(handle)
		if errors.Is(err, unix.ESRCH) {
			return 0, errGone
		}
		return 0, err
	}
	return handle, nil
}

// awaitExit waits until all processes behind the pidfds are gone or ctx is over.
func awaitExit(ctx context.Context, handles []int) error {
	wake, sleeper, err := os.Pipe()
	if err != nil {
		return fmt.Errorf("wait for processes: %w", err)
	}
	defer wake.Close()
	stop := context.AfterFunc(ctx, func() { sleeper.Close() })
	defer func() {
		if stop() {
			sleeper.Close()
		}
	}()
	for _, handle := range handles {
		for {
			fds := []unix.PollFd{{Fd: int32(handle), Events: unix.POLLIN}, {Fd: int32(wake.Fd()), Events: unix.POLLIN}}
			_, err := unix.Poll(fds, -1)
			if errors.Is(err, unix.EINTR) {
				continue
			}
			if err != nil {
				return fmt.Errorf("wait for processes: %w", err)
			}
			if fds[0].Revents != 0 {
				break
			}
			return fmt.Errorf("wait for killed processes: %w", context.Cause(ctx))
		}
	}
	return nil
}
