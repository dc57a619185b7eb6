package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"

	"github.com/liveload/liveload/js"
	"github.com/liveload/liveload/js/bundle"
	"github.com/liveload/liveload/js/program"
	"github.com/liveload/liveload/js/scripterr"
	"github.com/liveload/liveload/node"
	"github.com/liveload/liveload/plan"
	"github.com/liveload/liveload/plan/files"
)

// A plannedRun is a plan and where its options come from.
type plannedRun struct {
	plan     plan.Plan
	from     []map[string]string // of each scenario: option -> source
	seed     uint64
	seedFrom string
	warnings []string // for people who may have meant something else
}

func (p plannedRun) warn(log *slog.Logger, others []string) {
	for _, warning := range slices.Concat(others, p.warnings) {
		log.Warn(warning)
	}
}

// planScripts bundles the scripts and decides their options. Where there are several, one that is
// broken stays in the plan, with its error, so that the others run.
func planScripts(ctx context.Context, paths []string, settings runSettings, opts node.ScriptOptions) (plannedRun, error) {
	run := plannedRun{plan: plan.Plan{RunID: settings.runID}, seed: settings.seed, seedFrom: settings.seedFrom}
	scripts, err := discover(paths)
	if err != nil {
		return run, err
	}
	names := map[string]int{}
	var problems []error
	idle := &idleOptions{used: map[idleKey]bool{}}
	for i, script := range scripts {
		scenarios, from, err := planScript(ctx, script, settings, opts, idle)
		var usage *usageError
		switch {
		case errors.Is(err, errHelper):
			continue
		case errors.As(err, &usage):
			return run, err
		case err != nil:
			scenarios, from = []plan.Scenario{{Script: script.path, Problem: err}}, []map[string]string{nil}
			problems = append(problems, err)
		}
		for _, s := range scenarios {
			s.Batch = i + 1
			s.Name = unique(or(s.Name, scriptName(script.path)), names)
			run.plan.Scenarios = append(run.plan.Scenarios, s)
			run.warnings = append(run.warnings, spareUsers(&s)...)
		}
		run.from = append(run.from, from...)
	}
	switch len(run.plan.Scenarios) {
	case 0:
		return run, noScripts(paths[0])
	case len(problems):
		return run, errors.Join(problems...)
	}
	err = decideThresholds(&run, settings)
	if err == nil && len(problems) == 0 { // a script that cannot run might have had a use for all options
		err = idle.judge("")
	}
	run.warnings = append(run.warnings, idle.warnings...)
	if err == nil && settings.findLimit != nil {
		err = checkFindLimit(run.plan)
	}
	return run, err
}

func or(text, fallback string) string {
	if text != "" {
		return text
	}
	return fallback
}

// scriptName is the name of the script's file.
func scriptName(path string) string {
	return strings.TrimSuffix(filepath.Base(path), filepath.Ext(path))
}

// unique makes the name of a scenario its own; names counts how often each was given.
func unique(name string, names map[string]int) string {
	if names[name]++; names[name] > 1 {
		return fmt.Sprintf("%s-%d", name, names[name])
	}
	return name
}

