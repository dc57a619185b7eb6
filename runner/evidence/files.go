package evidence

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/liveload/liveload/confined"
	"github.com/liveload/liveload/space"
)

// kept reports a complete file and returns the path under which people find it.
func (s *Store) kept(path string) string {
	file, err := filepath.Rel(s.opts.Dir, path)
	if err != nil { // cannot be: all files are below the folder
		return path
	}
	if s.opts.Kept != nil {
		s.opts.Kept(filepath.ToSlash(file))
	}
	return filepath.Join(cmp.Or(s.opts.Shown, s.opts.Dir), file)
}

// Screenshot keeps a screenshot that a script took and returns its path. Those of the same name, user and iteration are
// numbered from the second on.
func (s *Store) Screenshot(name string, user, iteration int, png []byte) (string, error) {
	if s == nil {
		return "", nil
	}
	if !s.opts.Space.Take(int64(len(png))) {
		s.dropped("screenshot")
		return "", nil
	}
	folder, number := filepath.Join(s.folder, "screenshots"), s.suffix
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return "", err
	}
	for n := 2; ; n++ {
		file := fmt.Sprintf("%s-user%d-iteration%d%s.png", fileName(s.opts.Secrets.Known(name)), user, iteration, number)
		reserved, err := os.OpenFile(filepath.Join(folder, file), os.O_CREATE|os.O_EXCL, 0o600)
		switch {
		case err == nil:
			_ = reserved.Close()
			return s.save(folder, file, png)
		case !errors.Is(err, os.ErrExist):
			return "", err
		}
		number = fmt.Sprintf("%s-%d", s.suffix, n)
	}
}

// Save keeps a file that a script makes; maker is a user and its iteration. The script may read it at path until done is called, once:
// then it may go to where people find it.
func (s *Store) Save(maker, name string, content func(io.Writer) error) (path string, done func(), err error) {
	if s == nil {
		return "", func() {}, content(io.Discard)
	}
	var within *space.Writer
	path, err = confined.Writer{Folder: filepath.Join(s.folder, "files", maker+s.suffix)}.Write(name, func(out io.Writer) error {
		within = s.opts.Space.Writer(out)
		return content(within)
	})
	if err != nil {
		if within != nil {
			within.Undo()
		}
		if within != nil && within.Refused() {
			s.dropped("file")
		}
		return "", func() {}, err
	}
	return path, func() { s.kept(path) }, nil
}

// write writes a text without the secrets that are known, whoever made it. It returns the path of the file, or "" when there is
// nothing to write or it cannot be written.
func (s *Store) write(folder, name, text string) string {
	return s.picture(folder, name, []byte(s.opts.Secrets.Known(text)))
}

// picture is write for what is no text.
func (s *Store) picture(folder, name string, content []byte) string {
	if len(content) == 0 {
		return ""
	}
	if !s.opts.Space.Take(int64(len(content))) {
		s.dropped("evidence")
		return ""
	}
	path, err := s.save(folder, name, content)
	if err != nil {
		s.opts.Space.Give(int64(len(content)))
		s.opts.Log.Warn("could not keep evidence of a failure", "error", err)
	}
	return path
}

func (s *Store) save(folder, name string, content []byte) (string, error) {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return "", err
	}
	path := filepath.Join(folder, name)
	if err := os.WriteFile(path, content, 0o600); err != nil {
		return "", errors.Join(err, os.Remove(path))
	}
	return s.kept(path), nil
}

// fileName makes a name that every file system takes.
func fileName(text string) string {
	const most = 60
	words := strings.FieldsFunc(text, func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '_' || r == '.')
	})
	clean := strings.Join(words, "-")
	return cmp.Or(strings.Trim(clean[:min(len(clean), most)], "-."), "unnamed")
}
