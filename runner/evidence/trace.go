package evidence

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"regexp"
	"unicode/utf8"

	"github.com/liveload/liveload/redact"
)

// redactTrace takes secrets out of the texts of a trace: what was called, requests and answers, pages. Pictures stay. When that
// cannot be done, there is no trace.
func redactTrace(file string, secrets *redact.Redactor) (err error) {
	clean := file + ".clean"
	defer func() {
		if err != nil {
			err = fmt.Errorf("redact a trace: %w", errors.Join(err, os.Remove(file)))
		}
		_ = os.Remove(clean) // it has its name by now, or is not whole
	}()
	from, err := zip.OpenReader(file)
	if err != nil {
		return err
	}
	defer from.Close()
	out, err := os.OpenFile(clean, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	to := zip.NewWriter(out)
	for _, part := range from.File {
		if err = redactPart(to, part, secrets); err != nil {
			break
		}
	}
	if err = errors.Join(err, to.Close(), out.Close()); err != nil {
		return err
	}
	return os.Rename(clean, file)
}

func redactPart(to *zip.Writer, part *zip.File, secrets *redact.Redactor) error {
	content, err := part.Open()
	if err != nil {
		return err
	}
	text, err := io.ReadAll(content)
	if err := errors.Join(err, content.Close()); err != nil {
		return err
	}
	if !utf8.Valid(text) && !texts[path.Ext(part.Name)] {
		return to.Copy(part) // a picture, a font
	}
	w, err := to.Create(part.Name)
	if err != nil {
		return err
	}
	_, err = io.WriteString(w, redactText(path.Ext(part.Name), string(text), secrets))
	return err
}

// texts are the kinds of files that are texts in whatever encoding, such as the page of an old site.
var texts = map[string]bool{".trace": true, ".network": true, ".stacks": true, ".html": true, ".js": true, ".css": true, ".json": true, ".txt": true, ".xml": true}

// redactText redacts a file of a trace by its kind. In code, which is no secret, only known values are hidden.
func redactText(kind, text string, secrets *redact.Redactor) string {
	switch kind {
	case ".trace", ".network":
		return cookies.ReplaceAllStringFunc(secrets.Text(text), func(list string) string {
			return valueOf.ReplaceAllString(list, `${1}"`+redact.Hidden+`"`)
		})
	case ".html":
		return secrets.Page(text)
	case ".js", ".css":
		return secrets.Known(text)
	}
	return secrets.Text(text)
}

var (
	// cookies matches lists of cookies in the lines of a trace, whose names do not say what they are.
	cookies = regexp.MustCompile(`"cookies":\[[^\]]+\]`)
	valueOf = regexp.MustCompile(`("value":)"(?:[^"\\]|\\.)*"`)
)
