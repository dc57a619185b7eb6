package journal

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"time"

	"github.com/liveload/liveload/filelock"
)

// ErrAlive says that the run of a journal still goes on.
var ErrAlive = errors.New("its run still goes on")

// A Dead is the journal of a run that ended without taking it away.
type Dead struct {
	Path     string
	Modified time.Time
	Head     Head
	lock     *filelock.Lock // nil where nobody can write
}

// Claim takes the journal at path for this process. One whose run goes on is ErrAlive. The caller calls Remove or Release.
func Claim(path string) (*Dead, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	c, err := ReadHead(path)
	if err != nil {
		return nil, err
	}
	d := &Dead{Path: path, Modified: info.ModTime(), Head: c.Head}
	d.lock, err = filelock.TryExisting(path)
	switch {
	case errors.Is(err, filelock.ErrHeld):
		return nil, fmt.Errorf("%s: %w", path, ErrAlive)
	case errors.Is(err, os.ErrPermission), errors.Is(err, syscall.EROFS): // nor can its run write there
		return d, nil
	case err != nil:
		return nil, err
	}
	return d, nil
}

// Release leaves the journal where it is.
func (d *Dead) Release() error {
	if d.lock == nil {
		return nil
	}
	return d.lock.Release()
}

// Remove removes the journal, with what an interrupted rewriting has left, and the link that index has to it.
func (d *Dead) Remove(index string) error {
	parts, _ := filepath.Glob(filepath.Join(filepath.Dir(d.Path), "."+d.Head.RunID+Ending+".*")) // an id has no pattern
	for _, part := range parts {
		_ = os.Remove(part)
	}
	err := errors.Join(os.Remove(d.Path), d.Release())
	if linkErr := os.Remove(filepath.Join(index, filepath.Base(d.Head.RunID)+Ending)); linkErr != nil && !errors.Is(linkErr, os.ErrNotExist) {
		err = errors.Join(err, linkErr)
	}
	return err
}

// FindDead claims the journals of all runs of an index that have died, the oldest first. It forgets those that somebody has
// removed. The error says which cannot be read.
func FindDead(index string) (all []*Dead, err error) {
	entries, err := filepath.Glob(filepath.Join(index, "*"+Ending))
	if err != nil {
		return nil, err
	}
	var errs []error
	for _, entry := range entries {
		target, err := filepath.EvalSymlinks(entry)
		if errors.Is(err, os.ErrNotExist) {
			_ = os.Remove(entry)
			continue
		}
		var d *Dead
		if err == nil {
			d, err = Claim(target)
		}
		switch {
		case err == nil:
			all = append(all, d)
		case errors.Is(err, ErrAlive), errors.Is(err, os.ErrNotExist): // it has ended just now
		default:
			errs = append(errs, err)
		}
	}
	slices.SortFunc(all, func(a, b *Dead) int { return a.Head.Began.Compare(b.Head.Began) })
	return all, errors.Join(errs...)
}

// IsIn says whether the journal is one of an index: that of a run of this machine.
func (d *Dead) IsIn(index string) bool {
	named, err := os.Stat(filepath.Join(index, d.Head.RunID+Ending))
	if err != nil {
		return false
	}
	own, err := os.Stat(d.Path)
	return err == nil && os.SameFile(named, own)
}
