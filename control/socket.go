package control

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

const (
	// socketName is the socket's name in the folder of a run.
	socketName = "control"
	// mostPath is how long the path of a Unix socket may be everywhere: macOS has 104 bytes for it, one of
	// which ends it.
	mostPath = 103
)

// Socket is the path of the socket in the folder of a run. The path may be too long to be used.
func Socket(folder string) string { return filepath.Join(folder, socketName) }

// reach calls use with a path of the folder's socket that is short enough. A long one goes through a
// symbolic link that is there meanwhile: the socket itself is always in the folder, and goes with it.
func reach(folder string, use func(path string) error) (err error) {
	if path := Socket(folder); len(path) <= mostPath {
		return use(path)
	}
	absolute, err := filepath.Abs(folder)
	if err != nil {
		return fmt.Errorf("find the folder of the run: %w", err)
	}
	shortcut, err := os.MkdirTemp(shortTemp(), "liveload-")
	if err != nil {
		return fmt.Errorf("make a short path for the socket: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(shortcut)) }()
	link := filepath.Join(shortcut, "run")
	if err := os.Symlink(absolute, link); err != nil {
		return fmt.Errorf("make a short path for the socket: %w", err)
	}
	return use(Socket(link))
}

// shortTemp is the folder for temporary files, unless its path is long itself.
func shortTemp() string {
	const rest = len("/liveload-4294967295/run/") + len(socketName)
	if temp := os.TempDir(); len(temp)+rest <= mostPath {
		return temp
	}
	return "/tmp"
}
