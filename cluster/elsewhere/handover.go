// Package elsewhere is about a run whose controller is a process elsewhere, such as a Pod: what that process is given, how
// others follow and end the run, and how they fetch what it has written. Nothing of that depends on somebody who follows.
// How the process is reached is the caller's business.
package elsewhere

import (
	"archive/tar"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
)

// A Handover is a run as its person would start it, with the files that it reads.
type Handover struct {
	Run    string            `json:"run"`    // its id
	Args   []string          `json:"args"`   // of liveload
	Env    map[string]string `json:"env"`    // besides that of the process; it may have secrets
	Folder string            `json:"folder"` // in which it runs, below the root of the files, slash-separated
	// Files are those that it reads: their names below the root, slash-separated, and where they are here.
	Files map[string]string `json:"-"`
}

const (
	handoverName = "handover.json"
	filesName    = "files"
)

// Pack writes a Handover as one archive.
func (h Handover) Pack(to io.Writer) error {
	a := newArchive(to)
	text, err := json.Marshal(h)
	if err != nil {
		return fmt.Errorf("pack the run: %w", err)
	}
	if err := a.add(handoverName, int64(len(text)), 0o600, func(w io.Writer) error { _, err := w.Write(text); return err }); err != nil {
		return err
	}
	for name, file := range h.Files {
		if err := a.addFile(path.Join(filesName, name), file); err != nil {
			return err
		}
	}
	return a.close()
}

// Unpack reads an archive of Pack. Its files come below folder, and their names are left out.
func Unpack(from io.Reader, folder string) (h Handover, err error) {
	names, err := extract(from, folder, func(*tar.Header) error { return nil })
	if err != nil {
		return h, fmt.Errorf("unpack the run: %w", err)
	}
	if len(names) == 0 || names[0] != handoverName {
		return h, errors.New("unpack the run: the archive does not begin with " + handoverName)
	}
	text, err := os.ReadFile(filepath.Join(folder, handoverName))
	if err == nil {
		err = json.Unmarshal(text, &h)
	}
	if err == nil && !filepath.IsLocal(filepath.FromSlash(path.Join(".", h.Folder))) {
		err = fmt.Errorf("%q is no folder in it", h.Folder)
	}
	if err != nil {
		return h, fmt.Errorf("unpack the run: %w", err)
	}
	return h, errors.Join(os.Remove(filepath.Join(folder, handoverName)), os.MkdirAll(filepath.Join(folder, filesName, h.Folder), 0o700))
}

// An archive is one that is written: tar, packed with gzip.
type archive struct {
	packed *gzip.Writer
	tar    *tar.Writer
}

func newArchive(to io.Writer) *archive {
	packed := gzip.NewWriter(to)
	return &archive{packed, tar.NewWriter(packed)}
}

// add adds a file whose content write writes.
func (a *archive) add(name string, size int64, mode fs.FileMode, write func(w io.Writer) error) error {
	if err := a.tar.WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: name, Size: size, Mode: int64(mode.Perm())}); err != nil {
		return fmt.Errorf("pack %s: %w", name, err)
	}
	if err := write(a.tar); err != nil {
		return fmt.Errorf("pack %s: %w", name, err)
	}
	return nil
}

// addFile adds a file of this machine, as long as it is now: it may grow meanwhile.
func (a *archive) addFile(name, file string) error {
	f, err := os.Open(file)
	if err != nil {
		return fmt.Errorf("pack %s: %w", name, err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return fmt.Errorf("pack %s: %w", name, err)
	}
	return a.add(name, info.Size(), info.Mode(), func(w io.Writer) error {
		_, err := io.CopyN(w, f, info.Size())
		return err
	})
}

func (a *archive) close() error {
	if err := errors.Join(a.tar.Close(), a.packed.Close()); err != nil {
		return fmt.Errorf("pack files: %w", err)
	}
	return nil
}

// extract writes those files of an archive below a folder that accept does not refuse, and returns their names in order. The errors of accept
// come at the end. Other things than files, and names that lead out of the folder, end it.
func extract(from io.Reader, folder string, accept func(*tar.Header) error) (names []string, err error) {
	packed, err := gzip.NewReader(from)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, err
	}
	root, err := os.OpenRoot(folder)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	var refused []error
	for files := tar.NewReader(packed); ; {
		header, err := files.Next()
		if errors.Is(err, io.EOF) {
			return names, errors.Join(refused...)
		}
		if err != nil {
			return names, err
		}
		if header.Typeflag != tar.TypeReg {
			return names, fmt.Errorf("%s is no file", header.Name)
		}
		if err := accept(header); err != nil {
			refused = append(refused, err)
			continue
		}
		if err := write(root, filepath.FromSlash(header.Name), files, fs.FileMode(header.Mode).Perm()|0o600); err != nil {
			return names, err
		}
		names = append(names, header.Name)
	}
}

func write(root *os.Root, name string, from io.Reader, mode fs.FileMode) error {
	if err := root.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		return err
	}
	f, err := root.OpenFile(name, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, mode)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, from)
	return errors.Join(err, f.Close())
}
