// Package bundle makes one program of a script and all that it imports, with esbuild.
package bundle

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/evanw/esbuild/pkg/api"

	"github.com/liveload/liveload/js/program"
	"github.com/liveload/liveload/js/scripterr"
	"github.com/liveload/liveload/js/sourcemap"
)

// Modules are the names that modules export, by the name under which a script imports the module.
type Modules map[string][]string

// Script makes one program of the script in the file entry and all that it imports: ES modules, TypeScript, JSON, and
// npm packages found from the script's folder upwards. It may also import modules, which VMs bring. The error is a
// *scripterr.Error and lists everything that is wrong in Also. Data is imported from the script's project and from the folders in allowed.
func Script(entry string, modules Modules, allowed ...string) (*program.Program, error) {
	if err := checkEntry(entry); err != nil {
		return nil, err
	}
	dir, err := os.Getwd()
	if err != nil {
		return nil, fmt.Errorf("bundle %s: %w", entry, err)
	}
	abs, err := filepath.Abs(entry)
	if err != nil {
		return nil, fmt.Errorf("bundle %s: %w", entry, err)
	}
	ignored, project := &styles{}, newProject(abs, allowed)
	result := api.Build(buildOptions(dir, abs, modules, ignored, project))
	if len(result.Errors) > 0 {
		return nil, bundleError(result.Errors)
	}
	src := program.Source{Name: filepath.ToSlash(entry)}
	for _, f := range result.OutputFiles {
		if strings.HasSuffix(f.Path, ".map") {
			src.Map, err = displayMap(f.Contents, dir, project)
		} else {
			src.Code = string(f.Contents)
		}
		if err != nil {
			return nil, fmt.Errorf("bundle %s: %w", entry, err)
		}
	}
	p, err := program.Load(src)
	if err == nil {
		p.Notes = ignored.note()
	}
	return p, err
}

// Files are the files that make the program of a script: the script, what it imports, and the package.json and tsconfig.json that
// say how, which are looked for from each file upwards. All paths are absolute.
func Files(entry string, modules Modules, allowed ...string) ([]string, error) {
	if err := checkEntry(entry); err != nil {
		return nil, err
	}
	abs, err := filepath.Abs(entry)
	if err != nil {
		return nil, fmt.Errorf("bundle %s: %w", entry, err)
	}
	options := buildOptions(filepath.Dir(abs), abs, modules, &styles{}, newProject(abs, allowed))
	options.Metafile = true
	result := api.Build(options)
	if len(result.Errors) > 0 {
		return nil, bundleError(result.Errors)
	}
	var meta struct{ Inputs map[string]any }
	if err := json.Unmarshal([]byte(result.Metafile), &meta); err != nil {
		return nil, fmt.Errorf("read what esbuild says of %s: %w", entry, err)
	}
	all := map[string]bool{}
	for name := range meta.Inputs {
		file := filepath.Join(options.AbsWorkingDir, filepath.FromSlash(name))
		if info, err := os.Stat(file); err != nil || !info.Mode().IsRegular() {
			continue // a module that VMs bring
		}
		all[file] = true
		for dir := filepath.Dir(file); ; dir = filepath.Dir(dir) {
			for _, name := range []string{"package.json", "tsconfig.json"} {
				if info, err := os.Stat(filepath.Join(dir, name)); err == nil && info.Mode().IsRegular() {
					all[filepath.Join(dir, name)] = true
				}
			}
			if dir == filepath.Dir(dir) {
				break
			}
		}
	}
	return slices.Sorted(maps.Keys(all)), nil
}

// buildOptions asks esbuild for the newest language that goja runs, and to keep functions as they
// are written, since their text may be sent to a browser. Of packages it takes what is made for browsers.
func buildOptions(dir, entry string, modules Modules, ignored *styles, project project) api.BuildOptions {
	return api.BuildOptions{
		AbsWorkingDir: dir,
		EntryPoints:   []string{entry},
		Outfile:       filepath.Join(dir, "bundle.js"),
		Bundle:        true,
		Write:         false,
		LogLevel:      api.LogLevelSilent,
		Format:        api.FormatCommonJS,
		Platform:      api.PlatformBrowser,
		Sourcemap:     api.SourceMapExternal,
		Charset:       api.CharsetUTF8,
		LegalComments: api.LegalCommentsNone,
		Target:        api.ES2023,
		Supported:     supported(),
		Define:        map[string]string{"process.env.NODE_ENV": `"production"`, "global": "globalThis", "self": "globalThis"},
		Plugins:       []api.Plugin{modulePlugin(modules), foreignPlugin(), nodePlugin(), ignored.plugin(dir), textPlugin(dir, project)},
	}
}

// supported says what of the target language goja does not run.
func supported() map[string]bool {
	return map[string]bool{"async-generator": false, "for-await": false, "dynamic-import": false, "hashbang": false}
}

// checkEntry says in plain words why a script cannot be read.
func checkEntry(entry string) error {
	info, err := os.Stat(entry)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		message := fmt.Sprintf("there is no script %q", entry)
		if near := nearFile(entry); near != "" {
			message += fmt.Sprintf("; did you mean %q?", near)
		}
		return &scripterr.Error{Message: message, Cause: err}
	case err != nil:
		return &scripterr.Error{Message: fmt.Sprintf("cannot read script %q: %v", entry, err), Cause: err}
	case info.IsDir():
		return &scripterr.Error{Message: fmt.Sprintf("%q is a folder; name the script in it", entry)}
	}
	return nil
}

// displayMap names the files of a source map as a person in dir would: relative when they are below
// dir, absolute otherwise. Lines of files that the project does not show go.
func displayMap(raw []byte, dir string, project project) (string, error) {
	var m sourcemap.Map
	if err := json.Unmarshal(raw, &m); err != nil {
		return "", fmt.Errorf("read esbuild's source map: %w", err)
	}
	for i, name := range m.Sources {
		path := filepath.Join(dir, filepath.FromSlash(name))
		unescaped, _ := url.PathUnescape(path) // as URLs in a map of a map are
		if i < len(m.SourcesContent) && !(project.shows(path) && project.shows(unescaped)) {
			m.SourcesContent[i] = ""
		}
		if strings.HasPrefix(name, "../") {
			m.Sources[i] = filepath.ToSlash(path)
		}
	}
	out, err := json.Marshal(m)
	return string(out), err
}
