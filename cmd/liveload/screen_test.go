package main

import (
	"errors"
	"fmt"
	"syscall"
	"testing"
)

// A fickle writer takes two writes, and then none.
type fickle struct {
	err    error
	writes int
}

func (f *fickle) Write(text []byte) (int, error) {
	if f.writes++; f.writes > 2 {
		return 0, fmt.Errorf("write it: %w", f.err)
	}
	return len(text), nil
}

// TestScreen: a pipe that nobody reads and a terminal that is closed fail nothing, are told once, and are not written again. A full
// disk is an error.
func TestScreen(t *testing.T) {
	for _, tt := range []struct {
		err          error
		lost, failed int
		tried        int
	}{
		{syscall.EPIPE, 1, 0, 3},
		{syscall.EIO, 1, 0, 3},
		{syscall.ENOSPC, 0, 3, 5},
	} {
		t.Run(tt.err.Error(), func(t *testing.T) {
			out, lost, failed := &fickle{err: tt.err}, 0, 0
			s := &screen{out: out, lost: func() { lost++ }}
			for range 5 {
				if _, err := fmt.Fprint(s, "text"); errors.Is(err, tt.err) {
					failed++
				} else if err != nil {
					t.Error(err)
				}
			}
			if lost != tt.lost || failed != tt.failed || out.writes != tt.tried {
				t.Errorf("lost %d times, %d writes failed, %d were tried; want %d, %d, %d", lost, failed, out.writes, tt.lost, tt.failed, tt.tried)
			}
		})
	}
}
