package rundir

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"syscall"
	"time"
)

// Why this reaches processes of dead runs only:
//
//   - A run is dead when its lock is free and the process that is noted in it is gone (owner.dead). Who sweeps holds the lock
//     meanwhile. Nothing else counts: no age, no time of day, no pid alone.
//   - Chosen is what carries the mark of exactly this run, and what is below such a process or in a group that one leads, if
//     it carries no mark, as Chromium's children do. A liveload that was started inside of another run gives up the mark that
//     it inherits (Begin), so that nothing of its own run is ever below, or marked as, the other one.
//   - All that is chosen is stopped until a list has nothing new, and only then killed, children before their parents and
//     leaders: whoever sweeps next can choose them by those. What was stopped stays chosen when its parent or leader ends
//     meanwhile, and so does its group: the kernel gives the number to no other one as long as it has a process.
//   - A signal goes to a handle (pidfd) that was opened before the process was looked at again: when it is delivered, it
//     reaches what was looked at, whatever has become of the pid.
//   - Where /proc is that of another namespace of pids, no process is seen and none is killed.

const (
	// pollEvery is how often processes that were stopped or killed are looked at.
	pollEvery = 10 * time.Millisecond
	// restLimit is how often at most before they are killed although some have not stopped.
	restLimit = 100
)

// killRun kills all processes of a run and waits until they are gone. It returns how many it killed.
func killRun(ctx context.Context, id string) (int, error) {
	killed := 0
	for {
		targets, err := freeze(ctx, id)
		if len(targets) == 0 {
			return killed, err
		}
		n, killErr := killAndWait(ctx, targets)
		killed += n
		if err := errors.Join(err, killErr); err != nil {
			return killed, fmt.Errorf("kill %d processes: %w", len(targets), err)
		}
	}
}

// freeze finds all processes of a run, and stops them: what is stopped starts no other one. When it fails, it returns what is
// to be killed nevertheless, since some were stopped.
func freeze(ctx context.Context, id string) (targets []process, err error) {
	stopped := map[process]bool{}
	for looks := 0; ; looks++ {
		all, err := processes()
		if err != nil {
			return targets, fmt.Errorf("list processes: %w", err)
		}
		var groups map[int]bool
		targets, groups = choose(all, id, os.Getpid(), stopped)
		if len(targets) == 0 {
			return nil, nil
		}
		if ctx.Err() != nil {
			err := fmt.Errorf("%d processes are left: %w", len(targets), context.Cause(ctx))
			if len(stopped) == 0 {
				return nil, err
			}
			return targets, err
		}
		moves := func(p process) bool { return !p.stopped && looks <= restLimit }
		isNew, err := stop(targets, groups, stopped)
		if err != nil || !isNew && !slices.ContainsFunc(targets, moves) {
			return targets, err
		}
		select {
		case <-ctx.Done():
		case <-time.After(pollEvery):
		}
	}
}

// stop stops what is not in stopped, and adds it there, with whether its group is one of groups. It says whether there was any.
func stop(targets []process, groups map[int]bool, stopped map[process]bool) (isNew bool, err error) {
	var errs []error
	for _, p := range targets {
		if _, known := stopped[p.key()]; known {
			continue
		}
		isNew = true
		switch err := p.signal(syscall.SIGSTOP); {
		case err == nil:
			stopped[p.key()] = groups[p.group]
		case !errors.Is(err, os.ErrProcessDone):
			errs = append(errs, fmt.Errorf("stop process %d: %w", p.pid, err))
		}
	}
	return isNew, errors.Join(errs...)
}

// A process is one that was alive when the list was made. Only pid and start together identify it:
// the kernel uses a pid again.
type process struct {
	pid, parent, group int
	user               int
	start              uint64 // when it started, in the kernel's unit
	stopped            bool
	run                string // value of the mark in its environment; "" when none can be seen
}

// key is what does not change of a process that is stopped.
func (p process) key() process { return process{pid: p.pid, group: p.group, start: p.start} }

// StartOf says when a process was started, in a unit of the kernel's that no clock changes: two processes that have had one
// pid differ in it. Systems other than Linux do not say.
func StartOf(pid int) (uint64, error) {
	p, err := look(pid)
	return p.start, err
}

// choose returns the processes of a run: those that carry its mark, the process groups that such a
// one leads, and their descendants. Groups and descendants matter because a
// browser's child processes overwrite their environment with a title. What carries the mark of
// another run is never chosen, nor are self and its ancestors, nor what is another user's. What was stopped before is chosen
// again, and its group when that is noted of it. It also returns the groups that were chosen.
func choose(all []process, id string, self int, stopped map[process]bool) (targets []process, groups map[int]bool) {
	byPID := map[int]process{}
	for _, p := range all {
		byPID[p.pid] = p
	}
	chosen, groups := map[int]bool{}, map[int]bool{}
	protected := ancestry(byPID, self)
	mayTake := func(p process) bool {
		return !chosen[p.pid] && !protected[p.pid] && p.user == os.Geteuid() && (p.run == "" || p.run == id)
	}
	for _, p := range all {
		inGroup, known := stopped[p.key()]
		if mayTake(p) && (p.run == id || known) {
			chosen[p.pid] = true
			if inGroup || p.run == id && p.group == p.pid {
				groups[p.group] = true
			}
		}
	}
	for grown := true; grown; {
		grown = false
		for _, p := range all {
			isChild := chosen[p.parent] && byPID[p.parent].start <= p.start // else its parent is gone, and the pid another's
			if mayTake(p) && (groups[p.group] || isChild) {
				chosen[p.pid], grown = true, true
			}
		}
	}
	return slices.DeleteFunc(slices.Clone(all), func(p process) bool { return !chosen[p.pid] }), groups
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

// killAndWait kills processes, the youngest first, and waits until the last is gone. It returns how many it killed.
func killAndWait(ctx context.Context, targets []process) (int, error) {
	var killed []process
	var errs []error
	youngest := func(a, b process) int { return cmp.Or(cmp.Compare(b.start, a.start), cmp.Compare(b.pid, a.pid)) }
	for _, p := range slices.SortedFunc(slices.Values(targets), youngest) {
		err := p.signal(syscall.SIGKILL)
		if err == nil {
			killed = append(killed, p)
		} else if !errors.Is(err, os.ErrProcessDone) {
			errs = append(errs, fmt.Errorf("process %d: %w", p.pid, err))
		}
	}
	if len(errs) > 0 {
		return len(killed), errors.Join(errs...)
	}
	ticker := time.NewTicker(pollEvery)
	defer ticker.Stop()
	for _, p := range killed {
		for !p.gone() {
			select {
			case <-ctx.Done():
				return len(killed), fmt.Errorf("wait for killed processes: %w", context.Cause(ctx))
			case <-ticker.C:
			}
		}
	}
	return len(killed), nil
}

// signal sends a signal to exactly p, or fails with os.ErrProcessDone when p is gone, or has become another program.
func (p process) signal(signal os.Signal) error {
	handle, err := os.FindProcess(p.pid) // from here on, one process
	if err != nil {
		return err
	}
	defer handle.Release()
	now, err := look(p.pid)
	if err != nil || now.start != p.start || now.run != p.run || now.user != p.user {
		return os.ErrProcessDone
	}
	return handle.Signal(signal)
}

func (p process) gone() bool {
	now, err := look(p.pid)
	return err != nil || now.start != p.start
}
