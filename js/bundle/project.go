package bundle

import (
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
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

// refuse says why a file cannot be imported with such attributes; "" when it can.
func (p project) refuse(path string, with map[string]string) string {
	if special(path) {
		return fmt.Sprintf("%s is no file but a device, a pipe or a socket", path)
	}
	if len(with) == 0 && !isData(path) || inPackage(path) {
		return ""
	}
	path = realPath(path)
	if p.has(path) {
		return ""
	}
	return fmt.Sprintf("%s is outside of the script's project: put the file beside the script, or start liveload with --allow-read FOLDER", path)
}

// has says whether a path without links is in the project, or in what is allowed.
func (p project) has(path string) bool {
	return slices.ContainsFunc(p.folders, func(folder string) bool {
		below, err := filepath.Rel(folder, path)
		return err == nil && filepath.IsLocal(below)
	})
}

// shows says whether errors may show lines of a file that a source map names: esbuild reads any file of the machine for it.
func (p project) shows(path string) bool {
	if _, err := os.Lstat(path); errors.Is(err, fs.ErrNotExist) { // the lines came with the map
		return true
	}
	real := realPath(path)
	return p.has(real) || !isData(real) && texts.MatchString(real) || inPackage(real)
}

func inPackage(path string) bool {
	return slices.Contains(strings.Split(filepath.ToSlash(path), "/"), "node_modules")
}

// special says whether a path leads to something else than a file with content.
func special(path string) bool {
	info, err := os.Stat(path)
	return err == nil && !info.Mode().IsRegular()
}

// isData says whether a file that esbuild takes may hold something else than code.
func isData(path string) bool {
	return slices.Contains([]string{".json", ".txt", ""}, filepath.Ext(path))
}

// mapComment finds what names the source map of a file, which esbuild reads.
var mapComment = regexp.MustCompile(`sourceMappingURL=([^\s\v\x{85}\p{Z}\x{feff}]+)`)

// refuseMap says why the source map that a file at path names cannot be read; "" when it can, or there is none.
func refuseMap(path string, content []byte) string {
	for _, found := range mapComment.FindAllSubmatch(content, -1) {
		name, _, _ := strings.Cut(string(found[1]), "*/")
		address, err := url.Parse(name)
		if err != nil || address.Scheme != "" && address.Scheme != "file" {
			continue
		}
		file := filepath.FromSlash(address.Path)
		if !filepath.IsAbs(file) {
			file = filepath.Join(filepath.Dir(path), file)
		}
		if _, err := os.Stat(file); err == nil && (special(file) || filepath.Ext(realPath(file)) != ".map") {
			return fmt.Sprintf("sourceMappingURL names %q, which is no file that ends in .map", name)
		}
	}
	return ""
}
