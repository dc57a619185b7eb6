package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/metrics/journal"
	"github.com/liveload/liveload/plan"
	"github.com/liveload/liveload/sinks"
)

// journals is the folder of this machine that knows the journals of all runs.
func journals(cache string) string { return filepath.Join(cache, "journals") }

// openJournal begins the journal of a run, beside its evidence, or where nobody can write there, in a folder of this machine.
func (w *wiring) openJournal(p plan.Plan) {
	index := journals(w.cache)
	j, err := journal.Create(w.journalHead(p), index, []string{w.settings.evidence.Dir, index}, w.log)
	if err != nil {
		w.log.Warn("this run has no journal: if liveload dies, nothing is left of it", "error", err)
		return
	}
	w.journal = j
}

func (w *wiring) journalHead(p plan.Plan) journal.Head {
	h := journal.Head{
		RunID: p.RunID, Version: version, Began: time.Now(), Host: hostName(), Scripts: scriptsOf(p),
		Result: w.settings.result, JUnit: w.settings.junit, Reports: w.settings.reports,
	}
	h.Folder, _ = os.Getwd() // without it the paths are those of where recover runs
	for _, s := range p.Scenarios {
		h.Scenarios = append(h.Scenarios, s.Name)
	}
	return h
}

// closeJournal removes the journal, unless a Result was asked for and not written. What is wrong with it costs the run nothing else.
func (w *wiring) closeJournal(results []metrics.Result) {
	if w.journal == nil {
		return
	}
	keep := len(results) > 0 && w.written != nil && !w.written.done
	switch err := w.journal.Close(keep); {
	case keep && err == nil:
		w.log.Warn("the Result was not written, but the journal has it: liveload recover " + w.journal.Path())
	case keep:
		w.log.Warn("the Result was not written, and the journal may lack a part of it: liveload recover "+w.journal.Path(), "error", err)
	case err != nil:
		w.log.Warn("the journal of this run is still there", "error", err)
	}
}

// tellDead names the runs that have died.
func tellDead(cache string, log *slog.Logger) {
	all, _ := journal.FindDead(journals(cache)) // recover says what is wrong with it
	var paths []string
	for _, d := range all {
		paths = append(paths, d.Path)
		_ = d.Release()
	}
	if len(paths) > 0 {
		log.Warn(fmt.Sprintf("%s died before the Result was written. `liveload recover` makes it: %s", plan.Plural(len(paths), "run"), strings.Join(paths, ", ")))
	}
}

// A resultFile is a sink that knows whether its file was written.
type resultFile struct {
	sinks.Sink
	done bool
}

// Close writes the file.
func (s *resultFile) Close(ctx context.Context, results []metrics.Result) error {
	err := s.Sink.Close(ctx, results)
	s.done = err == nil
	return err
}

// Abandon implements sinks.Abandoner.
func (s *resultFile) Abandon() {}
