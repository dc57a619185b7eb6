package files

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"slices"
)

// A Store has the contents of files. Safe for concurrent use.
type Store interface {
	// Open returns the content with that SHA-256, in hexadecimal. The caller closes it.
	Open(ctx context.Context, sha256 string) (io.ReadCloser, error)
}

// A Stored is a Finder among files that came from a store.
type Stored struct {
	folder string
	files  []File
}

// Fetch gets files from a store into a folder of the node, which may have some of them already, and checks
// that each is what the plan says.
func Fetch(ctx context.Context, store Store, folder string, files []File) (*Stored, error) {
	s := &Stored{folder: folder, files: files}
	for _, file := range files {
		if err := s.fetch(ctx, store, file); err != nil {
			return nil, fmt.Errorf("fetch file %q: %w", file.Name, err)
		}
	}
	return s, nil
}

// Path returns where a file is. The error says how to get it there.
func (s *Stored) Path(name string) (string, error) {
	i := slices.IndexFunc(s.files, func(f File) bool { return f.Name == clean(name) })
	if i < 0 {
		return "", fmt.Errorf("there is no file %q on this node: name it in the script's option files, such as files: [%q]", name, clean(name))
	}
	return s.where(s.files[i]), nil
}

// Open opens a file.
func (s *Stored) Open(name string) (*os.File, error) {
	where, err := s.Path(name)
	if err != nil {
		return nil, err
	}
	return os.Open(where)
}

// where keeps the last part of the name, which applications see when the file is uploaded.
func (s *Stored) where(file File) string {
	return filepath.Join(s.folder, file.SHA256, path.Base(file.Name))
}

func (s *Stored) fetch(ctx context.Context, store Store, file File) (err error) {
	where := s.where(file)
	if _, err := os.Stat(where); err == nil {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(where), 0o755); err != nil {
		return err
	}
	in, err := store.Open(ctx, file.SHA256)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.CreateTemp(filepath.Dir(where), "part-*")
	if err != nil {
		return err
	}
	sum := sha256.New()
	_, err = io.Copy(io.MultiWriter(out, sum), in)
	err = errors.Join(err, out.Close())
	if got := hex.EncodeToString(sum.Sum(nil)); err == nil && got != file.SHA256 {
		err = fmt.Errorf("its content has the SHA-256 %s, but the plan says %s: has it changed since the run was planned?", got, file.SHA256)
	}
	if err == nil {
		err = os.Rename(out.Name(), where)
	}
	if err != nil {
		return errors.Join(err, os.Remove(out.Name()))
	}
	return nil
}

// A Disk is a Store of files that lie where a Finder says, for nodes that ask this machine. Files that have
// changed since they were listed are refused when they are fetched.
type Disk struct {
	Finder
	Files []File
}

// Open implements Store.
func (d Disk) Open(_ context.Context, sha256 string) (io.ReadCloser, error) {
	i := slices.IndexFunc(d.Files, func(f File) bool { return f.SHA256 == sha256 })
	if i < 0 {
		return nil, fmt.Errorf("the plan has no file with the SHA-256 %s", sha256)
	}
	return d.Finder.Open(d.Files[i].Name)
}
