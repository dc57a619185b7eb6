package journal_test

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/uuid"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/metrics/journal"
)

var began = time.Date(2026, 8, 1, 12, 0, 0, 0, time.UTC)

var info = metrics.RunInfo{RunID: "7c9e6679-7425-40de-944b-e07fc1f90ae7", Start: began, Version: "dev", Nodes: []string{"a", "b"}, Scenarios: []metrics.ScenarioInfo{
	{Name: "buy", Users: 10, Duration: time.Minute, Options: map[string]any{"users": 10.0}},
}}

var batch = journal.Batch{Info: info, Limits: []*metrics.FailureLimit{{Share: 0.5}}}

func head(t testing.TB) journal.Head {
	return journal.Head{RunID: uuid.NewString(), Version: "dev", Began: began, Folder: t.TempDir(), Scenarios: []string{"buy", "browse"}, Result: "r.json"}
}

// A load records what two nodes measure.
type load struct {
	*rand.Rand
	nodes   []*metrics.Recorder
	seconds int
}

func newLoad() *load {
	l := &load{Rand: rand.New(rand.NewPCG(1, 2))}
	for _, name := range info.Nodes {
		l.nodes = append(l.nodes, metrics.NewRecorder(name, began, metrics.NewRegistry()))
	}
	return l
}

// second returns what the next second of each node has.
func (l *load) second() (inputs []metrics.Input) {
	l.seconds++
	for _, n := range l.nodes {
		s := n.Scope("buy")
		for i := range 50 {
			s.Observe(metrics.ActionDuration, metrics.ActionDuration.With(fmt.Sprint("operation ", i%40)), 1000*l.ExpFloat64())
		}
		s.UserStarted()
		s.Add(metrics.Iterations, metrics.Iterations.With("ok"), 1+l.Int64N(9))
		s.Failure(metrics.FailureSample{Class: "timeout", ReasonInspect: fmt.Sprint("after ", l.seconds)})
		inputs = append(inputs, metrics.Input{Snapshot: n.Snapshot(began.Add(time.Duration(l.seconds) * time.Second))})
	}
	if l.seconds == 3 {
		inputs = append(inputs,
			metrics.Input{Reading: &metrics.Reading{At: began.Add(3 * time.Second), Series: []metrics.Series{{Metric: "server_probe_failures", Labels: metrics.LabelsOf("target", "app"), Count: 2}}}},
			metrics.Input{Stopped: &metrics.ScenarioStop{Scenario: "buy", At: 3 * time.Second}},
			metrics.Input{Lost: &metrics.NodeLoss{Node: "b", Reason: "it is gone", After: 3 * time.Second}})
	}
	return inputs
}

func results(a *metrics.Aggregator) []metrics.Result {
	a.Finish()
	return a.Results(began)
}

