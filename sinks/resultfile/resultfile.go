// Package resultfile is the sink that keeps the Result of a run as a JSON file. The file's content is the
// business of package metrics.
package resultfile

import (
	"context"
	"io"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/sinks/wholefile"
)

// A Sink writes one Result file, at Close.
type Sink struct {
	file wholefile.File
}

// New returns a sink that writes to path. Parent folders are made.
func New(path string) *Sink {
	return &Sink{wholefile.New(path, "the result file", "result.json")}
}

// Start checks that the file can be written, so that no run ends without its Result for a reason that
// could be known before.
func (s *Sink) Start(context.Context, metrics.RunInfo) error { return s.file.Check() }

// Write does nothing: the Result holds everything.
func (s *Sink) Write(context.Context, *metrics.Interval) error { return nil }

// Close writes the file. A reader sees the old file or the whole new one, never a part.
func (s *Sink) Close(_ context.Context, results []metrics.Result) error {
	return s.file.Write(func(w io.Writer) error { return metrics.WriteResults(w, results) })
}
