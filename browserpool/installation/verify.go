package installation

import (
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// driverSums are the files of the driver's package and their SHA-256, as sha256sum prints them: those of the tarball that
// driverPin names.
//
//go:embed driver.sha256
var driverSums string

// A ChangedError says that the driver is not the one that is pinned: somebody changed it after it was installed.
type ChangedError struct {
	Dir  string
	File string // the first file that differs, below Dir
	What string // such as "has changed"
}

func (e *ChangedError) Error() string {
	return fmt.Sprintf("the Playwright driver in %s is not the published one: %s %s. Run `liveload install`, which replaces it", e.Dir, e.File, e.What)
}

// verifyDriver compares every file of the driver's package with its pinned hash. It reads them all, some 9 MB: that takes
// less time than to keep account of what was read before, and depends on nothing that can be changed as well.
func (e Env) verifyDriver(driverDir string) error {
	dir := filepath.Join(driverDir, "package")
	left := parseSums(e.DriverSums)
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		name, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		want, known := left[name]
		delete(left, name)
		if !known || !entry.Type().IsRegular() {
			return &ChangedError{driverDir, path, "does not belong to it"}
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if sum := sha256.Sum256(content); hex.EncodeToString(sum[:]) != want {
			return &ChangedError{driverDir, path, "has changed"}
		}
		return nil
	})
	if err == nil && len(left) > 0 {
		err = &ChangedError{driverDir, filepath.Join(dir, slices.Min(slices.Collect(maps.Keys(left)))), "is missing"}
	}
	return err
}

// parseSums reads what sha256sum prints: hashes by file.
func parseSums(text string) map[string]string {
	sums := map[string]string{}
	for line := range strings.Lines(text) {
		if sum, name, ok := strings.Cut(strings.TrimSuffix(line, "\n"), "  "); ok {
			sums[name] = sum
		}
	}
	return sums
}
