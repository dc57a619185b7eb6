package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/liveload/liveload/confined"
	"github.com/liveload/liveload/js"
	"github.com/liveload/liveload/js/bundle"
	"github.com/liveload/liveload/js/program"
	"github.com/liveload/liveload/js/scripterr"
	"github.com/liveload/liveload/node"
	"github.com/liveload/liveload/plan"
	"github.com/liveload/liveload/plan/files"
)

// A script is what a file says, and what was decided about each of its scenarios.
type script struct {
	path      string
	program   *program.Program
	layer     plan.Layer // its options for all scenarios
	scenarios []plan.NamedScenario
	decisions []plan.Decision
	files     []files.File // that it reads
	setup     bool         // it exports a function of this name
	teardown  bool
	warnings  []string // about habits from elsewhere
}

func readScript(ctx context.Context, found foundScript, settings runSettings, opts node.ScriptOptions) (s script, err error) {
	s.path = found.path
	if s.program, err = bundle.Script(s.path, opts.Modules.Exports(), opts.AllowRead...); err != nil {
		return s, missingScript(s.path, err)
	}
	for _, note := range s.program.Notes {
		opts.Log.Warn(s.path + ": " + note)
	}
	read := &files.Record{Finder: confined.Reader{Folder: s.program.Folder(), Allowed: opts.AllowRead}}
	opts.Files, opts.ScriptMemory = read, settings.scriptMemory
	exports, err := node.InspectScript(ctx, s.program, opts)
	if err != nil {
		return s, placeOption(s.path, functionOption(err))
	}
	if found.inFolder && !exports.Has("default") && !exports.Has("scenarios") {
		return s, errHelper
	}
	if s.setup, s.teardown, err = onceOnly(s.path, exports); err != nil {
		return s, err
	}
	if s.layer, err = scriptLayer(s.path, exports); err == nil {
		s.scenarios, s.decisions, err = decide(s.path, exports, s.layer, settings)
	}
	if err == nil {
		s.files, err = neededFiles(s.program, read, s.decisions)
		s.warnings = habits(s.path, exports, s.scenarios)
	}
	if err != nil {
		return s, placeOption(s.path, err)
	}
	return s, nil
}

// neededFiles are those that the script has read at its top level, and those that options name.
func neededFiles(program *program.Program, read *files.Record, decisions []plan.Decision) ([]files.File, error) {
	var patterns []string
	for _, d := range decisions {
		patterns = append(patterns, d.Options.Files...)
		for _, name := range contextFiles(d.Options.Context) {
			file, err := read.Open(name)
			if err != nil {
				return nil, &plan.OptionError{Option: "context", Problem: "names a file: " + err.Error()}
			}
			_ = file.Close() // nothing was written
		}
	}
	needed, err := read.List(program.Folder(), patterns)
	if err != nil {
		return nil, &plan.OptionError{Option: "files", Problem: err.Error()}
	}
	return needed, nil
}

// contextFiles are the files that options of browser contexts name.
func contextFiles(options map[string]any) (names []string) {
	take := func(from map[string]any, keys ...string) {
		for _, key := range keys {
			if name, ok := from[key].(string); ok {
				names = append(names, name)
			}
		}
	}
	take(options, "storageState")
	certificates, _ := options["clientCertificates"].([]any)
	for _, one := range certificates {
		certificate, _ := one.(map[string]any)
		take(certificate, "certPath", "keyPath", "pfxPath")
	}
	return names
}

// scriptLayer is what the script says for all of its scenarios.
func scriptLayer(path string, exports *js.Exports) (plan.Layer, error) {
	options, err := plan.ReadOptions(exports.Options)
	return plan.Layer{Options: options, Source: func(string) string { return path + ", options" }}, err
}

// decide says which scenarios a script has and what their options are.
func decide(path string, exports *js.Exports, layer plan.Layer, settings runSettings) ([]plan.NamedScenario, []plan.Decision, error) {
	if !exports.Has("scenarios") {
		if !slices.Contains(exports.Functions, "default") {
			return nil, nil, &scripterr.Error{File: path, Message: "the script has no default function: add `export default async function (user, config) { ... }`"}
		}
		decision := plan.Decide(slices.Concat(settings.above, []plan.Layer{layer}, settings.below))
		return []plan.NamedScenario{{Exec: "default"}}, []plan.Decision{decision}, nil
	}
	named, err := plan.ReadScenarios(exports.ScenarioNames, exports.Scenarios)
	if err != nil {
		return nil, nil, err
	}
	for i, s := range named {
		if named[i].Exec, err = s.Function(functions(exports)); err != nil {
			return nil, nil, err
		}
	}
	decisions, err := plan.DecideScenarios(named, settings.above, layer, settings.below)
	return named, decisions, err
}

// functions are the exports that can be iterations.
func functions(exports *js.Exports) []string {
	return slices.DeleteFunc(slices.Clone(exports.Functions), func(name string) bool {
		return slices.Contains([]string{"config", "throttles", string(plan.Setup), string(plan.Teardown)}, name)
	})
}

// functionOption says of which option a function is the value.
func functionOption(err error) error {
	var found *js.FunctionError
	if !errors.As(err, &found) {
		return err
	}
	option := &plan.OptionError{Option: found.Path[0], Problem: "is or holds a function, but must be plain data"}
	if found.Export == "scenarios" && len(found.Path) > 1 {
		option.Scenario, option.Option = found.Path[0], found.Path[1]
	}
	if option.Option == "exec" {
		option.Problem = "is a function, but must be the name of one that the script exports, as a text"
		if found.Function != "" && found.Function != "exec" { // the name of one that is written there
			option.Problem += ": '" + found.Function + "'"
		}
	}
	return option
}

// missingScript turns a script that is not there into a mistake of the command line, and a word that
// is no file at all into an unknown command.
func missingScript(path string, err error) error {
	if !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if !strings.ContainsAny(path, `./\`) {
		return &usageError{problem: unknownCommand(path), command: "liveload"}
	}
	return &usageError{problem: describe(err), command: "liveload"}
}

// A found script is one that the command line names, or one in a folder that it names.
type foundScript struct {
	path     string
	inFolder bool // then it may also be a helper of other scripts, without a default export
}

// discover lists the scripts: of a folder, those directly in it, in the order of their names.
func discover(paths []string) ([]foundScript, error) {
	var found []foundScript
	for _, path := range paths {
		info, err := os.Stat(path)
		if err != nil || !info.IsDir() {
			found = append(found, foundScript{path: path}) // bundling says what is wrong with it
			continue
		}
		entries, err := os.ReadDir(path) // sorted by name
		if err != nil {
			return nil, fmt.Errorf("look for scripts: %w", err)
		}
		before := len(found)
		for _, entry := range entries {
			if !entry.IsDir() && isScript(entry.Name()) {
				found = append(found, foundScript{path: filepath.Join(path, entry.Name()), inFolder: true})
			}
		}
		if len(found) == before {
			return nil, noScripts(path)
		}
	}
	return found, nil
}

func noScripts(folder string) error {
	return &usageError{problem: fmt.Sprintf("the folder %q holds no scenario: no .js, .mjs or .ts file with a default export", folder)}
}

// isScript says whether a file of a folder can be a scenario.
func isScript(name string) bool {
	if strings.HasPrefix(name, ".") || strings.HasSuffix(name, ".d.ts") {
		return false
	}
	return slices.Contains([]string{".js", ".mjs", ".ts"}, filepath.Ext(name))
}

// errHelper says that a file of a folder is not a scenario.
var errHelper = errors.New("no default export")
