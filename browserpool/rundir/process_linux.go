package rundir

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"

	gopsutil "github.com/shirou/gopsutil/v4/process"
)

// processes lists the processes of this machine. Those that end meanwhile are left out, and so are zombies, which only
// wait for their parents.
func processes() ([]process, error) {
	if self, err := os.Readlink("/proc/self"); err == nil && self != strconv.Itoa(os.Getpid()) {
		return nil, nil // its pids are those of another namespace: here they are other processes
	}
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

// look reads one process. Environments of other users' processes cannot be read: those carry no
// mark that we can see.
func look(pid int) (process, error) {
	folder := filepath.Join("/proc", strconv.Itoa(pid))
	stat, err := os.ReadFile(filepath.Join(folder, "stat"))
	if err != nil {
		return process{}, os.ErrProcessDone
	}
	p, err := parseStat(pid, stat)
	if err != nil {
		return process{}, err
	}
	status, err := os.ReadFile(filepath.Join(folder, "status"))
	if err != nil {
		return process{}, os.ErrProcessDone
	}
	if p.user, err = userIn(status); err != nil {
		return process{}, fmt.Errorf("read process %d: %w", pid, err)
	}
	if environ, err := os.ReadFile(filepath.Join(folder, "environ")); err == nil {
		p.run = markerIn(environ)
	}
	return p, nil
}

// parseStat reads /proc/PID/stat: "pid (name) state parent group session tty tpgid ...", in which the
// name may hold anything, parentheses too.
func parseStat(pid int, stat []byte) (process, error) {
	const state, parent, group, threads, start = 0, 1, 2, 17, 19 // counted after the name
	end := bytes.LastIndexByte(stat, ')')
	if end < 0 {
		return process{}, fmt.Errorf("read process %d: no name in %q", pid, stat)
	}
	fields := bytes.Fields(stat[end+1:])
	if len(fields) <= start {
		return process{}, fmt.Errorf("read process %d: %d fields in %q", pid, len(fields), stat)
	}
	p := process{pid: pid}
	switch fields[state][0] {
	case 'Z', 'X':
		if n := string(fields[threads]); n == "0" || n == "1" { // else only its first thread has ended: the others still have its files, and locks
			return process{}, os.ErrProcessDone
		}
	case 'T', 't':
		p.stopped = true
	}
	var errs [3]error
	p.parent, errs[0] = strconv.Atoi(string(fields[parent]))
	p.group, errs[1] = strconv.Atoi(string(fields[group]))
	p.start, errs[2] = strconv.ParseUint(string(fields[start]), 10, 64)
	return p, errors.Join(errs[:]...)
}

// userIn reads whose a process is, in the line "Uid:" of /proc/PID/status: the owner of its files there is root when it keeps
// others from looking at it, as Chromium's children do.
func userIn(status []byte) (int, error) {
	_, rest, _ := bytes.Cut(status, []byte("\nUid:"))
	fields := bytes.Fields(rest)
	if len(fields) == 0 {
		return 0, errors.New("no user")
	}
	return strconv.Atoi(string(fields[0]))
}

func markerIn(environ []byte) string {
	for _, entry := range bytes.Split(environ, []byte{0}) {
		if value, ok := bytes.CutPrefix(entry, []byte(marker+"=")); ok {
			return string(value)
		}
	}
	return ""
}
