package rundir

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"syscall"

	"github.com/liveload/liveload/filelock"
)

// A leftover is what a run has left, with its lock held by us: nobody else sweeps it. Other users may have made what looks
// like one, to have root remove something: no link is followed out of the folder of runs, and what is not ours stays.
type leftover struct {
	root *os.Root // of all runs
	id   string
	lock *filelock.Lock
}

// errNoRun says that what looks like the lock of a run is none of ours.
var errNoRun = errors.New("not a run of this user")

// take takes the lock of a run that has ended. It makes no file: only a run itself does. It fails with filelock.ErrHeld when
// the run goes on.
func take(root *os.Root, id string) (*leftover, error) {
	name := id + lockSuffix
	file, err := openPlain(root, name)
	if err != nil {
		return nil, err
	}
	lock, err := filelock.TryFile(file)
	if err != nil {
		return nil, err // it also closes the file
	}
	if info, err := lock.Stat(); err != nil || !ours(info) || !isNamed(root, name, info) {
		return nil, errors.Join(errNoRun, lock.Release())
	}
	return &leftover{root: root, id: id, lock: lock}, nil
}

// openPlain opens a file that is no link, pipe or device.
func openPlain(root *os.Root, name string) (*os.File, error) {
	info, err := root.Lstat(name)
	if errors.Is(err, fs.ErrNotExist) || err == nil && !info.Mode().IsRegular() {
		return nil, errNoRun
	}
	if err != nil {
		return nil, err
	}
	file, err := root.OpenFile(name, os.O_RDWR|syscall.O_NONBLOCK, 0)
	if errors.Is(err, fs.ErrPermission) { // another user's, of whose run we only see whether it goes on
		file, err = root.OpenFile(name, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	}
	if err != nil {
		return nil, errNoRun // it went meanwhile, or is closed to us
	}
	return file, nil
}

// isNamed says whether a name still is that of a file: it may have been removed, or replaced, after it was opened.
func isNamed(root *os.Root, name string, info os.FileInfo) bool {
	named, err := root.Lstat(name)
	return err == nil && os.SameFile(named, info)
}

// ours says whether a file or folder is this user's, under no other name.
func ours(info os.FileInfo) bool {
	s, ok := info.Sys().(*syscall.Stat_t)
	return ok && int(s.Uid) == os.Geteuid() && (info.IsDir() || s.Nlink == 1)
}

// hasFolder says whether the run has left a folder.
func (l *leftover) hasFolder() bool {
	info, err := l.root.Lstat(l.id)
	return err == nil && info.IsDir() && ours(info)
}

// remove takes the folder away, and then the lock that says whose it was.
func (l *leftover) remove() error {
	info, err := l.root.Lstat(l.id)
	if err == nil && !(info.IsDir() && ours(info)) {
		return errors.Join(fmt.Errorf("remove run folder: %s is not a folder of this user", l.id), l.lock.Release())
	}
	if err := l.root.RemoveAll(l.id); err != nil {
		return errors.Join(fmt.Errorf("remove run folder: %w", err), l.lock.Release())
	}
	if err := errors.Join(l.root.Remove(l.id+lockSuffix), l.lock.Release()); err != nil {
		return fmt.Errorf("remove lock of run folder: %w", err)
	}
	return nil
}
