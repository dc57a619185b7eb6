package control

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

const (
	// socketName is the name of the socket in the folder of a run.
	socketName = "control"
	// maxPath is the longest path of a Unix socket that every system takes: macOS has 104 bytes, with the
	// final zero.
	maxPath = 103
)

// Socket is the path of the socket in the folder of a run. The path may be too long to be used.
func Socket(folder string) string { return filepath.Join(folder, socketName) }

// reach calls use with a path to the folder's socket that is short enough. For a long one it makes a
// symbolic link and removes it again; the socket itself is always in the folder.
func reach(folder string, use func(path string) error) (err error) {
	if path := Socket(folder); len(path) <= maxPath {
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

// shortTemp is the folder for temporary files, or /tmp when its path is too long.
func shortTemp() string {
	const rest = len("/liveload-4294967295/run/") + len(socketName)
	if temp := os.TempDir(); len(temp)+rest <= maxPath {
		return temp
	}
	return "/tmp"
}
