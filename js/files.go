package js

import (
	"fmt"
	"os"
	"path/filepath"
)

// Files finds the files that a script names. Safe for concurrent use.
type Files interface {
	// Path returns the absolute path of a file on this machine. name is what the script calls it:
	// relative to the script's folder, or absolute. The file may be missing there all the same.
	Path(name string) (string, error)
}

// A Folder is the folder of a script on this machine, with the files in it.
type Folder string

// Path implements Files.
func (f Folder) Path(name string) (string, error) {
	path := filepath.FromSlash(name)
	if !filepath.IsAbs(path) {
		path = filepath.Join(string(f), path)
	}
	path, err := filepath.Abs(path)
	if err != nil {
		return "", fmt.Errorf("find file %q: %w", name, err)
	}
	return path, nil
}

// ReadFile reads the file at path. The error speaks of it by the script's name for it.
func ReadFile(path, name string) ([]byte, error) {
	if err := CheckFile(path, name); err != nil {
		return nil, err
	}
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read %q: %w", name, err)
	}
	return content, nil
}

// CheckFile says what is wrong when there is no file at path.
func CheckFile(path, name string) error {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return fmt.Errorf("there is no file %q next to the script: %w", name, err)
	case info.IsDir():
		return fmt.Errorf("%q is a folder", name)
	}
	return nil
}
