package grafana

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// A ForeignError says that a file is there that liveload has not written.
type ForeignError struct{ Path string }

func (e *ForeignError) Error() string {
	return fmt.Sprintf("%s is there already and is not liveload's: nothing was written. Take another folder, or remove the file", e.Path)
}

// Write puts the files into a folder. Those of an earlier export are replaced. When one of them is foreign nothing is
// written, and the error is a *ForeignError.
func Write(folder string, files []File) error {
	for _, f := range files {
		if err := checkOurs(filepath.Join(folder, filepath.FromSlash(f.Name))); err != nil {
			return err
		}
	}
	for _, f := range files {
		path := filepath.Join(folder, filepath.FromSlash(f.Name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return fmt.Errorf("export the dashboards: %w", err)
		}
		if err := os.WriteFile(path, f.Content, 0o644); err != nil {
			return fmt.Errorf("export the dashboards: %w", err)
		}
	}
	return nil
}

// checkOurs returns an error unless there is no such file, or an export wrote it.
func checkOurs(path string) error {
	content, err := os.ReadFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return fmt.Errorf("export the dashboards: %w", err)
	case filepath.Ext(path) == ".json" && hasUID(content, strings.TrimSuffix(filepath.Base(path), ".json")),
		filepath.Ext(path) == ".yaml" && bytes.HasPrefix(content, []byte(mark)):
		return nil
	}
	return &ForeignError{path}
}

func hasUID(content []byte, uid string) bool {
	var d struct{ UID string }
	return json.Unmarshal(content, &d) == nil && d.UID == uid
}
