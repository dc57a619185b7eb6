package wholefile

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/sinks"
)

var _ sinks.Sink = (*Sink)(nil)

func results(path string) *Sink {
	return New(path, "the result file", "result.json", metrics.WriteResults)
}

func TestWritesTheResultAndNothingElse(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "runs", "today", "r.json")
	s := results(path)
	if err := s.Start(t.Context(), metrics.RunInfo{}); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path); !os.IsNotExist(err) {
		t.Errorf("after Start the file exists, or: %v", err)
	}
	for _, name := range []string{"first", "second"} { // the second replaces the first
		if err := s.Close(t.Context(), []metrics.Result{{Name: name, Error: "could not run"}}); err != nil {
			t.Fatal(err)
		}
		f, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		got, err := metrics.ReadResults(f)
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
		if err != nil || len(got) != 1 || got[0].Name != name {
			t.Errorf("the file holds %+v, %v; want one result of %q", got, err, name)
		}
	}
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil || len(entries) != 1 {
		t.Errorf("the folder holds %v, %v; want the one file", entries, err)
	}
}

func TestStartRefusesWhatCannotWork(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	tests := []struct{ name, path, want string }{
		{"a folder", dir, "is a folder: give a file name, such as " + dir + "/result.json"},
		{"below a file", filepath.Join(file, "r.json"), "cannot make the folder " + file},
		{"no such name", filepath.Join(dir, strings.Repeat("r", 300)), "cannot write the result file " + dir},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			err := results(tt.path).Start(t.Context(), metrics.RunInfo{})
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("Start = %v, want %q in it", err, tt.want)
			}
		})
	}
}

func TestCloseReportsALostFolder(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "gone")
	s := results(filepath.Join(dir, "r.json"))
	if err := s.Start(t.Context(), metrics.RunInfo{}); err != nil {
		t.Fatal(err)
	}
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(t.Context(), nil); err == nil || !strings.Contains(err.Error(), dir) {
		t.Errorf("Close = %v, want an error that names %s", err, dir)
	}
}
