package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"

	"github.com/urfave/cli/v2"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/metrics/merge"
	"github.com/liveload/liveload/sinks"
)

const mergedFlag = "output"

func mergeFlags() []cli.Flag {
	output := newFlag(mergedFlag, "write the merged Result as JSON to `FILE`")
	output.Aliases = []string{"o"}
	return append([]cli.Flag{
		output,
		newFlag("summary-junit", "write thresholds and errors as JUnit XML to `FILE`"),
		summaryFlag(),
		newFlag("no-color", "no colours, as with NO_COLOR"),
	}, logFlags()...)
}

// merge makes one Result of several Result files, and shows it as a run does.
func (o *outside) merge(c *cli.Context) error {
	paths := c.Args().Slice()
	if len(paths) < 2 {
		return &usageError{problem: "which Results? At least two, for example: liveload merge a.json b.json -o merged.json"}
	}
	v, err := sources(c)
	if err != nil {
		return err
	}
	r := flagReader{layered: v}
	settings := runSettings{result: r.mergedPath(paths), junit: r.text("summary-junit"), noColor: r.isOn("no-color"), quiet: true, summary: r.summary(), log: r.log(slog.LevelInfo)}
	r.oneOnStdout(mergedFlag, "summary-junit")
	if r.err != nil {
		return r.err
	}
	o.clearStdout(settings)
	files, err := readResultFiles(paths)
	if err != nil {
		return err
	}
	results, err := merge.Files(files)
	if err != nil {
		return err
	}
	w := &wiring{outside: o, settings: settings, display: o.display(settings), log: o.newLogger(o.stderr, settings.log)}
	return errors.Join(w.show(c.Context, results), judgeRun(results))
}

// mergedPath reads where the merged Result goes: to none of the files that it is made of.
func (r *flagReader) mergedPath(paths []string) string {
	path := r.text(mergedFlag)
	target, err := os.Stat(path)
	if err != nil {
		return path
	}
	for _, one := range paths {
		if source, err := os.Stat(one); err == nil && os.SameFile(source, target) {
			r.refuse(mergedFlag, "is %s, which is one of the files to merge: choose another name", path)
		}
	}
	return path
}

func readResultFiles(paths []string) ([]merge.File, error) {
	var files []merge.File
	for _, path := range paths {
		f, err := os.Open(filepath.Clean(path))
		if err != nil {
			return nil, err
		}
		results, err := metrics.ReadResults(f)
		if err := errors.Join(err, f.Close()); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		files = append(files, merge.File{Name: path, Results: results})
	}
	return files, nil
}

// show hands Results that are there already to where those of a run go.
func (w *wiring) show(ctx context.Context, results []metrics.Result) error {
	outlets := sinks.NewFanout(w.log, w.outside.secrets, w.outlets()...)
	if err := outlets.Start(ctx, metrics.RunInfo{}); err != nil {
		return err
	}
	return outlets.Close(ctx, results)
}
