package main

import (
	"flag"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/liveload/liveload/plan"
)

// A textFlag is a flag of package cli whose values stay texts: this package reads them, so that its errors can name the
// flag, its variable, and the fix. What the environment says is kept apart from what the command line says.
type textFlag struct {
	cli.GenericFlag
	values    *texts
	repeated  bool
	separator string // between several values in the variable; "" is blanks
}

// newFlag makes a flag. It takes a value if its usage names one in backquotes.
func newFlag(name, usage string) *textFlag {
	f := &textFlag{GenericFlag: cli.GenericFlag{Name: name, Usage: usage, EnvVars: []string{variable(name)}}}
	f.values = &texts{flag: name, toggle: !f.TakesValue()}
	f.Value = f.values
	return f
}

// newListFlag makes a flag that may be repeated.
func newListFlag(name, separator, usage string) *textFlag {
	f := newFlag(name, usage+"; may be repeated")
	f.repeated, f.separator = true, separator
	return f
}

// newOptionalFlag makes a flag whose value may be left out. With one it is --name=VALUE.
func newOptionalFlag(name, usage string) *textFlag {
	f := newFlag(name, usage)
	f.values.free = true
	return f
}

// variable is the environment variable of a flag.
func variable(flag string) string {
	name := strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
	switch flag {
	case "browser-path":
		name = "BROWSER"
	case "host", "port":
		name = "DEMO_" + name
	case "name":
		name = "WORKER_" + name
	case "expired", "yes":
		name = "CLUSTER_" + name
	case mergedFlag: // not that of a file of a run
		name = "MERGE_" + name
	case "json", "run", "scenario": // LIVELOAD_RUN marks the processes of a run, which are killed with it
		name = "CONTROL_" + name
	}
	return "LIVELOAD_" + name
}

// Apply implements cli.Flag. The library sets the value of the environment here, that of the command line later.
func (f *textFlag) Apply(set *flag.FlagSet) error {
	err := f.GenericFlag.Apply(set)
	f.values.environment, f.values.commandLine = f.values.commandLine, nil
	if all := f.values.environment; f.repeated && len(all) > 0 {
		f.values.environment = f.split(all[0])
	}
	return err
}

func (f *textFlag) split(text string) []string {
	if f.separator == "" {
		return strings.Fields(text)
	}
	var all []string
	for one := range strings.SplitSeq(text, f.separator) {
		if one = strings.TrimSpace(one); one != "" {
			all = append(all, one)
		}
	}
	return all
}

// String implements cli.Flag: it is the flag's line in the help.
func (f *textFlag) String() string { return cli.FlagStringer(f) }

// TakesValue implements cli.DocGenerationFlag.
func (f *textFlag) TakesValue() bool { return f.placeholder() != "" }

// placeholder is what the help calls the value.
func (f *textFlag) placeholder() string {
	_, usage, _ := strings.Cut(f.Usage, "`")
	name, _, _ := strings.Cut(usage, "`")
	return name
}

// texts are the values of one flag. They implement cli.Generic.
type texts struct {
	flag                     string
	environment, commandLine []string
	toggle                   bool // true or false; a flag without a value is true
	free                     bool // a toggle that can be something else too
}

// Set implements cli.Generic.
func (t *texts) Set(text string) error {
	if text == "" && (!t.toggle || t.free) { // of a variable that is not set, as in --result "$RESULT"
		return fmt.Errorf("--%s is empty: give it a value, or leave it out", t.flag)
	}
	if _, err := strconv.ParseBool(text); t.toggle && !t.free && err != nil {
		return fmt.Errorf("--%s (or %s) is %q, but must be true or false", t.flag, variable(t.flag), text)
	}
	t.commandLine = append(t.commandLine, text)
	return nil
}

// String implements cli.Generic.
func (t *texts) String() string {
	if all := slices.Concat(t.environment, t.commandLine); len(all) > 0 {
		return all[len(all)-1]
	}
	return ""
}

// IsBoolFlag says to package flag whether the value may be left out.
func (t *texts) IsBoolFlag() bool { return t.toggle }

// findFlag returns the flag of that name.
func findFlag(flags []cli.Flag, name string) (*textFlag, bool) {
	for _, f := range flags {
		if f, ok := f.(*textFlag); ok && slices.Contains(f.Names(), name) {
			return f, true
		}
	}
	return nil, false
}

// flagNames returns the names of all flags.
func flagNames(flags []cli.Flag) (names []string) {
	for _, f := range flags {
		names = append(names, f.Names()[0])
	}
	return names
}

// otherVariables are those that belong to no flag; the last one marks the processes of a run.
var otherVariables = []string{"LIVELOAD_CACHE", "LIVELOAD_NO_SANDBOX", runIDVariable, "LIVELOAD_RUN", "LIVELOAD_WORKER_OF"}

// mistypedVariables warns about variables that nothing reads and that look much like those of flags. Others may well be a
// script's own.
func (o *outside) mistypedVariables() (warnings []string) {
	known := map[string]string{}
	for _, name := range otherVariables {
		known[bare(name)] = name
	}
	for _, c := range o.commands() {
		for _, flag := range flagNames(c.Flags) {
			known[bare(variable(flag))] = variable(flag)
		}
	}
	names := slices.Sorted(maps.Keys(known))
	for _, name := range slices.Sorted(maps.Keys(o.env)) {
		if !strings.HasPrefix(name, "LIVELOAD_") || strings.HasPrefix(name, configPrefix) || o.env[name] == "" || known[bare(name)] != "" {
			continue
		}
		if near := plan.Suggest(bare(name), names); near != "" {
			warnings = append(warnings, fmt.Sprintf("nothing reads the variable %s: did you mean %s?", name, known[near]))
		}
	}
	return warnings
}

// bare is a variable's name as a flag would have it.
func bare(variable string) string {
	return strings.ToLower(strings.ReplaceAll(strings.TrimPrefix(variable, "LIVELOAD_"), "_", "-"))
}
