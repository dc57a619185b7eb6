package main

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/urfave/cli/v2"

	"github.com/liveload/liveload/metrics"
)

// run runs scenarios.
func (o *outside) run(c *cli.Context) error {
	settings, err := o.readRunSettings(c)
	if err != nil {
		return err
	}
	scripts := c.Args().Slice()
	if len(scripts) == 0 {
		return &usageError{problem: "which script? For example: liveload examples/counter.js"}
	}
	o.clearStdout(settings)
	ends, release := o.listen(c.Context)
	defer release()
	if settings.cluster.isElsewhere(o.env) {
		if settings.dashboard.asked && settings.dashboard.on {
			return &usageError{problem: fmt.Sprintf("--%s serves a page where the controller is, which is in the cluster here: leave it out, or keep the controller on this machine with --%s",
				dashboardFlag, clusterAddressFlag)}
		}
		err := o.runElsewhere(scripts, settings, ends)
		if _, ended := errors.AsType[*elsewhereError](err); ends.early() && !ended {
			return interrupted(err)
		}
		return err
	}
	results, err := o.runScripts(scripts, settings, ends)
	switch {
	case ends.early():
		return interrupted(err)
	case err != nil:
		return err
	}
	return judgeRun(results)
}

// judgeRun refuses Results that are not as they were promised, of which nothing worked, or too little.
func judgeRun(results []metrics.Result) error {
	broken := judgeLimit(results)
	if broken == nil {
		broken = judgeThresholds(results)
	}
	if err := errors.Join(broken, judge(results)); err != nil {
		return err
	}
	return judgeFailures(results)
}

func (o *outside) runScripts(scripts []string, settings runSettings, ends *ending) ([]metrics.Result, error) {
	w := o.wire(settings)
	if err := w.openProbe(ends.stop); err != nil {
		return nil, err
	}
	defer w.probe.Close()
	planned, err := planScripts(ends.stop, scripts, settings, w.scriptOptions())
	plan := planned.plan
	if err != nil {
		return nil, err
	}
	planned.warn(w.log, slices.Concat(o.mistypedVariables(), settings.unshown(plan)))
	if err := w.prepare(ends.stop); err != nil {
		return nil, err
	}
	tellDead(w.cache, w.log)
	if settings.cluster.kind == nil { // else each machine has its own
		warnOfLimits(plan, o.limits(ends.stop), w.log)
	}
	users, disband, err := w.users(ends.stop, plan)
	if err != nil {
		return nil, errors.Join(err, disband(), w.close())
	}
	ends.announce(w.log)
	w.openJournal(plan)
	ends.kept.Store(w.journal != nil)
	controller := w.controller(plan, users)
	w.listen(controller, plan, ends)
	w.grafanaLink(plan.RunID)
	results, err := controller.Run(ends.stop, plan, ends.drain)
	ends.kept.Store(false)
	w.closeJournal(results)
	if note := tracesNote(settings.evidence); note != "" && !settings.quiet {
		fmt.Fprintln(o.stdout, "\n"+note)
	}
	if err == nil && settings.result == "" && !settings.quiet {
		fmt.Fprintln(o.stdout, "\n--result result.json keeps all numbers")
	}
	return results, errors.Join(err, disband(), w.close())
}

// interrupted leaves out errors that only say that the command was interrupted.
func interrupted(err error) error {
	if errors.Is(err, context.Canceled) {
		err = nil
	}
	return &interruption{Also: err}
}

// judge refuses a run in which nothing worked, or nothing happened. Thresholds decide about a run in which some
// iterations failed.
func judge(results []metrics.Result) error {
	for _, r := range results {
		good := r.Global.Counters[metrics.Iterations.Name].By["ok"]
		bad := r.Global.Counters[metrics.IterationFailures.Name].Aggregate + r.Global.Users.Failed
		if good == 0 && bad > 0 {
			return fmt.Errorf("no iteration of %s succeeded", r.Name)
		}
		if r.LostAllNodes() && r.PartOf == 0 && r.Limit == nil {
			return fmt.Errorf("every node of %s was lost", r.Name)
		}
		if r.MeasuredNothing() && r.PartOf == 0 {
			return fmt.Errorf("%s measured nothing: no iteration has ended", r.Name)
		}
	}
	return nil
}
