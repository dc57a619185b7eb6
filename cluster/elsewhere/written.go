package elsewhere

import (
	"archive/tar"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"path/filepath"
	"strings"
	"time"
)

// Fetchable says whether a file of a run, slash-separated, may come into a person's folder: it must be below that folder, and
// neither hidden nor in a hidden folder, as those of git are. The container of a controller is no more trusted than that.
func Fetchable(name string) bool {
	name = path.Clean(name)
	if !filepath.IsLocal(filepath.FromSlash(name)) {
		return false
	}
	for part := range strings.SplitSeq(name, "/") {
		if strings.HasPrefix(part, ".") {
			return false
		}
	}
	return true
}

// acceptFetched refuses what is not fetchable. No file that it accepts is a program.
func acceptFetched(header *tar.Header) error {
	if !Fetchable(header.Name) {
		return fmt.Errorf("%q may not be put here", header.Name)
	}
	header.Mode &= 0o666
	return nil
}

// files are all below the folder in which the run works, with the time of their last change.
func (h *Host) files() (map[string]time.Time, error) {
	root, all := h.work, map[string]time.Time{}
	err := filepath.WalkDir(root, func(file string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		name, err := filepath.Rel(root, file)
		all[filepath.ToSlash(name)] = info.ModTime()
		return err
	})
	return all, err
}

// written writes an archive of the files that were not given to the run, or are others now.
func (h *Host) written(to io.Writer) error {
	if !h.exit().Ended {
		return errors.New("the run goes on")
	}
	all, err := h.files()
	if err != nil {
		return err
	}
	a := newArchive(to)
	for name, changed := range all {
		if given, ok := h.given[name]; ok && given.Equal(changed) {
			continue
		}
		if err := a.addFile(name, filepath.Join(h.work, filepath.FromSlash(name))); err != nil {
			return err
		}
	}
	return a.close()
}
