package main

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/liveload/liveload/cluster"
	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/metrics/journal"
	"github.com/liveload/liveload/sinks/wholefile"
)

func recoverFlags() []cli.Flag {
	output := newFlag(mergedFlag, "write the Result as JSON to `FILE` (where the run would have)")
	output.Aliases, output.EnvVars = []string{"o"}, nil // the variable is that of merge
	report := newListFlag(reportFlag, "", "write a report for people to `FILE`, whose ending says what it is: "+reportEndings()+"; off for none (where the run would have)")
	junit := newFlag("summary-junit", "write thresholds and errors as JUnit XML to `FILE` (where the run would have)")
	return append([]cli.Flag{output, junit, report, summaryFlag(), newFlag("no-color", "no colours, as with NO_COLOR")}, logFlags()...)
}

// A cutShortError says which runs were cut short.
type cutShortError struct{ runs []string }

func (e *cutShortError) Error() string {
	text := "this run was cut short: what came later is missing"
	if len(e.runs) > 1 {
		text = fmt.Sprintf("these %d runs were cut short: what came later is missing", len(e.runs))
	}
	return text
}

// recoverRuns makes the Results of runs that died.
func (o *outside) recoverRuns(c *cli.Context) error {
	v, err := sources(c)
	if err != nil {
		return err
	}
	r := flagReader{layered: v}
	settings := runSettings{result: r.text(mergedFlag), junit: r.text("summary-junit"), noColor: r.isOn("no-color"), quiet: true, summary: r.summary(), log: r.log(slog.LevelInfo)}
	if len(r.of(reportFlag).texts[reportFlag]) > 0 {
		settings.reports, settings.reportsAsked = r.reports(o, "")
	}
	r.oneOnStdout(mergedFlag, "summary-junit")
	if r.err != nil {
		return r.err
	}
	env, err := o.environment("", false)
	if err != nil {
		return err
	}
	dead, unread := claimDead(journals(env.Cache), c.Args().Slice())
	defer func() {
		for _, d := range dead {
			_ = d.Release() // also of those that were removed
		}
	}()
	switch {
	case len(dead) == 0 && unread != nil:
		return unread
	case len(dead) == 0:
		fmt.Fprintln(o.stdout, "No run of this machine has died before its Result was written. The journal of another machine needs its path: liveload recover FILE"+journal.Ending)
		return nil
	case len(dead) > 1 && (settings.result != "" || settings.junit != "" || len(settings.reports) > 0):
		return &usageError{problem: fmt.Sprintf("%d runs have died: say which one goes to the file, for example: liveload recover %s", len(dead), dead[0].Path)}
	}
	o.clearStdout(settings)
	return errors.Join(o.recoverAll(c, dead, settings, journals(env.Cache)), unread)
}

// claimDead returns the journals at the paths, or without any, those of all runs of this machine that have died, with an error for
// those that cannot be read.
func claimDead(index string, paths []string) ([]*journal.Dead, error) {
	if len(paths) == 0 {
		return journal.FindDead(index)
	}
	var all []*journal.Dead
	for _, path := range paths {
		d, err := journal.Claim(path)
		if err != nil {
			for _, claimed := range all {
				_ = claimed.Release()
			}
			return nil, err
		}
		all = append(all, d)
	}
	return all, nil
}

func (o *outside) recoverAll(c *cli.Context, dead []*journal.Dead, settings runSettings, index string) error {
	var errs []error
	cut := &cutShortError{}
	stopped := false
	for _, d := range dead {
		results, whole, err := o.recoverOne(c, d, settings, index)
		switch {
		case err != nil:
			errs = append(errs, err)
		case whole:
			errs = append(errs, couldNotRun(results), judgeRun(results))
			stopped = stopped || slices.ContainsFunc(results, func(r metrics.Result) bool { return r.Interrupted })
		default:
			cut.runs = append(cut.runs, d.Head.RunID)
		}
	}
	if len(cut.runs) > 0 {
		errs = append(errs, cut)
	}
	if err := errors.Join(errs...); err != nil || !stopped {
		return err
	}
	return &interruption{}
}

// couldNotRun says which scenarios of a run could not run.
func couldNotRun(results []metrics.Result) error {
	var errs []error
	for _, r := range results {
		if r.Error != "" {
			errs = append(errs, fmt.Errorf("scenario %s: %s", r.Name, r.Error))
		}
	}
	return errors.Join(errs...)
}

// recoverOne makes the Result of a run, and removes its journal when all was written. whole says that everything was measured.
func (o *outside) recoverOne(c *cli.Context, d *journal.Dead, settings runSettings, index string) (results []metrics.Result, whole bool, err error) {
	content, err := journal.Read(d.Path)
	if err != nil {
		return nil, false, err
	}
	log := o.newLogger(o.stderr, settings.log)
	o.whereTo(&settings, d, index, log)
	results = cluster.Recover(content)
	w := &wiring{outside: o, settings: settings, display: o.display(settings), log: log, folders: []string{d.Head.Folder, filepath.Dir(d.Path)}}
	if err := w.show(c.Context, results); err != nil {
		return nil, false, err
	}
	tellParts(d.Head, content, log)
	return results, content.Whole, d.Remove(index)
}

// tellParts says that the nodes of a cluster keep what the journal of their controller lacks, and names those of their files that are
// where liveload ran.
func tellParts(head journal.Head, c *journal.Content, log *slog.Logger) {
	if c.Running == nil || c.Running.Standing.Clocks == nil { // there was one process
		return
	}
	name := func(node string) string { return keptName(head.RunID, node) + ".json" }
	attributes := []any{"name", name("NODE")}
	if here, _ := filepath.Glob(filepath.Join(head.Folder, name("*"))); len(here) > 0 { // an id has no pattern
		attributes = append(attributes, "here", strings.Join(here, " "))
	}
	log.Info("each node that outlived the controller keeps what it measured in a file where it ran, and `liveload merge` adds that to this Result", attributes...)
}

// whereTo adds the files that the run would have written, if this machine knows it: nothing is written where a journal from
// elsewhere says. What was written since the run began stays, for it is of another run.
func (o *outside) whereTo(s *runSettings, d *journal.Dead, index string, log *slog.Logger) {
	known := d.IsIn(index)
	own := func(path string) string {
		if !known || path == "" || wholefile.IsStdout(path) {
			return ""
		}
		if !filepath.IsAbs(path) {
			path = filepath.Join(d.Head.Folder, path)
		}
		info, err := os.Stat(path)
		switch {
		case errors.Is(err, os.ErrNotExist):
			return path
		case err != nil || !info.Mode().IsRegular():
			return ""
		case info.ModTime().After(d.Head.Began):
			log.Warn("this file was written after the run began that died, and stays", "file", path)
			return ""
		}
		return path
	}
	if s.result == "" {
		s.result = own(d.Head.Result)
	}
	if s.result == "" {
		s.result = "recovered-" + d.Head.RunID[:8] + ".json"
	}
	if s.junit == "" {
		s.junit = own(d.Head.JUnit)
	}
	if !s.reportsAsked {
		for _, path := range d.Head.Reports {
			kind, ok := findReportKind(path)
			if path = own(path); path != "" && ok && (kind.check == nil || kind.check(o) == nil) {
				s.reports = append(s.reports, path)
			}
		}
	}
}
