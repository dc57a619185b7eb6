package rundir

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"
)

// pollEvery is how often killAndWait checks whether a process is gone.
const pollEvery = 20 * time.Millisecond

// killRun kills all processes of a run and waits until they are gone. It lists them again after every round,
// since a process can start another one while it is being killed. It returns how many it killed.
func killRun(ctx context.Context, id string) (int, error) {
	killed, groups := 0, map[int]bool{}
	for {
		all, err := processes()
		if err != nil {
			return killed, fmt.Errorf("list processes: %w", err)
		}
		targets := choose(all, id, groups, os.Getpid())
		if len(targets) == 0 {
			return killed, nil
		}
		if ctx.Err() != nil {
			return killed, fmt.Errorf("%d processes are left: %w", len(targets), context.Cause(ctx))
		}
		n, err := killAndWait(ctx, targets)
		killed += n
		if err != nil {
			return killed, fmt.Errorf("kill %d processes: %w", len(targets), err)
		}
	}
}

// A process is one that was alive when the list was made. Only pid and start together identify it:
// the kernel uses a pid again.
type process struct {
	pid, parent, group int
	start              uint64 // when it started, in the kernel's unit
	run                string // value of the marker in its environment; "" when none can be seen
}

// StartOf says when a process was started, in a unit of the kernel's that no clock changes: two processes that have had one
// pid differ in it. Systems other than Linux do not say.
func StartOf(pid int) (uint64, error) {
	p, err := look(pid)
	return p.start, err
}

// choose returns the processes of a run: those that carry its marker, the process groups that such a
// one leads, and their descendants. Groups and descendants matter because a
// browser's child processes overwrite their environment with a title. What carries the marker of
// another run is never chosen, nor are self and its ancestors. It adds to groups those that it finds, and
// takes what is in them: a process that was born while its group was killed has no leader any more.
func choose(all []process, id string, groups map[int]bool, self int) []process {
	byPID := map[int]process{}
	for _, p := range all {
		byPID[p.pid] = p
	}
	chosen := map[int]bool{}
	protected := ancestry(byPID, self)
	mayTake := func(p process) bool {
		return !chosen[p.pid] && !protected[p.pid] && (p.run == "" || p.run == id)
	}
	for _, p := range all {
		if mayTake(p) && p.run == id {
			chosen[p.pid] = true
			if p.group == p.pid {
				groups[p.pid] = true
			}
		}
	}
	for grown := true; grown; {
		grown = false
		for _, p := range all {
			if mayTake(p) && (groups[p.group] || chosen[p.parent]) {
				chosen[p.pid], grown = true, true
			}
		}
	}
	var result []process
	for _, p := range all {
		if chosen[p.pid] {
			result = append(result, p)
		}
	}
	return result
}

// ancestry is pid and its ancestors.
func ancestry(byPID map[int]process, pid int) map[int]bool {
	line := map[int]bool{}
	for pid > 0 && !line[pid] {
		line[pid] = true
		pid = byPID[pid].parent
	}
	return line
}

// killAndWait kills processes and waits until the last is gone. It returns how many it killed.
func killAndWait(ctx context.Context, targets []process) (int, error) {
	killed := 0
	for _, p := range targets {
		err := p.kill()
		if err == nil {
			killed++
		} else if !errors.Is(err, os.ErrProcessDone) {
			return killed, fmt.Errorf("process %d: %w", p.pid, err)
		}
	}
	ticker := time.NewTicker(pollEvery)
	defer ticker.Stop()
	for _, p := range targets {
		for !p.gone() {
			select {
			case <-ctx.Done():
				return killed, fmt.Errorf("wait for killed processes: %w", context.Cause(ctx))
			case <-ticker.C:
			}
		}
	}
	return killed, nil
}

// kill kills exactly p. On Linux the handle means one process, also when its pid is used again.
func (p process) kill() error {
	handle, err := os.FindProcess(p.pid)
	if err != nil {
		return err
	}
	defer handle.Release()
	if p.gone() {
		return os.ErrProcessDone
	}
	return handle.Kill()
}

func (p process) gone() bool {
	now, err := look(p.pid)
	return err != nil || now.start != p.start
}
