package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/urfave/cli/v2"

	"github.com/liveload/liveload/plan"
	"github.com/liveload/liveload/redact"
	"github.com/liveload/liveload/sinks/outputs"
)

// inspect shows the plan of a run and runs nothing.
func (o *outside) inspect(c *cli.Context) error {
	settings, err := o.readRunSettings(c)
	if err != nil {
		return err
	}
	scripts := c.Args().Slice()
	if len(scripts) == 0 {
		return &usageError{problem: "which script? For example: liveload inspect examples/counter.js"}
	}
	w := o.wire(settings)
	planned, err := planScripts(c.Context, scripts, settings, w.scriptOptions())
	if err != nil {
		return err
	}
	planned.warn(w.log, o.mistypedVariables())
	if _, err := outputs.Open(settings.outputs, o.outputOptions(settings.outTimeout, w.log)); err != nil {
		return err
	}
	resources, err := o.resources(c.Context)
	if err != nil {
		w.log.Warn("not all limits of this machine are known", "error", err)
	}
	capacity, err := w.capacity(planned.plan, resources)
	if err != nil {
		return err
	}
	return showPlan(o.stdout, planned, settings, capacity)
}

// showPlan writes the scenarios with their options, then what belongs to the whole run.
func showPlan(out io.Writer, planned plannedRun, settings runSettings, capacity string) error {
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for i := range planned.plan.Scenarios {
		s := &planned.plan.Scenarios[i]
		if s.Problem != nil {
			fmt.Fprintf(table, "%s cannot run: %s\n\n", s.Name, redact.Text(describe(s.Problem)))
			continue
		}
		fmt.Fprintf(table, "%s (%s)%s\n", s.Name, s.Script, beside(planned.plan, i))
		for _, row := range rows(s, planned.from[i]) {
			fmt.Fprintln(table, strings.TrimRight("  "+strings.Join(row[:], "\t"), "\t"))
		}
		fmt.Fprintln(table)
		showSearch(table, s)
	}
	fmt.Fprintln(table, "the run")
	for _, name := range runWide() {
		if place := settings.sources.place(name); place != "" {
			fmt.Fprintf(table, "  %s\t%s\t%s\n", name, settings.withoutSecrets(name), place)
		}
	}
	fmt.Fprintf(table, "  seed\t%d\t%s\n", planned.seed, planned.seedFrom)
	if capacity != "" {
		fmt.Fprintf(table, "\n%s\n", capacity)
	}
	if err := table.Flush(); err != nil {
		return fmt.Errorf("write the plan: %w", err)
	}
	return nil
}

// beside says which scenarios run at the same time.
func beside(p plan.Plan, i int) string {
	var others []string
	for j, other := range p.Scenarios {
		if j != i && other.Batch != 0 && other.Batch == p.Scenarios[i].Batch {
			others = append(others, other.Name)
		}
	}
	if len(others) == 0 {
		return ""
	}
	return ", beside " + strings.Join(others, ", ")
}

// rows are name, value and source of each option, first what the load is made of.
func rows(s *plan.Scenario, from map[string]string) [][3]string {
	described := s.Described()
	delete(described, "seed") // of the run
	rows := [][3]string{{"load", described["load"].(string), ""}}
	delete(described, "load")
	for _, name := range slices.Sorted(maps.Keys(described)) {
		rows = append(rows, [3]string{name, shown(described[name]), cmp.Or(from[name], "default")})
	}
	return rows
}

func shown(value any) string {
	if text, ok := value.(string); ok {
		return redact.Text(text)
	}
	var text strings.Builder
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false) // people read the < of a threshold
	if err := encoder.Encode(value); err != nil {
		return fmt.Sprint(value)
	}
	return strings.TrimSuffix(text.String(), "\n")
}

// runWide are the flags that are no options of scenarios.
func runWide() []string {
	options := map[string]bool{"config": true, configSecretFlag: true, "seed": true}
	for _, name := range plan.OptionNames() {
		options[flagOf(name)] = true
	}
	return slices.DeleteFunc(flagNames(runFlags()), func(name string) bool { return options[name] })
}
