package main

import (
	"errors"
	"io"
	"os"
	"os/signal"
	"sync/atomic"
	"syscall"

	"github.com/liveload/liveload/sinks/wholefile"
)

// A screen is where a command shows something. When it goes away, because its terminal is closed or nobody reads the
// pipe (`| head`), the command goes on without it. Safe for concurrent use when out is.
type screen struct {
	out  io.Writer
	gone atomic.Bool
	lost func() // called once; may be nil
}

// Write implements io.Writer.
func (s *screen) Write(text []byte) (int, error) {
	if s.gone.Load() {
		return len(text), nil
	}
	n, err := s.out.Write(text)
	if !errors.Is(err, syscall.EPIPE) && !errors.Is(err, syscall.EIO) {
		return n, err
	}
	if !s.gone.Swap(true) && s.lost != nil {
		s.lost()
	}
	return len(text), nil
}

// surviveOutput has this process live on when nobody reads what it prints. What it starts is not concerned.
func surviveOutput() { signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE) }

// clearStdout moves what a run shows out of the way of a file that is standard output.
func (o *outside) clearStdout(settings runSettings) {
	for _, file := range []string{settings.result, settings.junit} {
		if file != "" && wholefile.IsStdout(file) {
			o.stdout, o.stdoutTTY, o.width = o.stderr, o.stderrTTY, nil
			return
		}
	}
}

// oneOnStdout refuses several files that are standard output.
func (r *flagReader) oneOnStdout(flags ...string) {
	first := ""
	for _, flag := range flags {
		file := r.text(flag)
		switch {
		case file == "" || !wholefile.IsStdout(file):
		case first != "":
			r.refuse(flag, "is standard output, as --%s is: choose a file for one of them", first)
		default:
			first = flag
		}
	}
}
