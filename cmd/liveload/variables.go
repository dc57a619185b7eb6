package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/liveload/liveload/plan"
)

// otherVariables are those that belong to no flag; the last one marks the processes of a run.
var otherVariables = []string{"LIVELOAD_CACHE", "LIVELOAD_NO_SANDBOX", "LIVELOAD_RUN"}

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
		if !strings.HasPrefix(name, "LIVELOAD_") || o.env[name] == "" || known[bare(name)] != "" {
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
