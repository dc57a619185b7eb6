// Package filelock provides locks between the processes of one machine. A lock ends with the process that holds it,
// even after kill -9, so it also shows whether that process is alive. The file is empty but for what its holder notes in it.
package filelock

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"time"
)

// ErrHeld says that another holder has the lock.
var ErrHeld = errors.New("the lock is held")

// retryEvery is how often Acquire asks again: flock itself cannot wait and obey a context.
const retryEvery = 50 * time.Millisecond

// fileMode keeps others from the lock: whoever can read a file can take its lock, and have its owner wait for ever.
const fileMode = 0o600

// A Lock is held until Release, or until this process ends. Child processes do not inherit it.
type Lock struct {
	file *os.File
}

// held keeps the files of all locks open: Go closes a file that nobody refers to any more, which would give its lock up.
var held sync.Map

// Try takes the lock of path, creating the file and its folder, or fails with ErrHeld at once. Two
// locks of one process exclude each other as those of two processes do.
func Try(path string) (*Lock, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return nil, fmt.Errorf("create folder of lock: %w", err)
	}
	return try(path, os.O_RDWR|os.O_CREATE)
}

// TryExisting is Try for a file that is there: without it, the error is os.ErrNotExist.
func TryExisting(path string) (*Lock, error) { return try(path, os.O_RDWR) }

func try(path string, flags int) (*Lock, error) {
	for {
		lock, err := tryOnce(path, flags)
		if err != nil || lock.isCurrent(path) {
			return lock, err
		}
		// The holder before us removed the file after we opened it: what we hold locks nothing.
		if err := lock.Release(); err != nil {
			return nil, err
		}
	}
}

func tryOnce(path string, flags int) (*Lock, error) {
	file, err := os.OpenFile(path, flags, fileMode)
	if err != nil {
		return nil, fmt.Errorf("open lock: %w", err)
	}
	return TryFile(file)
}

// TryFile takes the lock of an open file, which is the lock's from now on, or fails with ErrHeld at once.
func TryFile(file *os.File) (*Lock, error) {
	var err error
	for {
		err = syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if !errors.Is(err, syscall.EINTR) {
			break
		}
	}
	if err == nil {
		held.Store(file, true)
		return &Lock{file: file}, nil
	}
	if errors.Is(err, syscall.EWOULDBLOCK) {
		err = ErrHeld
	}
	return nil, errors.Join(fmt.Errorf("lock %s: %w", file.Name(), err), file.Close())
}

// isCurrent says whether path still names the file that is locked.
func (l *Lock) isCurrent(path string) bool {
	held, err := l.file.Stat()
	if err != nil {
		return false
	}
	named, err := os.Stat(path)
	return err == nil && os.SameFile(held, named)
}

// Acquire waits for the lock of path until ctx is over. It calls waiting once when another holder
// makes it wait; waiting may be nil.
func Acquire(ctx context.Context, path string, waiting func()) (*Lock, error) {
	ticker := time.NewTicker(retryEvery)
	defer ticker.Stop()
	for {
		lock, err := Try(path)
		if !errors.Is(err, ErrHeld) {
			return lock, err
		}
		if waiting != nil {
			waiting()
			waiting = nil
		}
		select {
		case <-ctx.Done():
			return nil, fmt.Errorf("wait for lock %s: %w", path, context.Cause(ctx))
		case <-ticker.C:
		}
	}
}

// longestNote bounds what Noted reads.
const longestNote = 4 << 10

// Note writes what the next holder can read in the file, in place of what was noted before.
func (l *Lock) Note(text []byte) error {
	if err := l.file.Truncate(0); err != nil {
		return fmt.Errorf("note in the lock: %w", err)
	}
	if _, err := l.file.WriteAt(text, 0); err != nil {
		return fmt.Errorf("note in the lock: %w", err)
	}
	return nil
}

// Noted is what was noted last, by this holder or one before.
func (l *Lock) Noted() ([]byte, error) {
	return io.ReadAll(io.NewSectionReader(l.file, 0, longestNote))
}

// Stat describes the file that is locked.
func (l *Lock) Stat() (os.FileInfo, error) { return l.file.Stat() }

// Release gives the lock up and leaves its file.
func (l *Lock) Release() error {
	held.Delete(l.file)
	return l.file.Close()
}

// Remove removes the lock's file, then gives the lock up.
func (l *Lock) Remove() error {
	return errors.Join(os.Remove(l.file.Name()), l.Release())
}
