package stepsummary

import (
	"bytes"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/metrics/metricstest"
	"github.com/liveload/liveload/sinks"
	"github.com/liveload/liveload/sinks/markdown"
)

var _ sinks.Sink = (*Sink)(nil)

func aRun() []metrics.Result {
	return []metrics.Result{metricstest.Shop{Fine: true, Seconds: 5}.Result()}
}

func TestAddsToTheFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "summary")
	if err := os.WriteFile(path, []byte("# Before\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	for range 2 { // two runs of one job
		s := New(path, slog.New(slog.NewTextHandler(&log, nil)))
		if err := s.Start(t.Context(), metrics.RunInfo{}); err != nil {
			t.Fatal(err)
		}
		if err := s.Close(t.Context(), aRun()); err != nil {
			t.Fatal(err)
		}
	}
	content, err := os.ReadFile(path)
	if err != nil || string(content) != "# Before\n"+markdown.Run(aRun(), markdown.StepLimit)+markdown.Run(aRun(), markdown.StepLimit) || log.Len() > 0 {
		t.Errorf("the file holds %q, %v; the log %q", content, err, log.String())
	}
}

// In a container the file may not be there: that must not keep a run from running.
func TestAFileThatCannotBeWrittenIsOnlyLogged(t *testing.T) {
	var log bytes.Buffer
	s := New(filepath.Join(t.TempDir(), "nowhere", "summary"), slog.New(slog.NewTextHandler(&log, nil)))
	if err := s.Start(t.Context(), metrics.RunInfo{}); err != nil {
		t.Errorf("Start = %v", err)
	}
	if err := s.Close(t.Context(), aRun()); err != nil || !strings.Contains(log.String(), "no summary for GitHub Actions") {
		t.Errorf("Close = %v, the log says %q", err, log.String())
	}
}

// TestWhatTheStepHasWrittenTakesRoom: GitHub shows nothing of a step that writes more than a mebibyte.
func TestWhatTheStepHasWrittenTakesRoom(t *testing.T) {
	path := filepath.Join(t.TempDir(), "summary")
	if err := os.WriteFile(path, bytes.Repeat([]byte("x"), markdown.StepLimit-1500), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := New(path, slog.New(slog.DiscardHandler)).Close(t.Context(), aRun()); err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(path)
	if err != nil || len(content) > markdown.StepLimit || !bytes.Contains(content, []byte("x## liveload: ✅ Passed.")) || !bytes.Contains(content, []byte("\nShortened to 1 500 bytes")) {
		t.Errorf("%v, %d bytes, the end is %q", err, len(content), content[markdown.StepLimit-1500:])
	}
}
