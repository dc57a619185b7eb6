package bundle

import (
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/evanw/esbuild/pkg/api"
)

// styles collects the style sheets that a script or its packages import. esbuild loads several files at once.
type styles struct {
	mu    sync.Mutex
	names []string
}

// plugin makes modules without exports of style sheets, whose names are relative to dir.
func (s *styles) plugin(dir string) api.Plugin {
	load := func(args api.OnLoadArgs) (api.OnLoadResult, error) {
		name := args.Path
		if relative, err := filepath.Rel(dir, name); err == nil {
			name = filepath.ToSlash(relative)
		}
		s.mu.Lock()
		s.names = append(s.names, name)
		s.mu.Unlock()
		nothing := "module.exports = {}"
		return api.OnLoadResult{Contents: &nothing, Loader: api.LoaderJS}, nil
	}
	return api.Plugin{Name: "styles", Setup: func(build api.PluginBuild) {
		build.OnLoad(api.OnLoadOptions{Filter: `\.(css|scss|sass|less)$`, Namespace: "file"}, load)
	}}
}

// note tells of the style sheets, if there are any.
func (s *styles) note() []string {
	if len(s.names) == 0 {
		return nil
	}
	slices.Sort(s.names)
	return []string{fmt.Sprintf("style sheets that a script imports are ignored: %s", strings.Join(s.names, ", "))}
}

// noLoader is what esbuild says of a file that is no code.
var noLoader = regexp.MustCompile(`^No loader is configured for "(\.[^"]*)" files: (.*)$`)

// noCode explains that a file cannot be imported, and what to do with it.
func noCode(extension, file string) string {
	name := filepath.Base(file)
	switch extension {
	case ".wasm":
		return fmt.Sprintf("%s is WebAssembly, which scenarios do not run: look for a package in JavaScript", name)
	case ".node":
		return fmt.Sprintf("%s is a program for Node.js, in which scenarios do not run: look for a package in JavaScript", name)
	case ".csv", ".tsv":
		return fmt.Sprintf("%s cannot be imported: read it with csv(name) of 'liveload/data'", name)
	case ".vue", ".svelte", ".astro":
		return fmt.Sprintf("%s cannot be imported: it is made for a page, and scenarios run outside of pages", name)
	case ".html", ".htm", ".md", ".xml", ".svg", ".yaml", ".yml", ".toml", ".sql", ".graphql", ".gql", ".ini", ".env", ".eex", ".heex":
		return fmt.Sprintf("%s cannot be imported: read its text with open(name) of 'liveload'", name)
	}
	return fmt.Sprintf("%s cannot be imported: user.setInputFiles uploads it by its name, and open(name, 'b') of 'liveload' reads its bytes", name)
}
