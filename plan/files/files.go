// Package files owns the files that a script reads besides its imports: which ones they are, so that a plan is
// enough to run without the author's disk, and where they lie on a node that got them.
package files

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"
)

// A Finder returns where a file that a script names is on this machine, as an absolute path.
type Finder interface {
	Path(name string) (string, error)
}

// A File is one that a script reads. Its content travels apart from the plan.
type File struct {
	Name   string `json:"name"`   // as the script says it, clean and slash-separated
	SHA256 string `json:"sha256"` // of its content, in hexadecimal
}

// A Record finds files like the Finder in it, and remembers which ones were asked for. Safe for concurrent
// use.
type Record struct {
	Finder

	mu    sync.Mutex
	names []string
}

// Path returns where a file is.
func (r *Record) Path(name string) (string, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.names = append(r.names, name)
	return r.Finder.Path(name)
}

// List returns the files that were asked for, if they are there, and those that match the patterns, which start from the
// script's folder, in the order of their names.
func (r *Record) List(folder string, patterns []string) ([]File, error) {
	r.mu.Lock()
	names := slices.Clone(r.names)
	r.mu.Unlock()
	for _, pattern := range patterns {
		matches, err := match(folder, pattern)
		if err != nil {
			return nil, err
		}
		names = append(names, matches...)
	}
	for i := range names {
		names[i] = clean(names[i])
	}
	slices.Sort(names)
	var files []File
	for _, name := range slices.Compact(names) {
		file, err := r.file(name)
		switch {
		case errors.Is(err, fs.ErrNotExist): // the script did without it
		case err != nil:
			return nil, err
		default:
			files = append(files, file)
		}
	}
	return files, nil
}

// clean makes the names that a script may have for one file the same.
func clean(name string) string { return path.Clean(strings.ReplaceAll(name, `\`, "/")) }

// match returns the files that match a pattern. Folders do not count, and no link may lead out of the script's folder.
func match(folder, pattern string) (matches []string, err error) {
	root, err := os.OpenRoot(folder)
	if err != nil {
		return nil, fmt.Errorf("cannot be read: %w", err)
	}
	defer root.Close()
	found, err := fs.Glob(os.DirFS(folder), clean(pattern))
	if err != nil {
		return nil, fmt.Errorf("has the pattern %q, which cannot be read: * and ? stand for any letters, [ab] for one of them", pattern)
	}
	for _, name := range found {
		info, err := root.Stat(filepath.FromSlash(name))
		switch {
		case err != nil && !errors.Is(err, fs.ErrNotExist):
			return nil, fmt.Errorf("has the pattern %q, which matches %q outside of the script's folder: %w", pattern, name, err)
		case err != nil || !info.IsDir():
			matches = append(matches, name)
		}
	}
	if len(matches) == 0 {
		return nil, fmt.Errorf("has the pattern %q, but no file matches it: it starts from the script's folder, as in 'fixtures/*.png'", pattern)
	}
	return matches, nil
}

func (r *Record) file(name string) (File, error) {
	where, err := r.Finder.Path(name)
	if err != nil {
		return File{}, err
	}
	in, err := os.Open(where)
	if err != nil {
		return File{}, fmt.Errorf("cannot be sent to nodes: %w", err)
	}
	defer in.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, in); err != nil {
		return File{}, fmt.Errorf("cannot be sent to nodes: read %q: %w", name, err)
	}
	return File{Name: name, SHA256: hex.EncodeToString(sum.Sum(nil))}, nil
}
