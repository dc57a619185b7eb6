// Package stepsummary is the sink that adds a run to the summary of a job of GitHub Actions: Markdown, at
// the end of the file that GITHUB_STEP_SUMMARY names. It decides nothing: the exit code fails the job.
package stepsummary

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/sinks/markdown"
)

// A Sink adds to one file, at Close.
type Sink struct {
	path    string
	log     *slog.Logger
	useless bool // the file cannot be written
}

// New returns a sink that adds to the file at path. Nobody asked for it, so a file that cannot be written, as
// in a container without it, is only logged.
func New(path string, log *slog.Logger) *Sink { return &Sink{path: path, log: log} }

// Start checks that the file can be written.
func (s *Sink) Start(context.Context, metrics.RunInfo) error {
	if err := s.add(""); err != nil {
		s.useless = true
		s.log.Warn("no summary for GitHub Actions", "error", err)
	}
	return nil
}

// Write does nothing: the Results hold everything.
func (s *Sink) Write(context.Context, *metrics.Interval) error { return nil }

// Close adds the summary.
func (s *Sink) Close(_ context.Context, results []metrics.Result) error {
	if s.useless {
		return nil
	}
	return s.add(markdown.Run(results, s.room()))
}

// room is how many bytes GitHub takes beside those that the step has written already. Beyond it, it would show nothing.
func (s *Sink) room() int {
	info, err := os.Stat(s.path)
	if err != nil {
		return markdown.StepLimit
	}
	return max(markdown.StepLimit-int(info.Size()), 0)
}

func (s *Sink) add(text string) error {
	f, err := os.OpenFile(s.path, os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o600)
	if err != nil {
		return fmt.Errorf("open the file of GITHUB_STEP_SUMMARY: %w", err)
	}
	_, err = f.WriteString(text)
	if err := errors.Join(err, f.Close()); err != nil {
		return fmt.Errorf("write to the file of GITHUB_STEP_SUMMARY: %w", err)
	}
	return nil
}
