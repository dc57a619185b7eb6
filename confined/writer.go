package confined

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

const (
	// What a run has found is for its user only.
	fileMode   = 0o600
	folderMode = 0o700
	// mostOfName is how many files of one name there may be.
	mostOfName = 1000
)

// A Writer makes files in one folder, and in those below it. Safe for concurrent use.
type Writer struct{ Folder string }

// Write makes a file, with the folders above it, and returns its path. It replaces nothing: files of one name are numbered from the
// second on. When content fails, no file is left. name is relative to the folder.
func (w Writer) Write(name string, content func(io.Writer) error) (path string, err error) {
	below := filepath.Clean(filepath.FromSlash(name))
	if below == "." || !filepath.IsLocal(below) {
		return "", fmt.Errorf("%q is outside of the run's results, where scripts write: give a name such as %q, which starts from a folder of the run's (--evidence-dir)", name, filepath.Base(name))
	}
	path, err = w.write(below, content)
	if err != nil {
		return "", fmt.Errorf("write %q: %w", name, reason(err))
	}
	return path, nil
}

func (w Writer) write(name string, content func(io.Writer) error) (path string, err error) {
	if err := os.MkdirAll(w.Folder, folderMode); err != nil {
		return "", err
	}
	root, err := os.OpenRoot(w.Folder)
	if err != nil {
		return "", err
	}
	defer root.Close()
	if err := root.MkdirAll(filepath.Dir(name), folderMode); err != nil {
		return "", err
	}
	file, name, err := create(root, name)
	if err != nil {
		return "", err
	}
	if err := errors.Join(content(file), file.Close()); err != nil {
		return "", errors.Join(err, root.Remove(name))
	}
	return filepath.Join(w.Folder, name), nil
}

// create makes a file under a name that nothing has.
func create(root *os.Root, name string) (*os.File, string, error) {
	extension := filepath.Ext(name)
	free := name
	for n := 2; ; n++ {
		file, err := root.OpenFile(free, os.O_WRONLY|os.O_CREATE|os.O_EXCL, fileMode)
		switch {
		case !errors.Is(err, fs.ErrExist):
			return file, free, err
		case n > mostOfName:
			return nil, "", fmt.Errorf("there are %d files of that name already", mostOfName)
		}
		free = fmt.Sprintf("%s-%d%s", strings.TrimSuffix(name, extension), n, extension)
	}
}
