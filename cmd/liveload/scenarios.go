package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/liveload/liveload/js"
	"github.com/liveload/liveload/runner"
)

// planScripts bundles the scripts and decides their options. Where there are several, one that is
// broken stays in the plan, with its error, so that the others run.
func planScripts(ctx context.Context, paths []string, settings runSettings, opts runner.ScriptOptions) (runner.Plan, error) {
	plan := runner.Plan{RunID: settings.runID}
	scripts, err := discover(paths)
	if err != nil {
		return plan, err
	}
	names := map[string]int{}
	var problems []error
	for _, script := range scripts {
		scenario, err := planScript(ctx, script, settings, opts)
		var usage *usageError
		switch {
		case errors.Is(err, errHelper):
			continue
		case errors.As(err, &usage):
			return plan, err
		case err != nil:
			scenario = runner.ScenarioPlan{Script: script.path, Problem: err}
			problems = append(problems, err)
		}
		scenario.Name = scenarioName(script.path, names)
		plan.Scenarios = append(plan.Scenarios, scenario)
	}
	switch len(plan.Scenarios) {
	case 0:
		return plan, noScripts(paths[0])
	case len(problems):
		return plan, errors.Join(problems...)
	}
	return plan, decideThresholds(&plan, settings)
}

// scenarioName is the name of the script's file; names counts how often each was given.
func scenarioName(path string, names map[string]int) string {
	base := strings.TrimSuffix(filepath.Base(path), filepath.Ext(path))
	if names[base]++; names[base] > 1 {
		return fmt.Sprintf("%s-%d", base, names[base])
	}
	return base
}

func planScript(ctx context.Context, script foundScript, settings runSettings, opts runner.ScriptOptions) (runner.ScenarioPlan, error) {
	path := script.path
	program, err := js.Bundle(path, js.BundleOptions{Modules: opts.Modules})
	if err != nil {
		return runner.ScenarioPlan{}, missingScript(path, err)
	}
	exports, err := runner.InspectScript(ctx, program, opts)
	if err != nil {
		return runner.ScenarioPlan{}, err
	}
	if !exports.Has("default") && script.inFolder {
		return runner.ScenarioPlan{}, errHelper
	}
	if err := refuseExports(path, exports); err != nil {
		return runner.ScenarioPlan{}, err
	}
	if !exports.Has("default") {
		return runner.ScenarioPlan{}, &js.Error{File: path, Message: "the script has no default function: add `export default async function (user, config) { ... }`"}
	}
	fromScript, err := runner.ReadOptions(exports.Options)
	if err != nil {
		return runner.ScenarioPlan{}, placeOption(path, err)
	}
	scenario := runner.ScenarioPlan{Script: path, Program: program.Source(), Config: settings.config}
	settings.options.Over(fromScript).Apply(&scenario)
	if err := scenario.Validate(); err != nil {
		return runner.ScenarioPlan{}, placeOption(path, err)
	}
	if err := checkThresholds(path, scenario.Thresholds, settings.metrics); err != nil {
		return runner.ScenarioPlan{}, err
	}
	return scenario, nil
}

// refuseExports says no to what the scenario API has and this version does not: ignoring it would give
// another test than the script asks for.
func refuseExports(path string, exports *js.Exports) error {
	for _, name := range []string{"scenarios"} {
		if exports.Has(name) {
			return &js.Error{File: path, Message: fmt.Sprintf("the script exports %q, which this version of liveload cannot do yet: remove it", name)}
		}
	}
	return nil
}

// missingScript turns a script that is not there into a mistake of the command line, and a word that
// is no file at all into an unknown command.
func missingScript(path string, err error) error {
	if !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if !strings.ContainsAny(path, `./\`) {
		return &usageError{problem: unknownCommand(path)}
	}
	return &usageError{problem: describe(err)}
}

// placeOption says where in the script a refused option stands, if the text shows it plainly.
func placeOption(path string, err error) error {
	var option *runner.OptionError
	if !errors.As(err, &option) {
		return err
	}
	placed := &js.Error{File: path, Message: err.Error(), Cause: err}
	text, readErr := os.ReadFile(path)
	if readErr != nil {
		return placed
	}
	_, from, ok := strings.Cut(string(text), "options")
	if !ok {
		return placed
	}
	key := regexp.MustCompile(`['"]?\b` + regexp.QuoteMeta(option.Option) + `\b['"]?\s*:`)
	at := key.FindStringIndex(from)
	if at == nil {
		return placed
	}
	offset := len(text) - len(from) + at[0]
	before := string(text[:offset])
	lineStart := strings.LastIndexByte(before, '\n') + 1
	placed.Line = strings.Count(before, "\n") + 1
	placed.Column = utf8.RuneCountInString(before[lineStart:]) + 1
	placed.SourceLine, _, _ = strings.Cut(string(text[lineStart:]), "\n")
	return placed
}
