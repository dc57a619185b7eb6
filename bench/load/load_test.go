package load

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/liveload/liveload/browserpool"
	"github.com/liveload/liveload/js/bundle"
	"github.com/liveload/liveload/jsmodules"
	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/node"
	"github.com/liveload/liveload/plan"
	"github.com/liveload/liveload/plan/shape"
	"github.com/liveload/liveload/runner"
)

// users is how many there are at once.
const users = 10_000

const script = `import { sleep } from 'liveload';
export default async function () { await sleep('1s'); }`

// An engine has sessions that do nothing.
type engine struct{}

func (engine) NewSession(context.Context, browserpool.SessionOptions) (browserpool.Session, error) {
	return session{}, nil
}

type session struct{ browserpool.Session }

func (session) ResetObjects(context.Context) {}
func (session) Lost() <-chan struct{}        { return nil }
func (session) Close(context.Context) error  { return nil }

// A watch notes when users have started and how long iterations waited.
type watch struct {
	mu      sync.Mutex
	started []time.Time
	took    []time.Duration
	answers []time.Duration
	dropped int64
}

func (w *watch) UserStarted() {
	now := time.Now()
	w.mu.Lock()
	defer w.mu.Unlock()
	w.started = append(w.started, now)
}

func (w *watch) IterationEnded(_ runner.Outcome, took time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.took = append(w.took, took)
}

func (w *watch) IterationAnswered(_ runner.Outcome, sinceDue time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.answers = append(w.answers, sinceDue)
}

func (w *watch) IterationsDropped(_ string, n int64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.dropped += n
}

func (w *watch) UserEnded(time.Duration, string)    {}
func (w *watch) IterationLate(string)               {}
func (w *watch) Failed(metrics.FailureSample, bool) {}

// bare is the same scenario without JavaScript: what is left is the runner.
type bare struct{}

func (bare) NewUser(runner.Identity) (runner.User, error) { return bare{}, nil }
func (bare) Close()                                       {}
func (bare) RunIteration(ctx context.Context, _ browserpool.Session, _ int) (bool, error) {
	timer := time.NewTimer(time.Second)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
	return false, context.Cause(ctx)
}

// load loads the script.
func load(b *testing.B, scenario *plan.Scenario, log *slog.Logger) runner.Script {
	b.Helper()
	path := filepath.Join(b.TempDir(), "script.js")
	if err := os.WriteFile(path, []byte(script), 0o644); err != nil {
		b.Fatal(err)
	}
	modules := jsmodules.All(jsmodules.Options{})
	program, err := bundle.Script(path, modules.Exports())
	if err != nil {
		b.Fatal(err)
	}
	scenario.Program = plan.Program(program.Source())
	loaded, err := node.LoadScript(b.Context(), scenario, node.ScriptOptions{Modules: modules, Log: log})
	if err != nil {
		b.Fatal(err)
	}
	return loaded.Scenario(scenario, nil, nil, nil)
}

// run runs a load and returns what was noted and when it began. It reports memory and CPU.
func run(b *testing.B, o plan.Options, javaScript bool) (*watch, time.Time) {
	b.Helper()
	scenario, log := plan.Scenario{Name: "load"}, slog.New(slog.DiscardHandler)
	o.Apply(&scenario)
	var loaded runner.Script = bare{}
	if javaScript {
		loaded = load(b, &scenario, log)
	}
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(200) // as the command does
	}
	runtime.GC()
	debug.FreeOSMemory() // of the benchmark before
	w := &watch{started: make([]time.Time, 0, 2*users)}
	r := runner.Run{Plan: scenario, Script: loaded, Sessions: engine{}, Journal: w, Log: log, Control: runner.NewControl(&scenario)}
	ctx, cancel := context.WithCancel(b.Context())
	defer cancel()
	var peak uint64
	var meter sync.WaitGroup
	meter.Go(func() { peak = watchMemory(ctx) })
	busy, began := cpuTime(b), time.Now()
	r.Warm = runner.WarmUp(b.Context(), &scenario, "", loaded)
	b.ReportMetric(time.Since(began).Seconds(), "s/prepare")
	began = time.Now()
	if err := r.Do(b.Context(), time.Now()); err != nil {
		b.Fatal(err)
	}
	cancel()
	meter.Wait()
	b.ReportMetric(float64(peak)/1e6, "MB")
	b.ReportMetric((cpuTime(b) - busy).Seconds(), "cpu-s")
	return w, began
}

// cpuTime is the CPU time of this process.
func cpuTime(b *testing.B) time.Duration {
	b.Helper()
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		b.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

// watchMemory returns the most memory that the process held from the system.
func watchMemory(ctx context.Context) (peak uint64) {
	ticker := time.NewTicker(200 * time.Millisecond)
	defer ticker.Stop()
	var m runtime.MemStats
	for {
		runtime.ReadMemStats(&m)
		peak = max(peak, m.Sys-m.HeapReleased)
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return peak
		}
	}
}

// p99 of durations, in milliseconds.
func p99(d []time.Duration) float64 {
	sorted := slices.Sorted(slices.Values(d))
	return float64(sorted[len(sorted)*99/100]) / float64(time.Millisecond)
}

// both runs a benchmark with and without JavaScript.
func both(b *testing.B, one func(b *testing.B, javaScript bool)) {
	b.Run("script", func(b *testing.B) { one(b, true) })
	b.Run("bare", func(b *testing.B) { one(b, false) })
}

// BenchmarkUsers starts 10,000 users, evenly over 4 seconds, who each wait a second, again and again.
func BenchmarkUsers(b *testing.B) {
	both(b, func(b *testing.B, javaScript bool) {
		for b.Loop() {
			n, ramp, duration := users, 4*time.Second, 5*time.Second
			w, began := run(b, plan.Options{Users: &n, RampUp: &ramp, Duration: &duration}, javaScript)
			slices.SortFunc(w.started, time.Time.Compare)
			errors := make([]time.Duration, len(w.started))
			for i, at := range w.started {
				errors[i] = at.Sub(began.Add(ramp * time.Duration(i) / users))
			}
			b.ReportMetric(w.started[users-1].Sub(began).Seconds(), "s/start-all")
			b.ReportMetric(p99(errors), "ms/start-error-p99")
		}
	})
}

// BenchmarkUsersAtOnce starts 10,000 users at once.
func BenchmarkUsersAtOnce(b *testing.B) {
	both(b, func(b *testing.B, javaScript bool) {
		for b.Loop() {
			n, duration := users, 5*time.Second
			w, began := run(b, plan.Options{Users: &n, Duration: &duration}, javaScript)
			last := slices.MaxFunc(w.started, time.Time.Compare)
			b.ReportMetric(last.Sub(began).Seconds(), "s/start-all")
		}
	})
}

// BenchmarkRate has 10,000 users, started before, begin 5,000 iterations a second of a second each.
func BenchmarkRate(b *testing.B) {
	both(b, func(b *testing.B, javaScript bool) {
		for b.Loop() {
			n, duration := users, 8*time.Second
			rate := shape.Rate{Count: users / 2, Per: time.Second}
			w, _ := run(b, plan.Options{Rate: &rate, MaxUsers: &n, PreStartedUsers: &n, Duration: &duration}, javaScript)
			for i := range min(len(w.answers), len(w.took)) {
				w.answers[i] -= w.took[i] // noted one after the other, seldom crosswise
			}
			b.ReportMetric(p99(w.answers), "ms/schedule-error-p99")
			b.ReportMetric(float64(w.dropped), "dropped")
		}
	})
}
