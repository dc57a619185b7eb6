package upload

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// Keep copies the files of a Sender's folder that have not arrived to another folder, and returns how many there are. It
// makes that folder when there are some. An error does not keep it from copying the others.
func Keep(from, to string) (files int, err error) {
	var errs []error
	walked := filepath.WalkDir(from, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		info, err := entry.Info()
		if err != nil || info.Size() == 0 { // sent
			return err
		}
		name, err := filepath.Rel(from, path)
		if err == nil {
			err = copyFile(path, filepath.Join(to, name))
		}
		if err == nil {
			files++
		}
		errs = append(errs, err)
		return nil
	})
	if errors.Is(walked, fs.ErrNotExist) { // nothing was kept
		walked = nil
	}
	return files, errors.Join(append(errs, walked)...)
}

func copyFile(from, to string) (err error) {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
		return err
	}
	out, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Close())
}
