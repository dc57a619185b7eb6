package bundle

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/evanw/esbuild/pkg/api"

	"github.com/liveload/liveload/js/program"
	"github.com/liveload/liveload/suggest"
)

// modulePlugin gives esbuild the modules: each becomes a small file that exports the module's names,
// so that esbuild itself finds misspelt imports.
func modulePlugin(modules Modules) api.Plugin {
	resolve := func(args api.OnResolveArgs) (api.OnResolveResult, error) {
		switch {
		case args.Namespace != program.ModuleNamespace:
		case strings.Contains(args.Path, "#"):
			return api.OnResolveResult{Path: args.Path, Namespace: program.ModuleNamespace, SideEffects: api.SideEffectsFalse}, nil
		default:
			return api.OnResolveResult{Path: args.Path, External: true}, nil
		}
		if _, ok := modules[args.Path]; !ok {
			return api.OnResolveResult{Errors: []api.Message{{Text: unknownModule(args.Path, modules)}}}, nil
		}
		return api.OnResolveResult{Path: args.Path, Namespace: program.ModuleNamespace}, nil
	}
	load := func(args api.OnLoadArgs) (api.OnLoadResult, error) {
		if name, ok := strings.CutPrefix(args.Path, "node:"); ok {
			code := nodeCode(name)
			return api.OnLoadResult{Contents: &code}, nil
		}
		name, export, one := strings.Cut(args.Path, "#")
		code := moduleCode(name, modules[name])
		if one {
			code = exportCode(name, export)
		}
		return api.OnLoadResult{Contents: &code}, nil
	}
	return api.Plugin{Name: "modules", Setup: func(build api.PluginBuild) {
		build.OnResolve(api.OnResolveOptions{Filter: `^liveload(/|$|\w*#)`}, resolve)
		build.OnLoad(api.OnLoadOptions{Filter: `.*`, Namespace: program.ModuleNamespace}, load)
	}}
}

// moduleCode makes each export a file of its own, so that esbuild leaves out those that the script does not
// import: each costs every user half a kilobyte.
func moduleCode(name string, exports []string) string {
	var b strings.Builder
	for _, export := range exports {
		fmt.Fprintf(&b, "export { x as %s } from %q;\n", export, name+"#"+export)
	}
	return b.String()
}

func exportCode(name, export string) string {
	return fmt.Sprintf("export const x = require(%q)[%q];\n", name, export)
}

func unknownModule(path string, modules Modules) string {
	names := slices.Sorted(maps.Keys(modules))
	text := fmt.Sprintf("there is no module %q", path)
	if near := suggest.Closest(path, names); near != "" {
		text += fmt.Sprintf("; did you mean %q?", near)
	}
	return text + " (there are: " + strings.Join(names, ", ") + ")"
}

// nearFile returns the file in the same folder as path whose name resembles it most, or "".
func nearFile(path string) string {
	dir := filepath.Dir(path)
	entries, err := os.ReadDir(dir)
	if err != nil {
		return ""
	}
	var names []string
	for _, e := range entries {
		if !e.IsDir() {
			names = append(names, e.Name())
		}
	}
	near := suggest.Closest(filepath.Base(path), names)
	if near == "" {
		return ""
	}
	return filepath.Join(dir, near)
}
