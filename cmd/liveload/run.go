package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
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
	return verdict(results)
}

// verdict refuses Results that are not as they were promised, or of which nothing worked.
func verdict(results []metrics.Result) error {
	broken := judgeLimit(results)
	if broken == nil {
		broken = judgeThresholds(results)
	}
	return errors.Join(broken, judge(results))
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
	users, disband, err := w.users(ends.stop, plan)
	if err != nil {
		return nil, errors.Join(err, disband(), w.close())
	}
	ends.announce(w.log)
	controller := w.controller(plan, users)
	w.listen(controller, plan, ends)
	w.grafanaLink(plan.RunID)
	results, err := controller.Run(ends.stop, plan, ends.drain)
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
		if r.MeasuredNothing() && r.PartOf == 0 {
			return fmt.Errorf("%s measured nothing: no iteration has ended", r.Name)
		}
	}
	return nil
}

// An ending is how people end a run early.
type ending struct {
	drain chan struct{}   // closed by the first signal: no new iterations
	stop  context.Context // over after the second one: no iterations
	log   chan *slog.Logger
	asked chan struct{} // holds the request of another process, which counts as the first signal
}

// listen waits for signals until release is called.
func (o *outside) listen(parent context.Context) (e *ending, release func()) {
	stop, cancel := context.WithCancel(parent)
	e = &ending{drain: make(chan struct{}), stop: stop, log: make(chan *slog.Logger, 1), asked: make(chan struct{}, 1)}
	signals, unlisten := o.interrupts()
	done := make(chan struct{})
	go func() {
		defer close(done)
		e.follow(signals, cancel)
	}()
	return e, func() { unlisten(); cancel(); <-done }
}

func (e *ending) follow(signals <-chan os.Signal, cancel func()) {
	var log *slog.Logger
	for presses := 0; presses < 2; {
		select {
		case log = <-e.log:
		case <-e.asked:
			if presses == 0 {
				presses = 1
				e.begin(log)
			}
		case <-signals:
			presses++
			if log == nil { // nothing runs yet: there is nothing to finish
				presses = 2
			}
			if !e.early() {
				e.begin(log)
			}
		case <-e.stop.Done():
			return
		}
	}
	cancel()
}

// begin begins the end. There is no log before something runs.
func (e *ending) begin(log *slog.Logger) {
	close(e.drain)
	if log != nil {
		log.Warn("finishing the running iterations; press Ctrl-C again to stop at once")
	}
}

// finish asks for what the first signal asks for. It may be called at any time by anyone.
func (e *ending) finish() {
	select {
	case e.asked <- struct{}{}:
	default: // it was asked for already
	}
}

// announce says that users are about to run, so that a signal has something to finish.
func (e *ending) announce(log *slog.Logger) { e.log <- log }

func (e *ending) early() bool {
	select {
	case <-e.drain:
		return true
	default:
		return false
	}
}
