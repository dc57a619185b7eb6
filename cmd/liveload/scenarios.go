package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/liveload/liveload/node"
	"github.com/liveload/liveload/plan"
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
	idle := &idleOptions{used: map[string]bool{}}
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
			s.Name = unique(cmp.Or(s.Name, scriptName(script.path)), names)
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

// scriptName is the name of the script's file.
func scriptName(path string) string {
	return strings.TrimSuffix(filepath.Base(path), filepath.Ext(path))
}

// unique numbers names that were used before; names counts them.
func unique(name string, names map[string]int) string {
	if names[name]++; names[name] > 1 {
		return fmt.Sprintf("%s-%d", name, names[name])
	}
	return name
}

// planScript plans the scenarios of a script: those that it names, or the one of its default function.
// A name is "" when the script does not say it.
func planScript(ctx context.Context, found foundScript, settings runSettings, opts node.ScriptOptions, idle *idleOptions) (plans []plan.Scenario, from []map[string]string, err error) {
	script, err := readScript(ctx, found, settings, opts)
	if err != nil {
		return nil, nil, err
	}
	idle.warnings = append(idle.warnings, script.warnings...)
	firstUser := 1
	for i, s := range script.scenarios {
		decision := &script.decisions[i]
		scenario, err := script.plan(s, decision, settings)
		if err != nil {
			return nil, nil, refused(found.path, err, decision.From)
		}
		scenario.Tell(opts.Secrets)
		scenario.FirstUser = firstUser
		firstUser += scenario.Users
		idle.note(settings, settings.layers(found.path, script.layer, s), s, decision.Options)
		origin := origins(found.path, s, decision.From, settings)
		followLoad(origin, &scenario, decision.Options)
		plans, from = append(plans, scenario), append(from, origin)
	}
	for i := range plans {
		plans[i].FirstExtra = firstUser + i*plan.MostExtra
	}
	if err := idle.judge(found.path); err != nil {
		return nil, nil, err
	}
	return plans, from, checkThresholds(found.path, plans, settings.metrics)
}

// plan makes the plan of one scenario.
func (s script) plan(named plan.NamedScenario, decision *plan.Decision, settings runSettings) (plan.Scenario, error) {
	scenario := plan.Scenario{
		Name: named.Name, Script: s.path, Program: plan.Program(s.program.Source()), Files: s.files, Config: settings.config, Secrets: settings.configSecret,
		Seed: settings.seed, ScriptMemory: settings.scriptMemory, Tags: named.Tags, StartTime: plan.Duration(named.StartTime), Setup: s.setup, Teardown: s.teardown,
	}
	if named.Exec != "default" {
		scenario.Exec = named.Exec
	}
	if err := apply(decision, &scenario, settings.findLimit); err != nil {
		return scenario, err
	}
	return scenario, scenario.Validate()
}

// refused says whether the command line or the script must change.
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
func apply(decision *plan.Decision, scenario *plan.Scenario, find *plan.FindLimit) (err error) {
	if find == nil {
		decision.Options.Apply(scenario)
		return nil
	}
	if *decision, err = find.Decide(*decision); err != nil {
		return err
	}
	decision.Options.Apply(scenario)
	find.Apply(scenario)
	return nil
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
	for option, isSet := range map[string]bool{"exec": s.Exec != "default", "startTime": s.StartTime > 0, "tags": len(s.Tags) > 0} {
		if isSet {
			from[option] = own
		}
	}
	if len(settings.config) > 0 {
		from["config"] = strings.Join(settings.configFrom, " + ")
	}
	return from
}

// followLoad notes which options follow from others: the users of a rate, and of stages the most users and how long they
// last, unless a shorter duration cuts them off.
func followLoad(from map[string]string, scenario *plan.Scenario, decided plan.Options) {
	source := "from stages"
	if scenario.Kind() == plan.KindConstantRate {
		source = "from rate"
	}
	if scenario.Kind().Open() && scenario.FindLimit == nil {
		if decided.MaxUsers == nil {
			from["maxUsers"] = source
		}
		if decided.PreStartedUsers == nil {
			from["preStartedUsers"] = source
		}
		if decided.Session == nil {
			from["session"] = source
		}
	}
	if len(scenario.Stages) == 0 {
		return
	}
	if scenario.Kind() == plan.KindRampingUsers {
		from["users"] = source
	}
	if decided.Duration == nil || *decided.Duration > time.Duration(scenario.Duration) {
		from["duration"] = source
	}
}

// spareUsers warns about users who share so few iterations that some get none.
func spareUsers(scenario *plan.Scenario) []string {
	if scenario.Problem != nil || scenario.Kind() != plan.KindSharedIterations || scenario.Users <= scenario.Iterations {
		return nil
	}
	return []string{fmt.Sprintf("%s: %s, so that at least %d of them get none: iterations are shared by all users; say iterationsPerUser (--iterations-per-user) for so many of each",
		scenario.Name, scenario.LoadText(), scenario.Users-scenario.Iterations)}
}
