package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/report"
	"github.com/liveload/liveload/sinks"
	"github.com/liveload/liveload/sinks/markdown"
	"github.com/liveload/liveload/sinks/wholefile"
)

const (
	reportFlag = "report"
	noReport   = "off"
)

// A reportKind is what a report can be, by the ending of its file.
type reportKind struct {
	ending string
	check  func(*outside) error // why it cannot be written; may be nil
	// sink writes it. Paths in Results begin in one of the folders.
	sink func(path string, folders ...string) sinks.Sink
}

// reportKinds are all of them.
var reportKinds = []reportKind{
	{".html", func(o *outside) error { return o.pages() }, func(path string, folders ...string) sinks.Sink {
		return wholefile.New(path, "the report", "report.html", func(w io.Writer, results []metrics.Result) error {
			return report.WriteResults(w, results, folders...)
		})
	}},
	{".md", nil, func(path string, _ ...string) sinks.Sink {
		return wholefile.New(path, "the report", "report.md", markdown.WriteComment)
	}},
}

func reportEndings() string {
	var all []string
	for _, k := range reportKinds {
		all = append(all, k.ending)
	}
	return strings.Join(all, ", ")
}

func findReportKind(path string) (reportKind, bool) {
	i := slices.IndexFunc(reportKinds, func(k reportKind) bool { return strings.EqualFold(filepath.Ext(path), k.ending) })
	if i < 0 {
		return reportKind{}, false
	}
	return reportKinds[i], true
}

// reports reads which files a run leaves for people. Without any said it is one beside the evidence, if this program has pages:
// asked says whether somebody wants them.
func (r *flagReader) reports(o *outside, evidenceDir string) (paths []string, asked bool) {
	paths = r.of(reportFlag).texts[reportFlag]
	if len(paths) == 0 {
		if o.pages() != nil {
			return nil, false
		}
		return []string{filepath.Join(evidenceDir, "report.html")}, false
	}
	if slices.Equal(paths, []string{noReport}) {
		return nil, true
	}
	for _, path := range paths {
		kind, ok := findReportKind(path)
		switch {
		case path == noReport:
			r.refuse(reportFlag, "is %s and a file: say one of them", noReport)
		case !ok:
			r.refuse(reportFlag, "is %q, but its ending says what is written: %s", path, reportEndings())
		case kind.check != nil:
			if err := kind.check(o); err != nil {
				r.refuse(reportFlag, "is %q, but %v", path, err)
			}
		}
	}
	return paths, true
}

// reportOutlets write the reports of a run.
func (w *wiring) reportOutlets() (outlets []sinks.Named) {
	for _, path := range w.settings.reports {
		kind, _ := findReportKind(path)
		sink := kind.sink(path, append([]string{""}, w.folders...)...)
		if !w.settings.reportsAsked {
			sink = &unasked{sink, w.log}
		}
		outlets = append(outlets, sinks.Named{Name: "the report", Sink: sink})
	}
	return outlets
}

// An unasked sink writes what nobody asked for: it makes no folder before the end, and its failure does not fail the run.
type unasked struct {
	sinks.Sink
	log *slog.Logger
}

// Start does nothing.
func (s *unasked) Start(context.Context, metrics.RunInfo) error { return nil }

// Abandon implements sinks.Abandoner.
func (s *unasked) Abandon() {}

// Close writes it, if possible.
func (s *unasked) Close(ctx context.Context, results []metrics.Result) error {
	if err := errors.Join(s.Sink.Start(ctx, metrics.RunInfo{}), s.Sink.Close(ctx, results)); err != nil {
		s.log.Warn("no report", "error", err)
	}
	return nil
}

func reportCommandFlags() []cli.Flag {
	output := newListFlag(mergedFlag, "", "write the report to `FILE`, whose ending says what it is: "+reportEndings()+" (report.html)")
	output.Aliases, output.EnvVars = []string{"o"}, nil // the variable is that of merge
	return []cli.Flag{output}
}

// makeReport makes a report of a Result file.
func (o *outside) makeReport(c *cli.Context) error {
	if c.NArg() != 1 {
		return &usageError{problem: "which Result? For example: liveload report result.json -o report.html"}
	}
	v, err := sources(c)
	if err != nil {
		return err
	}
	r := flagReader{layered: v}
	paths := r.reportFiles(o)
	if r.err != nil {
		return r.err
	}
	file, err := readComparable(c.Args().First())
	if err != nil {
		return err
	}
	for _, path := range paths {
		kind, _ := findReportKind(path)
		sink := kind.sink(path, "", filepath.Dir(c.Args().First()))
		if err := sink.Start(c.Context, metrics.RunInfo{}); err != nil {
			return err
		}
		if err := sink.Close(c.Context, file.Results); err != nil {
			return err
		}
		fmt.Fprintln(o.stdout, "Report: "+path)
	}
	return nil
}

// reportFiles reads where the reports of a file go.
func (r *flagReader) reportFiles(o *outside) []string {
	paths := slices.Compact(r.of(mergedFlag).texts[mergedFlag]) // the library says it once for each name of the flag
	if len(paths) == 0 {
		paths = []string{"report.html"}
	}
	for _, path := range paths {
		kind, ok := findReportKind(path)
		if !ok {
			r.refuse(mergedFlag, "is %q, but its ending says what is written: %s", path, reportEndings())
			continue
		}
		if kind.check == nil {
			continue
		}
		if err := kind.check(o); err != nil && r.err == nil {
			r.err = err
		}
	}
	return paths
}
