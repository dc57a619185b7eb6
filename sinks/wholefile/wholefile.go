// Package wholefile is the sink of formats that need nothing but the Results: one file, written at the end of a run,
// whole or not at all. Whether that is possible is checked before the run.
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

	"github.com/liveload/liveload/metrics"
)

// A Sink writes one file, at Close.
type Sink struct {
	path, what, example string
	write               func(io.Writer, []metrics.Result) error
}

// New returns a sink that writes the file at path. Errors call it what ("the result file"), and suggest a name like
// example when path is a folder.
func New(path, what, example string, write func(io.Writer, []metrics.Result) error) *Sink {
	return &Sink{path, what, example, write}
}

// Start returns why the file cannot be written. It creates the folders above it and leaves nothing else behind.
func (s *Sink) Start(context.Context, metrics.RunInfo) error {
	if info, err := os.Stat(s.path); err == nil && info.IsDir() {
		return fmt.Errorf("%s %s is a folder: give a file name, such as %s", s.what, s.path, filepath.Join(s.path, s.example))
	}
	dir := filepath.Dir(s.path)
	if err := os.MkdirAll(dir, 0o755); err != nil {
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

// Close writes the file. A reader sees the old file or the whole new one, never a part.
func (s *Sink) Close(_ context.Context, results []metrics.Result) (err error) {
	t, err := s.temporary()
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(fmt.Errorf("write %s %s: %w", s.what, s.path, err), os.Remove(t.Name()))
		}
	}()
	buffered := bufio.NewWriter(t)
	if err := errors.Join(s.write(buffered, results), buffered.Flush(), t.Chmod(0o644), t.Sync(), t.Close()); err != nil {
		return err
	}
	return os.Rename(t.Name(), s.path)
}

// temporary opens a file beside the one to write, on the same file system.
func (s *Sink) temporary() (*os.File, error) {
	dir := filepath.Dir(s.path)
	t, err := os.CreateTemp(dir, "."+filepath.Base(s.path)+".*")
	if err != nil {
		return nil, fmt.Errorf("cannot write %s %s: making a file in the folder %s: %w; make it writable or choose another path", s.what, s.path, dir, reason(err))
	}
	return t, nil
}

// reason returns the error without the path, which the message already has.
func reason(err error) error {
	if inPath, ok := errors.AsType[*fs.PathError](err); ok {
		return inPath.Err
	}
	return err
}
