package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"time"

	"github.com/liveload/liveload/browserpool/rundir"
	"github.com/liveload/liveload/cluster"
	"github.com/liveload/liveload/control"
	"github.com/liveload/liveload/plan"
)

// openRunFolder makes the folder of a run, and cleans up after runs that could not do so themselves.
func openRunFolder(ctx context.Context, cache string, log *slog.Logger) (*rundir.Dir, error) {
	swept, err := rundir.Sweep(ctx, cache)
	if text := swept.String(); text != "" {
		log.Warn(text)
	}
	if err != nil {
		log.Warn("could not clean up after earlier runs", "error", err)
	}
	dir, err := rundir.Open(cache)
	if err != nil {
		return nil, fmt.Errorf("make a folder for this run: %w", err)
	}
	return dir, nil
}

// listen lets other processes watch and change the run. Without that the run goes on.
func (w *wiring) listen(controller *cluster.Controller, p plan.Plan, ends *ending) {
	run := &steeredRun{controller: controller, ends: ends, about: control.Status{
		ID: w.dir.ID(), RunID: p.RunID, PID: os.Getpid(), Scripts: scriptsOf(p), Since: time.Now().UTC(),
	}}
	if w.dashboard != nil {
		w.dashboard.Steer(newSteeredPage(run))
	}
	server, err := control.Serve(w.dir.Path(), run, w.log)
	if err != nil {
		w.log.Warn("this run cannot be controlled from outside", "error", err)
		return
	}
	w.commands = server
}

// scriptsOf are the scripts of a plan, each once.
func scriptsOf(p plan.Plan) []string {
	var scripts []string
	for _, s := range firstOfScripts(p) {
		scripts = append(scripts, s.Script)
	}
	return scripts
}

// firstOfScripts are the first scenarios of each script: all of a script have one program, its files and its config.
func firstOfScripts(p plan.Plan) []plan.Scenario {
	return slices.CompactFunc(slices.Clone(p.Scenarios), func(a, b plan.Scenario) bool { return a.Script == b.Script })
}

// A steeredRun is the run of this process as others see it. It implements control.Run.
type steeredRun struct {
	controller *cluster.Controller
	ends       *ending
	about      control.Status // without what changes
}

// Status implements control.Run.
func (r *steeredRun) Status() control.Status {
	status := r.about
	status.Ending, status.Scenarios = r.ends.early(), r.controller.Status()
	return status
}

// Steer implements control.Run.
func (r *steeredRun) Steer(ctx context.Context, scenario string, cmd plan.Command) (cluster.Steered, error) {
	if r.ends.early() {
		return cluster.Steered{}, errors.New("the run finishes its running iterations and begins no more: nothing can be changed")
	}
	return r.controller.Steer(ctx, scenario, cmd)
}

// Stop implements control.Run.
func (r *steeredRun) Stop() { r.ends.finish() }