// planScript plans the scenarios of a script: those that it names, or the one of its default function.
// A name is "" when the script does not say it.
func planScript(ctx context.Context, script foundScript, settings runSettings, opts node.ScriptOptions, idle *idleOptions) ([]plan.Scenario, []map[string]string, error) {
	path := script.path
	program, err := bundle.Script(path, opts.Modules.Exports())
	if err != nil {
		return nil, nil, missingScript(path, err)
	}
	read := &files.Record{Finder: js.Folder(program.Folder())}
	opts.Files = read
	exports, err := node.InspectScript(ctx, program, opts)
	if err != nil {
		return nil, nil, placeOption(path, functionOption(err))
	}
	if script.inFolder && !exports.Has("default") && !exports.Has("scenarios") {
		return nil, nil, errHelper
	}
	layer, err := scriptLayer(path, exports)
	if err != nil {
		return nil, nil, placeOption(path, err)
	}
	named, decisions, err := decide(path, exports, layer, settings)
	if err != nil {
		return nil, nil, placeOption(path, err)
	}
	needed, err := neededFiles(program, read, decisions)
	if err != nil {
		return nil, nil, placeOption(path, err)
	}
	var plans []plan.Scenario
	var from []map[string]string
	firstUser := 1
	for i, s := range named {
		scenario := plan.Scenario{Name: s.Name, Script: path, Program: plan.Program(program.Source()), Files: needed, Config: settings.config, Seed: settings.seed, Tags: s.Tags}
		if err := apply(&decisions[i], &scenario, settings.findLimit); err != nil {
			return nil, nil, refused(path, err, decisions[i].From)
		}
		idle.note(settings, settings.speakers(path, layer, s), s, decisions[i].Options)
		scenario.StartTime, scenario.FirstUser = plan.Duration(s.StartTime), firstUser
		if s.Exec != "default" {
			scenario.Exec = s.Exec
		}
		if err := scenario.Validate(); err != nil {
			return nil, nil, refused(path, err, decisions[i].From)
		}
		firstUser += scenario.Users
		plans = append(plans, scenario)
		origin := origins(path, s, decisions[i].From, settings)
		followLoad(origin, &scenario, decisions[i].Options)
		from = append(from, origin)
	}
	for i := range plans {
		plans[i].FirstExtra = firstUser + i*plan.MostExtra
	}
	if err := idle.judge(path); err != nil {
		return nil, nil, err
	}
	if err := checkThresholds(path, plans, settings.metrics); err != nil {
		return nil, nil, err
	}
	return plans, from, nil
}

// neededFiles are those that the script has read at its top level, and those that options name.
func neededFiles(program *program.Program, read *files.Record, decisions []plan.Decision) ([]files.File, error) {
	var patterns []string
	for _, d := range decisions {
		patterns = append(patterns, d.Options.Files...)
	}
	needed, err := read.List(program.Folder(), patterns)
	if err != nil {
		return nil, &plan.OptionError{Option: "files", Problem: err.Error()}
	}
	return needed, nil
}

// refused says who has to change an option: who wrote the command line, or who wrote the script.
func refused(path string, err error, from map[string]string) error {
	var option *plan.OptionError
	if !errors.As(err, &option) {
		return err
	}
	source := from[option.Option]
	if source == "" || strings.HasPrefix(source, path) || strings.HasPrefix(source, "scenarios.") {
		return placeOption(path, err)
	}
	return &usageError{problem: named(source, option.Option) + " " + option.Problem}
}

// apply writes a decision into a plan. A search for the limit takes the place of the load.
func apply(decision *plan.Decision, plan *plan.Scenario, find *plan.FindLimit) (err error) {
	if find == nil {
		decision.Options.Apply(plan)
		return nil
	}
	if *decision, err = find.Decide(*decision); err != nil {
		return err
	}
	decision.Options.Apply(plan)
	find.Apply(plan)
	return nil
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

// functions are the exports that can be iterations.
func functions(exports *js.Exports) []string {
	return slices.DeleteFunc(slices.Clone(exports.Functions), func(name string) bool {
		return name == "config" || name == "throttles"
	})
}

// origins says where the options of a scenario come from, also those that only a scenario has.
func origins(path string, s plan.NamedScenario, decided map[string]string, settings runSettings) map[string]string {
	from := map[string]string{}
	for option, source := range decided {
		if strings.HasPrefix(source, "scenarios.") {
			source = path + ", " + source
		}
		from[option] = source
	}
	own := path + ", scenarios." + s.Name
	for option, given := range map[string]bool{"exec": s.Exec != "default", "startTime": s.StartTime > 0, "tags": len(s.Tags) > 0} {
		if given {
			from[option] = own
		}
	}
	if len(settings.config) > 0 {
		from["config"] = strings.Join(settings.configFrom, " + ")
	}
	return from
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