func read(t *testing.T, path string) *journal.Content {
	t.Helper()
	c, err := journal.Read(path)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func create(t *testing.T, log *slog.Logger, folders ...string) (*journal.Writer, string) {
	t.Helper()
	index := filepath.Join(t.TempDir(), "index")
	if len(folders) == 0 {
		folders = []string{filepath.Join(t.TempDir(), "results", "of", "today")}
	}
	w, err := journal.Create(head(t), index, append(folders, index), log)
	if err != nil {
		t.Fatal(err)
	}
	return w, index
}

// TestAJournalHasWhatTheRunHas: the Results that are made of it are those of the run's own aggregator, in each second.
func TestAJournalHasWhatTheRunHas(t *testing.T) {
	w, _ := create(t, slog.New(slog.DiscardHandler))
	own, l := metrics.NewAggregator(info), newLoad()
	standing := journal.Standing{Scenarios: []journal.ScenarioStanding{{Notes: []string{"a note"}}}, Clocks: map[string]float64{"a": 1.5}}
	w.Begin(batch, own)
	w.Stand(standing)
	for range 20 {
		for _, in := range l.second() {
			own.Take(in)
		}
		w.Stand(standing)
	}
	if err := w.Close(true); err != nil {
		t.Fatal(err)
	}
	c := read(t, w.Path())
	if c.Running == nil || c.Whole || c.Dropped != 0 || c.Result != "r.json" || !reflect.DeepEqual(c.Running.Standing, standing) || c.Running.Limits[0].Share != 0.5 {
		t.Fatalf("the journal has %+v", c)
	}
	if got, want := results(c.Running.Aggregator), results(own); !reflect.DeepEqual(got, want) {
		t.Errorf("the Results became\n%+v\nfrom\n%+v", got, want)
	}
}

// TestAJournalStaysSmall: when it has grown, what came before is written as a checkpoint.
func TestAJournalStaysSmall(t *testing.T) {
	defer journal.GrowLess(128 << 10)()
	synctest.Test(t, func(t *testing.T) {
		w, _ := create(t, slog.New(slog.DiscardHandler))
		own, l := metrics.NewAggregator(info), newLoad()
		w.Begin(batch, own)
		written, largest, smaller := int64(0), int64(0), 0
		for range 300 {
			for _, in := range l.second() {
				own.Take(in)
			}
			synctest.Wait()
			file, err := os.Stat(w.Path())
			if err != nil {
				t.Fatal(err)
			}
			if file.Size() < written {
				smaller++
			}
			written, largest = file.Size(), max(largest, file.Size())
		}
		if err := w.Close(true); err != nil {
			t.Fatal(err)
		}
		if smaller < 2 || largest > 800<<10 {
			t.Errorf("it was written anew %d times, and had %d bytes", smaller, largest)
		}
		if got, want := results(read(t, w.Path()).Running.Aggregator), results(own); !reflect.DeepEqual(got, want) {
			t.Errorf("the Results became others")
		}
	})
}

// TestScenariosThatHaveEnded are kept as Results, and the next ones after them.
func TestScenariosThatHaveEnded(t *testing.T) {
	w, index := create(t, slog.New(slog.DiscardHandler))
	l := newLoad()
	for range 2 {
		own := metrics.NewAggregator(info)
		w.Begin(batch, own)
		for _, in := range l.second() {
			own.Take(in)
		}
		w.End(results(own))
	}
	w.End([]metrics.Result{{Name: "browse", Error: "no baseURL"}})
	w.Begin(batch, metrics.NewAggregator(info))
	if err := w.Close(true); err != nil {
		t.Fatal(err)
	}
	c := read(t, w.Path())
	if len(c.Ended) != 3 || c.Ended[2].Error != "no baseURL" || c.Running == nil {
		t.Fatalf("%d have ended, and %v runs", len(c.Ended), c.Running)
	}
	dead, err := journal.FindDead(index)
	if err != nil || len(dead) != 1 || dead[0].Path != w.Path() || !dead[0].IsIn(index) {
		t.Fatalf("found %+v, %v", dead, err)
	}
	if err := dead[0].Remove(index); err != nil {
		t.Error(err)
	}
	if left, _ := os.ReadDir(index); len(left) > 0 {
		t.Errorf("left %v", left)
	}
}

// TestTheEndOfARun takes the journal away, with the folders that were made for it.
func TestTheEndOfARun(t *testing.T) {
	base := t.TempDir()
	w, index := create(t, slog.New(slog.DiscardHandler), filepath.Join(base, "results", "of", "today"))
	if file, err := os.Stat(w.Path()); err != nil || file.Mode().Perm() != 0o600 {
		t.Errorf("others can read it: %v, %v", file.Mode(), err)
	}
	if _, err := journal.Claim(w.Path()); !errors.Is(err, journal.ErrAlive) {
		t.Errorf("the journal of a run that goes on can be claimed: %v", err)
	}
	if dead, err := journal.FindDead(index); err != nil || len(dead) > 0 {
		t.Errorf("a run that goes on is dead: %v, %v", dead, err)
	}
	w.Begin(batch, metrics.NewAggregator(info))
	w.End(nil)
	w.Whole()
	if err := w.Close(false); err != nil {
		t.Fatal(err)
	}
	for _, folder := range []string{base, index} {
		if left, err := os.ReadDir(folder); err != nil || len(left) > 0 {
			t.Errorf("left %v, %v", left, err)
		}
	}
}

// TestAFullDisk: the run is told once, and goes on. When there is room again, the journal is whole again.
func TestAFullDisk(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		w, _ := create(t, slog.New(slog.NewTextHandler(&log, nil)))
		own, l := metrics.NewAggregator(info), newLoad()
		w.Begin(batch, own)
		second := func() {
			for _, in := range l.second() {
				own.Take(in)
			}
			time.Sleep(time.Second)
			synctest.Wait()
		}
		second()
		limit := fileSizeLimit(t, 1<<10) // as a full disk: no file can be larger
		for range 25 {
			second()
		}
		if n := strings.Count(log.String(), "cannot be written"); n != 1 || strings.Contains(log.String(), "whole again") {
			t.Errorf("it was told %d times:\n%s", n, log.String())
		}
		limit()
		for range 15 {
			second()
		}
		if !strings.Contains(log.String(), "whole again") {
			t.Errorf("it is not whole again:\n%s", log.String())
		}
		if err := w.Close(true); err != nil {
			t.Fatal(err)
		}
		if got, want := results(read(t, w.Path()).Running.Aggregator), results(own); !reflect.DeepEqual(got, want) {
			t.Errorf("the Results became others")
		}
	})
}

