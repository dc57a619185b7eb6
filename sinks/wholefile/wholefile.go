// Package wholefile writes the file of a sink at the end of a run: whole or not at all. Whether that is
// possible is checked before the run. What is in the file is up to the sink.
package wholefile

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// A File is one that will be written.
type File struct {
	path, what, example string
}

// New returns the file at path. Errors call it what ("the result file"), and suggest a name like example
// when path is a folder.
func New(path, what, example string) File { return File{path, what, example} }

// Check returns why the file cannot be written. It makes the folders above it and leaves nothing else behind.
func (f File) Check() error {
	if info, err := os.Stat(f.path); err == nil && info.IsDir() {
		return fmt.Errorf("%s %s is a folder: give a file name, such as %s", f.what, f.path, filepath.Join(f.path, f.example))
	}
	dir := filepath.Dir(f.path)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("cannot make the folder %s of %s (%w): choose another path", dir, f.what, reason(err))
	}
	probe, err := f.temporary()
	if err != nil {
		return err
	}
	return errors.Join(probe.Close(), os.Remove(probe.Name()))
}

// Write replaces the file by what write writes. A reader sees the old file or the whole new one, never a
// part.
func (f File) Write(write func(io.Writer) error) (err error) {
	t, err := f.temporary()
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(fmt.Errorf("write %s %s: %w", f.what, f.path, err), os.Remove(t.Name()))
		}
	}()
	buffered := bufio.NewWriter(t)
	if err := errors.Join(write(buffered), buffered.Flush(), t.Chmod(0o644), t.Sync(), t.Close()); err != nil {
		return err
	}
	return os.Rename(t.Name(), f.path)
}

// temporary opens a file beside the one to write, on the same file system.
func (f File) temporary() (*os.File, error) {
	dir := filepath.Dir(f.path)
	t, err := os.CreateTemp(dir, "."+filepath.Base(f.path)+".*")
	if err != nil {
		return nil, fmt.Errorf("cannot write %s %s: making a file in the folder %s: %w; make it writable or choose another path", f.what, f.path, dir, reason(err))
	}
	return t, nil
}

// reason returns the error without the path, which the message already has.
func reason(err error) error {
	var inPath *fs.PathError
	if errors.As(err, &inPath) {
		return inPath.Err
	}
	return err
}
