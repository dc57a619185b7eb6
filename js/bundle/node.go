package bundle

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"

	"github.com/evanw/esbuild/pkg/api"

	"github.com/liveload/liveload/js/program"
)

// nodeModules are the modules of Node.js, and what a scenario uses instead, if there is anything.
var nodeModules = map[string]string{
	"assert":              "check of 'liveload', or throw an Error",
	"async_hooks":         "",
	"buffer":              "Uint8Array, TextEncoder, atob and btoa, or npm install buffer",
	"child_process":       "",
	"cluster":             "--cluster of the command line",
	"console":             "the global console",
	"constants":           "",
	"crypto":              "the global crypto, or a package without Node.js such as @noble/hashes",
	"dgram":               "",
	"diagnostics_channel": "",
	"dns":                 "",
	"domain":              "try and catch",
	"events":              "a package such as mitt, or npm install events",
	"fs":                  "open of 'liveload' at the top level, or csv and json of 'liveload/data'",
	"http":                "'liveload/http'",
	"http2":               "'liveload/http'",
	"https":               "'liveload/http'",
	"inspector":           "",
	"module":              "import",
	"net":                 "'liveload/http'",
	"os":                  "env of 'liveload', and current of 'liveload/execution'",
	"path":                "texts with slashes, or a package such as path-browserify",
	"perf_hooks":          "the global performance, or user.step",
	"process":             "env of 'liveload'",
	"punycode":            "URL, which encodes host names, or npm install punycode",
	"querystring":         "URLSearchParams",
	"readline":            "open of 'liveload', and split",
	"repl":                "",
	"sea":                 "",
	"sqlite":              "csv and json of 'liveload/data'",
	"stream":              "open of 'liveload', which reads the whole file, or 'liveload/http'",
	"string_decoder":      "TextDecoder",
	"sys":                 "structuredClone, TextEncoder, or npm install util",
	"test":                "check of 'liveload'",
	"timers":              "the global setTimeout, or sleep of 'liveload'",
	"tls":                 "'liveload/http'",
	"trace_events":        "",
	"tty":                 "the global console",
	"url":                 "the global URL and URLSearchParams",
	"util":                "structuredClone, TextEncoder, or npm install util",
	"v8":                  "structuredClone",
	"vm":                  "",
	"wasi":                "",
	"worker_threads":      "",
	"zlib":                "a package such as pako",
}

// nodeModule returns the module of Node.js that a path names, without node: before it, which some always have.
func nodeModule(path string) (name string, ok bool) {
	name = strings.TrimPrefix(path, "node:")
	first, _, _ := strings.Cut(name, "/")
	_, ok = nodeModules[first]
	return name, ok && (name != path || !slices.Contains([]string{"sea", "sqlite", "test"}, first))
}

//go:embed node.js
var nodeStub string

// nodePlugin gives scripts and packages modules of Node.js that can be imported, and are errors when something of them is used:
// many packages import what they need in Node alone. What is installed under the name, or replaced by the package's browser map, wins.
func nodePlugin() api.Plugin {
	type asked struct{}
	return api.Plugin{Name: "node", Setup: func(build api.PluginBuild) {
		build.OnResolve(api.OnResolveOptions{Filter: `^[a-z]`}, func(args api.OnResolveArgs) (api.OnResolveResult, error) {
			name, ok := nodeModule(args.Path)
			if _, again := args.PluginData.(asked); !ok || again {
				return api.OnResolveResult{}, nil
			}
			found := build.Resolve(args.Path, api.ResolveOptions{
				Importer: args.Importer, Namespace: args.Namespace, ResolveDir: args.ResolveDir, Kind: args.Kind, PluginData: asked{},
			})
			if len(found.Errors) == 0 && !found.External {
				return api.OnResolveResult{}, nil
			}
			return api.OnResolveResult{Path: "node:" + name, Namespace: program.ModuleNamespace, SideEffects: api.SideEffectsFalse}, nil
		})
	}}
}

// nodeCode is the text of a module of Node.js.
func nodeCode(name string) string {
	first, _, _ := strings.Cut(name, "/")
	advice := "nothing replaces it"
	if instead := nodeModules[first]; instead != "" {
		advice = "use " + instead
	}
	return nodeStub + fmt.Sprintf("module.exports = absent(%q, %q);\n", name, advice)
}
