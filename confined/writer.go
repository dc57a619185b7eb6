package confined

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// fileMode keeps what a run has found to its user.
const (
	fileMode   = 0o600
	folderMode = 0o700
)

// A Writer makes files in one folder, and in those below it. Safe for concurrent use.
type Writer struct{ Folder string }

// Write makes a file, whole or not at all, with the folders above it, and returns its path. What was there under the name is
// replaced, be it a link or a pipe. name is relative to the folder, or absolute and in it.
func (w Writer) Write(name string, content func(io.Writer) error) (path string, err error) {
	below, err := w.below(name)
	if err != nil {
		return "", err
	}
	if err := os.MkdirAll(w.Folder, folderMode); err != nil {
		return "", fmt.Errorf("write %q: %w", name, reason(err))
	}
	root, err := os.OpenRoot(w.Folder)
	if err != nil {
		return "", fmt.Errorf("write %q: %w", name, reason(err))
	}
	defer root.Close()
	if err := replace(root, below, content); err != nil {
		return "", fmt.Errorf("write %q: %w", name, reason(err))
	}
	return filepath.Join(w.Folder, below), nil
}

// below returns the name of a file as it is within the folder.
func (w Writer) below(name string) (string, error) {
	below := filepath.Clean(filepath.FromSlash(name))
	if filepath.IsAbs(below) {
		folder, err := filepath.Abs(w.Folder)
		if err != nil {
			return "", err
		}
		if below, err = filepath.Rel(folder, below); err != nil {
			below = ".." // of another volume
		}
	}
	if below == "." || !filepath.IsLocal(below) {
		return "", fmt.Errorf("%q is outside of the run's results, where a script writes: give a name such as %q, which starts from their folder (--evidence-dir)", name, filepath.Base(name))
	}
	return below, nil
}

func replace(root *os.Root, name string, content func(io.Writer) error) error {
	if err := root.MkdirAll(filepath.Dir(name), folderMode); err != nil {
		return err
	}
	fresh := filepath.Join(filepath.Dir(name), ".new-"+rand.Text())
	file, err := root.OpenFile(fresh, os.O_WRONLY|os.O_CREATE|os.O_EXCL, fileMode)
	if err != nil {
		return err
	}
	err = errors.Join(content(file), file.Close())
	if err == nil {
		err = root.Rename(fresh, name)
	}
	if err != nil {
		return errors.Join(err, root.Remove(fresh))
	}
	return nil
}
