// Package confined opens files for scripts, which strangers may have written: for reading in the folders that a run allows,
// for writing in its results. It follows links only as far as they stay there, and opens regular files only, never devices or
// pipes. A hard link is the file itself: who makes one must be allowed to write that file anyway.
package confined

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"syscall"
)

// MostRead is how many bytes ReadAll returns at most.
const MostRead = 512 << 20

// A Reader opens files in a script's folder, in those below it, and in folders that the person who started the run allows. Safe
// for concurrent use.
type Reader struct {
	Folder  string   // of the script: names start from it
	Allowed []string // more folders
}

// Path returns where a file is, as an absolute path without links. name is relative to the script's folder, or absolute. The
// error says why the script cannot have the file. Between Path and its use others may change the folder: what this process reads
// itself, it opens with Open.
func (r Reader) Path(name string) (string, error) {
	file, err := r.Open(name)
	if err != nil {
		return "", err
	}
	return file.Name(), file.Close()
}

// Open opens a file, which must be a regular one. Its Name is what Path returns. The caller closes it.
func (r Reader) Open(name string) (*os.File, error) {
	path := filepath.FromSlash(name)
	if !filepath.IsAbs(path) {
		path = filepath.Join(r.Folder, path)
	}
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("find file %q: %w", name, err)
	}
	roots, err := r.roots()
	if err != nil {
		return nil, err
	}
	real, err := filepath.EvalSymlinks(path)
	switch {
	case err != nil && !slices.ContainsFunc(slices.Concat(roots, []string{r.Folder}, r.Allowed), func(root string) bool { return within(root, path) }):
		return nil, outside(name) // whether it is there is no business of the script
	case err != nil:
		return nil, fmt.Errorf("there is no file %q next to the script: %w", name, reason(err))
	}
	for _, root := range roots {
		if within(root, real) {
			return openIn(root, real, name)
		}
	}
	return nil, outside(name)
}

// ReadFile reads a file of at most MostRead bytes from files, such as a Reader.
func ReadFile(files interface {
	Open(name string) (*os.File, error)
}, name string) ([]byte, error) {
	file, err := files.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return ReadAll(file, name)
}

// ReadAll reads an open file of at most MostRead bytes. The error speaks of it by name.
func ReadAll(file *os.File, name string) ([]byte, error) {
	info, err := file.Stat()
	if err != nil {
		return nil, fmt.Errorf("read %q: %w", name, reason(err))
	}
	var content bytes.Buffer
	if info.Size() <= MostRead { // which some files of the system do not know
		content.Grow(int(info.Size()) + bytes.MinRead)
		if _, err := content.ReadFrom(io.LimitReader(file, MostRead+1)); err != nil {
			return nil, fmt.Errorf("read %q: %w", name, reason(err))
		}
	}
	if max(info.Size(), int64(content.Len())) > MostRead {
		return nil, fmt.Errorf("%q has more than %d MB: split it", name, MostRead>>20)
	}
	return content.Bytes(), nil
}

// roots are the folders, without links.
func (r Reader) roots() ([]string, error) {
	var roots []string
	for _, folder := range append([]string{r.Folder}, r.Allowed...) {
		root, err := filepath.Abs(folder)
		if err == nil {
			root, err = filepath.EvalSymlinks(root)
		}
		if errors.Is(err, fs.ErrNotExist) { // so nothing is in it
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("find the folder %q: %w", folder, reason(err))
		}
		roots = append(roots, root)
	}
	return roots, nil
}

// within says whether a path is below a folder, or it.
func within(folder, path string) bool {
	below, err := filepath.Rel(folder, path)
	return err == nil && filepath.IsLocal(below)
}

// openIn opens a file below a folder. A link that somebody puts there meanwhile leads nowhere else.
func openIn(folder, path, name string) (*os.File, error) {
	below, err := filepath.Rel(folder, path)
	if err != nil {
		return nil, outside(name)
	}
	root, err := os.OpenRoot(folder)
	if err != nil {
		return nil, fmt.Errorf("open %q: %w", name, reason(err))
	}
	defer root.Close()
	file, err := root.OpenFile(below, os.O_RDONLY|syscall.O_NONBLOCK, 0) // a pipe would wait for who writes it
	if err != nil {
		return nil, fmt.Errorf("open %q: %w", name, reason(err))
	}
	if err := regular(file, name); err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return file, nil
}

func regular(file *os.File, name string) error {
	info, err := file.Stat()
	switch {
	case err != nil:
		return fmt.Errorf("open %q: %w", name, reason(err))
	case info.IsDir():
		return fmt.Errorf("%q is a folder", name)
	case !info.Mode().IsRegular():
		return fmt.Errorf("%q is no file but a device, a pipe or a socket: scripts read files only", name)
	}
	return nil
}

func outside(name string) error {
	return fmt.Errorf("%q is outside of the script's folder: put the file into that folder, or below it, or start liveload with --allow-read FOLDER", name)
}

// reason returns the error without the path, which the message already has.
func reason(err error) error {
	if inPath, ok := errors.AsType[*fs.PathError](err); ok {
		return inPath.Err
	}
	return err
}
