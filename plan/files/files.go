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

// A Finder finds the files on this machine that a script may read.
type Finder interface {
	Path(name string) (string, error) // absolute
	Open(name string) (*os.File, error)
}

// A File is one that a script reads. Its content travels apart from the plan.
type File struct {
	Name   string `json:"name"`   // as the script says it, clean and slash-separated
	SHA256 string `json:"sha256"` // of its content, in hexadecimal
}

// A Record finds files like the Finder in it, and remembers which ones the script got. Safe for concurrent
// use.
type Record struct {
	Finder

	mu    sync.Mutex
	names []string
}

// Path returns where a file is.
func (r *Record) Path(name string) (string, error) {
	where, err := r.Finder.Path(name)
	if err == nil {
		r.note(name)
	}
	return where, err
}

// Open opens a file.
func (r *Record) Open(name string) (*os.File, error) {
	file, err := r.Finder.Open(name)
	if err == nil {
		r.note(name)
	}
	return file, err
}

func (r *Record) note(name string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.names = append(r.names, name)
}

// List returns the files that the script got, and those that match the patterns, which start from the
// script's folder, in the order of their names.
func (r *Record) List(folder string, patterns []string) ([]File, error) {
	r.mu.Lock()
	names := slices.Clone(r.names)
	r.mu.Unlock()
	for _, pattern := range patterns {
		matches, err := r.match(folder, pattern)
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
		case errors.Is(err, fs.ErrNotExist): // it is gone again
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

// match returns the files that match a pattern, all of which the script must be allowed to read. Folders do not count.
func (r *Record) match(folder, pattern string) (matches []string, err error) {
	base, prefix, rest := from(folder, clean(pattern))
	found, err := fs.Glob(os.DirFS(base), rest)
	if err != nil {
		return nil, fmt.Errorf("has the pattern %q, which cannot be read: * and ? stand for any letters, [ab] for one of them", pattern)
	}
	for _, name := range found {
		if info, err := os.Stat(filepath.Join(base, filepath.FromSlash(name))); err == nil && info.IsDir() {
			continue
		}
		file, err := r.Finder.Open(prefix + name)
		if err != nil {
			return nil, fmt.Errorf("has the pattern %q: %w", pattern, err)
		}
		_ = file.Close() // nothing was written
		matches = append(matches, prefix+name)
	}
	if len(matches) == 0 {
		return nil, fmt.Errorf("has the pattern %q, but no file matches it: it starts from the script's folder, as in 'fixtures/*.png'", pattern)
	}
	return matches, nil
}

// from returns the folder from which a clean pattern starts, what that is to the script's folder, and the rest of the pattern.
func from(folder, pattern string) (base, prefix, rest string) {
	if rest, ok := strings.CutPrefix(pattern, "/"); ok {
		return "/", "/", rest
	}
	base, rest = folder, pattern
	for above, ok := strings.CutPrefix(rest, "../"); ok; above, ok = strings.CutPrefix(rest, "../") {
		base, prefix, rest = filepath.Dir(base), prefix+"../", above
	}
	return base, prefix, rest
}

func (r *Record) file(name string) (File, error) {
	in, err := r.Finder.Open(name)
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
