package runner

import (
	"errors"
	"testing"
	"time"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/metrics/metricstest"
)

func TestJournalWritesTheCatalogue(t *testing.T) {
	began := time.Now()
	recorder := metrics.NewRecorder("n", began, metrics.NewRegistry())
	journal := NewJournal(recorder.Scope("buy"))

	journal.UserStarted()
	journal.IterationEnded(OK, 2*time.Millisecond)
	journal.IterationEnded(Timeout, 3*time.Millisecond)
	journal.Failed(failureOf(Identity{ID: 7}, &TimeoutError{}, nil), true)
	journal.Failed(failureOf(Identity{ID: 8}, &SessionError{errors.New("no room")}, nil), false)
	journal.UserEnded(5*time.Millisecond, ClassTimeout)

	snapshot := recorder.Snapshot(began.Add(time.Second))
	counts, sums := map[string]int64{}, map[string]float64{}
	for _, s := range snapshot.Series {
		key := s.Metric + "/" + metricstest.Values(s.Labels)
		counts[key] = s.Count
		if s.Sketch != "" {
			sums[key] = s.Sketch.Sum()
		}
	}
	for key, want := range map[string]int64{
		"iterations/ok": 1, "iterations/timeout": 1, "iteration_failures/" + ClassTimeout: 1,
		"iteration_failures/" + ClassNoSession: 0, "scenario_failures/" + ClassTimeout: 1,
	} {
		if counts[key] != want {
			t.Errorf("%s = %d, want %d", key, counts[key], want)
		}
	}
	for key, want := range map[string]float64{
		"iteration_duration_us/ok": 2000, "iteration_duration_us/timeout": 3000, "scenario_duration_us/": 5000,
	} {
		if sums[key] != want {
			t.Errorf("%s sums up to %v, want %v", key, sums[key], want)
		}
	}
	if u := snapshot.Users; len(u) != 1 || u[0].Started != 1 || u[0].Failed != 1 || u[0].Succeeded != 0 {
		t.Errorf("users = %+v, want one started and failed", u)
	}
	if f := snapshot.Failures; len(f) != 2 || f[0].Kind != "exit" || f[0].UserID != 7 || f[1].Kind != "error" {
		t.Errorf("failures = %+v", f)
	}
}
