package rundir

import (
	"context"
	"errors"
	"fmt"
	"syscall"
	"time"
)

// pollEvery is how often killAndPoll looks whether a process is gone.
const pollEvery = 20 * time.Millisecond

// killAndPoll is killAndWait for systems without pidfds: it looks at a process once more just before
// the kill, and then again and again until it is gone.
func killAndPoll(ctx context.Context, targets []process) (int, error) {
	killed := 0
	for _, p := range targets {
		if gone(p) {
			continue
		}
		err := syscall.Kill(p.pid, syscall.SIGKILL)
		if err == nil {
			killed++
		} else if !errors.Is(err, syscall.ESRCH) {
			return killed, fmt.Errorf("process %d: %w", p.pid, err)
		}
	}
	ticker := time.NewTicker(pollEvery)
	defer ticker.Stop()
	for _, p := range targets {
		for !gone(p) {
			select {
			case <-ctx.Done():
				return killed, fmt.Errorf("wait for killed processes: %w", context.Cause(ctx))
			case <-ticker.C:
			}
		}
	}
	return killed, nil
}

func gone(p process) bool {
	now, err := look(p.pid)
	return err != nil || now.identity() != p.identity()
}
