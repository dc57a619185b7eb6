package bundle

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// A project is where a script may import data from. Code it may import from anywhere, as in Node.js.
type project struct{ folders []string }

// newProject finds the project of a script: the repository in which it is, or else the next folder above with a package.json, or else its
// own folder.
func newProject(entry string, allowed []string) project {
	folder := realPath(filepath.Dir(entry))
	folders := []string{folder}
	if root := above(folder, ".git"); root != "" {
		folders = append(folders, root)
	} else if root := above(folder, "package.json"); root != "" {
		folders = append(folders, root)
	}
	for _, one := range allowed {
		folders = append(folders, realPath(one))
	}
	return project{folders}
}

// above returns the innermost folder, from this one upwards, that has such an entry; "" for none.
func above(folder, entry string) string {
	for ; ; folder = filepath.Dir(folder) {
		if _, err := os.Stat(filepath.Join(folder, entry)); err == nil {
			return folder
		}
		if folder == filepath.Dir(folder) {
			return ""
		}
	}
}

// realPath is a path without links, as esbuild gives them.
func realPath(path string) string {
	if abs, err := filepath.Abs(path); err == nil {
		path = abs
	}
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real
	}
	return path
}

// refuse says why a file cannot be imported; "" when it can.
func (p project) refuse(path string) string {
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		return fmt.Sprintf("%s is no file but a device, a pipe or a socket", path)
	}
	if !isData(path) || slices.Contains(strings.Split(filepath.ToSlash(path), "/"), "node_modules") {
		return ""
	}
	path = realPath(path)
	for _, folder := range p.folders {
		if below, err := filepath.Rel(folder, path); err == nil && filepath.IsLocal(below) {
			return ""
		}
	}
	return fmt.Sprintf("%s is outside of the script's project: put the file beside the script, or start liveload with --allow-read FOLDER", path)
}

// isData says whether a file that esbuild takes may hold something else than code.
func isData(path string) bool {
	return slices.Contains([]string{".json", ".txt", ""}, filepath.Ext(path))
}
