// Package wholefile is the sink of formats that need nothing but the Results: one file, written at the end of a run,
// whole or not at all. Whether that is possible is checked before the run. What is no regular file, such as a device or a
// pipe, is written as it is.
package wholefile

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"github.com/liveload/liveload/metrics"
)

// A Sink writes one file, at Close.
type Sink struct {
	path, what, example string
	write               func(io.Writer, []metrics.Result) error

	target target // found by Start
}

// New returns a sink that writes the file at path, or standard output for Stdout. Errors call it what ("the result file"),
// and suggest a name like example when path is a folder.
func New(path, what, example string, write func(io.Writer, []metrics.Result) error) *Sink {
	return &Sink{path: path, what: what, example: example, write: write}
}

// Start returns why the file cannot be written. It creates the folders above it, leaves nothing else behind, and does not touch
// what is there already.
func (s *Sink) Start(context.Context, metrics.RunInfo) (err error) {
	if s.target, err = find(s.path); err != nil {
		return s.cannot(err)
	}
	switch s.target.kind {
	case folder:
		return fmt.Errorf("%s %s is a folder: give a file name, such as %s", s.what, s.path, filepath.Join(s.path, s.example))
	case regular:
		return s.tryFolder()
	}
	if err := s.target.check(); err != nil {
		return s.cannot(err)
	}
	return nil
}

// tryFolder makes the folder of a regular file, and sees whether a file can be made in it.
func (s *Sink) tryFolder() error {
	dir := filepath.Dir(s.target.path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("cannot make the folder %s of %s (%w): choose another path", dir, s.what, reason(err))
	}
	probe, err := s.temporary()
	if err != nil {
		return err
	}
	return errors.Join(probe.Close(), os.Remove(probe.Name()))
}

// Write does nothing: the Results hold everything.
func (s *Sink) Write(context.Context, *metrics.Interval) error { return nil }

// Abandon implements sinks.Abandoner: what is there stays, for it is not of this run.
func (s *Sink) Abandon() {}

// Close writes the file. A reader of a regular file sees the old one or the whole new one, never a part. A pipe is written
// until ctx is over.
func (s *Sink) Close(ctx context.Context, results []metrics.Result) (err error) {
	if s.target.kind == unknown { // nobody has called Start
		if s.target, err = find(s.path); err != nil {
			return s.cannot(err)
		}
	}
	if s.target.kind == regular {
		return s.replace(results)
	}
	out, err := s.target.open(ctx)
	if err != nil {
		return s.cannot(err)
	}
	return s.failed(errors.Join(s.fill(out, results), out.Close()))
}

// replace writes a file beside the one that is there, and then puts it in its place.
func (s *Sink) replace(results []metrics.Result) error {
	t, err := s.temporary()
	if err != nil {
		return err
	}
	err = errors.Join(s.fill(t, results), t.Chmod(s.target.mode), t.Sync(), t.Close())
	if err == nil {
		err = os.Rename(t.Name(), s.target.path)
	}
	if errors.Is(err, syscall.EBUSY) { // a container has the file itself mounted
		err = errors.Join(s.overwrite(results), os.Remove(t.Name()))
	} else if err != nil {
		err = errors.Join(err, os.Remove(t.Name()))
	}
	return s.failed(err)
}

// overwrite writes into the file that is there, which cannot be replaced.
func (s *Sink) overwrite(results []metrics.Result) error {
	out, err := os.OpenFile(s.target.path, os.O_WRONLY|os.O_TRUNC, 0)
	if err != nil {
		return err
	}
	return errors.Join(s.fill(out, results), out.Close())
}

func (s *Sink) fill(out io.Writer, results []metrics.Result) error {
	buffered := bufio.NewWriter(out)
	return errors.Join(s.write(buffered, results), buffered.Flush())
}

// temporary opens a file beside the one to write, on the same file system.
func (s *Sink) temporary() (*os.File, error) {
	dir := filepath.Dir(s.target.path)
	t, err := os.CreateTemp(dir, "."+filepath.Base(s.target.path)+".*")
	if err != nil {
		return nil, fmt.Errorf("cannot write %s %s: making a file in the folder %s: %w; make it writable or choose another path", s.what, s.path, dir, reason(err))
	}
	return t, nil
}

func (s *Sink) cannot(err error) error {
	return fmt.Errorf("cannot write %s %s: %w; choose another path", s.what, s.path, reason(err))
}

func (s *Sink) failed(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("write %s %s: %w", s.what, s.path, err)
}

// reason returns the error without the path, which the message already has.
func reason(err error) error {
	if inPath, ok := errors.AsType[*fs.PathError](err); ok {
		return inPath.Err
	}
	return err
}