// fileSizeLimit has no file of this process grow beyond a size, until it is lifted.
func fileSizeLimit(t *testing.T, bytes uint64) (lift func()) {
	t.Helper()
	var before syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &before); err != nil {
		t.Fatal(err)
	}
	set := func(l syscall.Rlimit) {
		if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &l); err != nil {
			t.Fatal(err)
		}
	}
	set(syscall.Rlimit{Cur: bytes, Max: before.Max})
	t.Cleanup(func() { set(before) })
	return func() { set(before) }
}

// TestNowhereToWrite: the next folder is taken, and without any there is an error.
func TestNowhereToWrite(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	w, index := create(t, slog.New(slog.DiscardHandler), filepath.Join(file, "results"))
	if filepath.Dir(w.Path()) != index {
		t.Errorf("it is at %s", w.Path())
	}
	if err := w.Close(false); err != nil {
		t.Error(err)
	}
	if _, err := journal.Create(head(t), filepath.Join(file, "index"), []string{filepath.Join(file, "results")}, nil); err == nil || !strings.Contains(err.Error(), "not a directory") {
		t.Errorf("Create = %v", err)
	}
}

// TestTornJournals: wherever a journal is cut, what is whole can be read.
func TestTornJournals(t *testing.T) {
	w, _ := create(t, slog.New(slog.DiscardHandler))
	own, l := metrics.NewAggregator(info), newLoad()
	w.Begin(batch, own)
	for range 5 {
		for _, in := range l.second() {
			own.Take(in)
		}
	}
	if err := w.Close(true); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(w.Path())
	if err != nil {
		t.Fatal(err)
	}
	all, before := results(own)[0].Global.Counters["iterations"].Aggregate, int64(0)
	for cut := 600; cut <= len(whole); cut += 97 {
		path := filepath.Join(t.TempDir(), "cut.journal")
		if err := os.WriteFile(path, whole[:cut], 0o600); err != nil {
			t.Fatal(err)
		}
		c, err := journal.Read(path)
		if err != nil {
			t.Fatalf("cut at %d of %d: %v", cut, len(whole), err)
		}
		if c.Running == nil {
			continue
		}
		n := results(c.Running.Aggregator)[0].Global.Counters["iterations"].Aggregate
		if n < before || n > all {
			t.Errorf("cut at %d it has %d iterations, after %d of %d", cut, n, before, all)
		}
		before = n
	}
	if before == 0 {
		t.Error("no cut journal has anything")
	}
}

