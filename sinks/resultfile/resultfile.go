// Package resultfile is the sink that keeps the Result of a run as a JSON file. The file's content is the
// business of package metrics.
package resultfile

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/liveload/liveload/metrics"
)

// A Sink writes one Result file, at Close.
type Sink struct {
	path string
}

// New returns a sink that writes to path. Parent folders are made.
func New(path string) *Sink { return &Sink{path: path} }

// Start checks that the file can be written, so that no run ends without its Result for a reason that
// could be known before.
func (s *Sink) Start(context.Context, metrics.RunInfo) error {
	if info, err := os.Stat(s.path); err == nil && info.IsDir() {
		return fmt.Errorf("the result file %s is a folder: give a file name, such as %s", s.path, filepath.Join(s.path, "result.json"))
	}
	dir := filepath.Dir(s.path)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("cannot make the folder %s of the result file (%w): choose another path", dir, reason(err))
	}
	probe, err := s.temporary()
	if err != nil {
		return err
	}
	return errors.Join(probe.Close(), os.Remove(probe.Name()))
}

// Write does nothing: the Result holds everything.
func (s *Sink) Write(context.Context, *metrics.Snapshot) error { return nil }

// Close writes the file. A reader sees the old file or the whole new one, never a part.
func (s *Sink) Close(_ context.Context, results []metrics.Result) (err error) {
	f, err := s.temporary()
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(fmt.Errorf("write the result file %s: %w", s.path, err), os.Remove(f.Name()))
		}
	}()
	buffered := bufio.NewWriter(f)
	if err := errors.Join(metrics.WriteResults(buffered, results), buffered.Flush(), f.Chmod(0o644), f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), s.path)
}

// temporary opens a file beside the result file, on the same file system.
func (s *Sink) temporary() (*os.File, error) {
	dir := filepath.Dir(s.path)
	f, err := os.CreateTemp(dir, "."+filepath.Base(s.path)+".*")
	if err != nil {
		return nil, fmt.Errorf("cannot write the result file %s: making a file in the folder %s: %w; make it writable or choose another path", s.path, dir, reason(err))
	}
	return f, nil
}

// reason leaves out the path, which the message names already.
func reason(err error) error {
	var inPath *fs.PathError
	if errors.As(err, &inPath) {
		return inPath.Err
	}
	return err
}
