package rowfile_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/metrics/metricstest"
	csvsink "github.com/liveload/liveload/sinks/csv"
	"github.com/liveload/liveload/sinks/jsonl"
	"github.com/liveload/liveload/sinks/outputtest"
	"github.com/liveload/liveload/sinks/rowfile"
)

// formats are the sinks that write rows.
var formats = []struct {
	name string
	open func(path string) *rowfile.Sink
	rows func(t *testing.T, content []byte) []outputtest.Row
}{
	{"points.jsonl", jsonl.New, jsonRows},
	{"points.csv", csvsink.New, csvRows},
}

func jsonRows(t *testing.T, content []byte) (all []outputtest.Row) {
	for line := range strings.Lines(string(content)) {
		var row struct {
			outputtest.Row
			Value *float64
		}
		if err := json.Unmarshal([]byte(line), &row); err != nil {
			t.Fatal(err)
		}
		if row.Value != nil {
			row.Row.Value = *row.Value
			all = append(all, row.Row)
		}
	}
	return all
}

func csvRows(t *testing.T, content []byte) (all []outputtest.Row) {
	lines, err := csv.NewReader(bytes.NewReader(content)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range lines[1:] {
		cell := map[string]string{}
		for i, name := range lines[0] {
			cell[name] = line[i]
		}
		value, err := strconv.ParseFloat(cell["value"], 64)
		if err != nil {
			continue // not a counter
		}
		row := outputtest.Row{Scenario: cell["scenario"], Node: cell["node"], Metric: cell["metric"], Value: value}
		if row.Time, err = time.Parse(time.RFC3339Nano, cell["time"]); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal([]byte(cell["labels"]), &row.Labels); err != nil {
			t.Fatal(err)
		}
		all = append(all, row)
	}
	return all
}

// read returns what is in a file, unzipped when its name ends in .gz.
func read(t *testing.T, path string) []byte {
	t.Helper()
	content, err := os.ReadFile(path)
	if err == nil && strings.HasSuffix(path, ".gz") {
		var zip *gzip.Reader
		if zip, err = gzip.NewReader(bytes.NewReader(content)); err == nil {
			content, err = io.ReadAll(zip)
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	return content
}

func TestOutputs(t *testing.T) {
	for _, format := range formats {
		for _, end := range []string{"", ".gz"} {
			t.Run(format.name+end, func(t *testing.T) {
				outputtest.Run(t, func(t *testing.T, _ *slog.Logger) outputtest.Rig {
					path := filepath.Join(t.TempDir(), "deep", format.name+end)
					return outputtest.Rig{Sink: format.open(path), Arrived: func(t *testing.T) []outputtest.Row { return format.rows(t, read(t, path)) }}
				})
			})
		}
	}
}

func interval(t *testing.T) *metrics.Interval {
	t.Helper()
	var i metrics.Interval
	if err := json.Unmarshal(read(t, "../../metrics/testdata/interval.json"), &i); err != nil {
		t.Fatal(err)
	}
	return &i
}

func TestGolden(t *testing.T) {
	for _, format := range formats {
		path := filepath.Join(t.TempDir(), format.name)
		sink := format.open(path)
		if err := sink.Start(t.Context(), metrics.RunInfo{}); err != nil {
			t.Fatal(err)
		}
		if err := sink.Write(t.Context(), interval(t)); err != nil {
			t.Fatal(err)
		}
		got := read(t, path) // before Close: others can read it
		if err := sink.Close(t.Context(), nil); err != nil {
			t.Fatal(err)
		}
		metricstest.Golden(t, filepath.Join("testdata", format.name), got)
	}
}

// TestFullDisk: the error of each Write names the file, and the file is closed all the same.
func TestFullDisk(t *testing.T) {
	for _, end := range []string{"", ".gz"} {
		path := filepath.Join(t.TempDir(), "points.jsonl"+end)
		if err := os.Symlink("/dev/full", path); err != nil {
			t.Fatal(err)
		}
		sink := jsonl.New(path)
		err := sink.Start(t.Context(), metrics.RunInfo{})
		for range 2 {
			if err == nil {
				err = sink.Write(t.Context(), interval(t))
			}
			if want := "write " + path; err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "no space left") {
				t.Errorf("%v, want %s", err, want)
			}
		}
		if end == "" { // a compressed one has more to write
			if err := sink.Close(t.Context(), nil); err != nil {
				t.Errorf("Close = %v", err)
			}
		}
	}
}

// TestAPipeWithoutReader holds up neither the start of a run nor its end.
func TestAPipeWithoutReader(t *testing.T) {
	path := filepath.Join(t.TempDir(), "points.jsonl")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	sink := jsonl.New(path)
	if err := sink.Start(t.Context(), metrics.RunInfo{}); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for what, err := range map[string]error{"Write": sink.Write(ctx, interval(t)), "Close": sink.Close(ctx, nil)} {
		if err == nil || !strings.Contains(err.Error(), "write "+path+": nobody reads it") {
			t.Errorf("%s = %v", what, err)
		}
	}
}

// TestAPipeThatIsReadLate gets all rows.
func TestAPipeThatIsReadLate(t *testing.T) {
	path := filepath.Join(t.TempDir(), "points.jsonl")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	sink := jsonl.New(path)
	if err := sink.Start(t.Context(), metrics.RunInfo{}); err != nil {
		t.Fatal(err)
	}
	content := make(chan []byte)
	go func() {
		text, _ := os.ReadFile(path)
		content <- text
	}()
	if err := errors.Join(sink.Write(t.Context(), interval(t)), sink.Close(t.Context(), nil)); err != nil {
		t.Fatal(err)
	}
	if rows := jsonRows(t, <-content); len(rows) == 0 {
		t.Error("no rows have come")
	}
}

// TestARunThatDoesNotBegin leaves the files as they were.
func TestARunThatDoesNotBegin(t *testing.T) {
	dir := t.TempDir()
	old, fresh := filepath.Join(dir, "old.csv"), filepath.Join(dir, "new.csv")
	if err := os.WriteFile(old, []byte("of the last run"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{old, fresh} {
		sink := csvsink.New(path)
		if err := sink.Start(t.Context(), metrics.RunInfo{}); err != nil {
			t.Fatal(err)
		}
		sink.Abandon()
	}
	if text := read(t, old); string(text) != "of the last run" {
		t.Errorf("the old file has %q", text)
	}
	if _, err := os.Stat(fresh); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("there is a new file: %v", err)
	}
}

// TestAPipeThatNobodyReads does not hold up the end of a run.
func TestAPipeThatNobodyReads(t *testing.T) {
	for _, end := range []string{"", ".gz"} {
		path := filepath.Join(t.TempDir(), "points.jsonl"+end)
		if err := syscall.Mkfifo(path, 0o600); err != nil {
			t.Fatal(err)
		}
		reader, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0)
		if err != nil {
			t.Fatal(err)
		}
		defer reader.Close()
		sink := jsonl.New(path)
		err = sink.Start(t.Context(), metrics.RunInfo{})
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		for i := interval(t); err == nil; {
			err = sink.Write(ctx, i)
		}
		cancel()
		if !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("%s: Write = %v", path, err)
		}
		if err := sink.Close(ctx, nil); (err == nil) != (end == "") {
			t.Errorf("%s: Close = %v", path, err)
		}
	}
}

func TestUnwritableFile(t *testing.T) {
	dir := t.TempDir()
	err := csvsink.New(dir).Start(t.Context(), metrics.RunInfo{})
	if want := fmt.Sprintf("cannot write %s: open %s: is a directory; choose another path", dir, dir); err == nil || err.Error() != want {
		t.Errorf("Start = %v, want %s", err, want)
	}
}