// TestLookingForTheDead: whoever looks while runs end finds none of them, leaves nothing and does not disturb them.
func TestLookingForTheDead(t *testing.T) {
	base, index := t.TempDir(), t.TempDir()
	done, looked := make(chan struct{}), make(chan struct{})
	defer func() { close(done); <-looked }()
	go func() {
		defer close(looked)
		for {
			select {
			case <-done:
				return
			default:
			}
			dead, err := journal.FindDead(index)
			if err != nil || len(dead) > 0 {
				t.Errorf("found %v, %v", dead, err)
				return
			}
		}
	}()
	for range 300 {
		w, err := journal.Create(head(t), index, []string{filepath.Join(base, "results")}, slog.New(slog.DiscardHandler))
		if err != nil {
			t.Fatal(err)
		}
		if err := w.Close(false); err != nil {
			t.Fatal(err)
		}
	}
	for _, folder := range []string{base, index} {
		if left, err := os.ReadDir(folder); err != nil || len(left) > 0 {
			t.Errorf("left %v, %v", left, err)
		}
	}
}

// TestAnUnknownJournal: one that another version wrote is told, and keeps nobody from finding others.
func TestAnUnknownJournal(t *testing.T) {
	w, index := create(t, slog.New(slog.DiscardHandler))
	if err := errors.Join(w.Close(true), os.WriteFile(filepath.Join(index, "other.journal"), []byte("liveload journal 0\n"), 0o600)); err != nil {
		t.Fatal(err)
	}
	dead, err := journal.FindDead(index)
	if len(dead) != 1 || err == nil || !strings.Contains(err.Error(), "another one wrote it") {
		t.Fatalf("found %v, %v", dead, err)
	}
	if err := dead[0].Release(); err != nil {
		t.Error(err)
	}
}

// TestADiskThatComesBackAtTheEnd: Results that could not be written when they came are, when the journal is kept. Without the
// disk that is an error.
func TestADiskThatComesBackAtTheEnd(t *testing.T) {
	for _, back := range []bool{true, false} {
		synctest.Test(t, func(t *testing.T) {
			w, _ := create(t, slog.New(slog.DiscardHandler))
			folder := filepath.Dir(w.Path())
			if err := os.Rename(folder, folder+" elsewhere"); err != nil {
				t.Fatal(err)
			}
			own := metrics.NewAggregator(info)
			w.Begin(batch, own)
			w.End(results(own))
			w.Whole()
			synctest.Wait()
			if back {
				if err := os.Rename(folder+" elsewhere", folder); err != nil {
					t.Fatal(err)
				}
			}
			if err := w.Close(true); (err == nil) != back {
				t.Errorf("with the disk %t Close = %v", back, err)
			}
			if !back {
				return
			}
			if c := read(t, w.Path()); len(c.Ended) != 1 || !c.Whole {
				t.Errorf("the journal has %+v", c)
			}
		})
	}
}

// FuzzRead: whatever is in a file, it is refused kindly, or has Results.
func FuzzRead(f *testing.F) {
	w, err := journal.Create(head(f), f.TempDir(), []string{f.TempDir()}, slog.New(slog.DiscardHandler))
	if err != nil {
		f.Fatal(err)
	}
	own, l := metrics.NewAggregator(info), newLoad()
	w.Begin(batch, own)
	for range 4 {
		for _, in := range l.second() {
			own.Take(in)
		}
	}
	if err := w.Close(true); err != nil {
		f.Fatal(err)
	}
	valid, err := os.ReadFile(w.Path())
	if err != nil {
		f.Fatal(err)
	}
	f.Add(valid, 0, byte(0))
	f.Add([]byte("liveload journal 1\n"), 3, byte(1))
	f.Fuzz(func(t *testing.T, b []byte, at int, change byte) {
		path := filepath.Join(t.TempDir(), "one.journal")
		if err := os.WriteFile(path, journal.Mended(b, at, change), 0o600); err != nil {
			t.Fatal(err)
		}
		c, err := journal.Read(path)
		if err != nil {
			if strings.TrimSpace(err.Error()) == "" {
				t.Error("an error says nothing")
			}
			return
		}
		if c.Running != nil {
			results(c.Running.Aggregator)
		}
	})
}
