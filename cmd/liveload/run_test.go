package main

import (
	"bytes"
	"context"
	"io"
	"log"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/liveload/liveload/browserpool/engines"
	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/metrics/metricstest"
	"github.com/liveload/liveload/node"
	"github.com/liveload/liveload/plan"
	"github.com/liveload/liveload/sinks/outputs"
)

// inside runs the command in this process, with fake browsers and signals.
func inside(t *testing.T, browsers *fakeEngine, signals chan os.Signal, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	t.Setenv("LIVELOAD_CACHE", t.TempDir())
	t.Setenv("LIVELOAD_EVIDENCE_DIR", t.TempDir())
	var out, complaints bytes.Buffer
	o := &outside{
		args: args, stdout: &out, stderr: &complaints,
		width:      func() int { return 0 },
		interrupts: func() (<-chan os.Signal, func()) { return signals, func() {} },
		resources:  func(context.Context) (node.Resources, error) { return testMachine, nil },
		outputs:    outputs.All(),
		findEngine: func(string, engines.Options) (engine, error) { return browsers, nil },
	}
	code = o.main()
	return code, out.String(), complaints.String()
}

func writeScript(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "scenario.js")
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func readResults(t *testing.T, path string) []metrics.Result {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	results, err := metrics.ReadResults(f)
	if err != nil || len(results) == 0 {
		t.Fatalf("%d results, %v", len(results), err)
	}
	return results
}

func readResult(t *testing.T, path string) metrics.Result {
	t.Helper()
	return readResults(t, path)[0]
}

// TestCtrlC presses once or twice while an iteration runs that takes a second, or for ever.
func TestCtrlC(t *testing.T) {
	const second = `import { sleep } from 'liveload';
		export default async function () { await sleep(1000); }`
	const forever = `export default () => new Promise(() => {})`
	cases := []struct {
		name, script string
		presses      int
		iterations   int64
	}{
		{"once lets the iteration finish", second, 1, 1},
		{"twice stops now", forever, 2, 0},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			signals := make(chan os.Signal, 2)
			browsers := &fakeEngine{onOpen: sync.OnceFunc(func() {
				for range c.presses {
					signals <- os.Interrupt
				}
			})}
			result := filepath.Join(t.TempDir(), "result.json")
			script := c.script + `; export const teardown = () => console.log('torn down')`
			code, out, complaints := inside(t, browsers, signals, writeScript(t, script), "--duration", "1h", "--result", result)
			if code != exitInterrupted || !browsers.closed.Load() {
				t.Errorf("exit code %d, browsers closed: %v; want 130 and true\n%s%s", code, browsers.closed.Load(), out, complaints)
			}
			if !strings.Contains(complaints, "finishing the running iterations") || strings.Count(complaints, "torn down") != 1 {
				t.Errorf("stderr says %q, want what the first press does, and teardown once", complaints)
			}
			if says := strings.Contains(complaints, "interrupting the running iterations"); says != (c.presses == 2) {
				t.Errorf("stderr says %q after %d presses", complaints, c.presses)
			}
			got := readResult(t, result).Global
			if n := got.Counters["iterations"].Aggregate; n != c.iterations || got.Users.Failed != 0 {
				t.Errorf("%d iterations, users %+v; want %d and none failed", n, got.Users, c.iterations)
			}
		})
	}
}

// TestEndAtOnce: recover is named only where there is something to recover.
func TestEndAtOnce(t *testing.T) {
	for kept, want := range map[bool]string{true: "`liveload recover`", false: "what was not written yet is lost"} {
		var stderr strings.Builder
		(&outside{stderr: &stderr}).endAtOnce(kept)
		if says := stderr.String(); !strings.Contains(says, want) || strings.Contains(says, "recover") != kept {
			t.Errorf("with a journal %v: %s", kept, says)
		}
	}
}

func TestResultSaysWhereItComesFrom(t *testing.T) {
	result := filepath.Join(t.TempDir(), "deep", "result.json")
	script := writeScript(t, `export const options = { users: 3, rampUp: 10 };
		export default (user) => user.navigate('http://fake/').click('#x').then(() => user.halt())`)
	code, out, complaints := inside(t, &fakeEngine{}, nil, "--result="+result, script, "--config", "a=b")
	if code != exitOK {
		t.Fatalf("exit code %d\n%s%s", code, out, complaints)
	}
	r := readResult(t, result)
	options, _ := r.Options.(map[string]any)
	if r.Name != "scenario" || options["users"] != 3.0 || options["rampUp"] != "10ms" || r.Labels["host"] == "" || r.RunID == "" {
		t.Errorf("result %q, options %v, labels %v, run %q", r.Name, r.Options, r.Labels, r.RunID)
	}
	if r.Global.Users.Succeeded != 3 || r.Global.Histograms["action_duration_us"].By["click"].Count != 3 {
		t.Errorf("users %+v, actions %+v", r.Global.Users, r.Global.Histograms["action_duration_us"])
	}
}

func TestDemoServesUntilInterrupted(t *testing.T) {
	app := httptest.NewUnstartedServer(nil)
	ctx, cancel := context.WithCancel(t.Context())
	served := make(chan error, 1)
	go func() {
		served <- serve(ctx, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.Write([]byte("here")) }), app.Listener)
	}()
	answer, err := http.Get("http://" + app.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	cancel()
	if err := <-served; err != nil || answer.StatusCode != http.StatusOK {
		t.Errorf("serve = %v after status %d, want nil after an interrupt", err, answer.StatusCode)
	}
}

// TestAbort: a script that aborts the test gives exit code 1, its reason, and a Result of what was
// measured until then; the next script does not run.
func TestAbort(t *testing.T) {
	script := writeScript(t, `import { abort } from 'liveload/execution';
		import { check, sleep } from 'liveload';
		export default async function (user) {
			check(user.id, { 'is small': id => id < 2 });
			await user.step('wait', () => sleep(50));
			if (user.id === 2) abort('the shop is closed');
			await sleep('1h');
		}`)
	next := writeScript(t, `export default async function () {}`)
	result := filepath.Join(t.TempDir(), "result.json")
	code, _, complaints := inside(t, &fakeEngine{}, nil, script, next, "--users", "2", "--duration", "1h", "--quiet", "--result", result)
	if code != exitError || !strings.Contains(complaints, "Error: user 2 aborted the test: the shop is closed\n") || !strings.Contains(complaints, "scenario.js:6:23") {
		t.Fatalf("exit code %d\n%s", code, complaints)
	}
	got := readResult(t, result)
	if got.Error != "" || got.Global.Counters[metrics.IterationFailures.Name].By["test aborted"] != 1 {
		t.Errorf("Result %+v", got)
	}
	checks := got.Global.Counters[metrics.Checks.Name]
	if metricstest.With(checks, metrics.Checks.With("is small", "pass")) != 1 || metricstest.With(checks, metrics.Checks.With("is small", "fail")) != 1 || got.Global.Histograms[metrics.StepDuration.Name].By["wait"].Count == 0 {
		t.Errorf("checks %v, steps %v", checks, got.Global.Histograms[metrics.StepDuration.Name].By)
	}
}

// TestCtrlCEndsASearch with what is known by then: the Result is written, and says that it is not the whole.
func TestCtrlCEndsASearch(t *testing.T) {
	script := writeScript(t, `import { sleep } from 'liveload';
		export const options = { thresholds: { iteration_failures: 'rate<1%' } };
		export default async function () { await sleep(100); }`)
	signals := make(chan os.Signal, 2)
	browsers := &fakeEngine{onOpen: func() { signals <- os.Interrupt }}
	result := filepath.Join(t.TempDir(), "result.json")
	code, out, complaints := inside(t, browsers, signals, script, "--find-limit", "users", "--result", result)
	if code != exitInterrupted || !strings.Contains(out, "The search was interrupted. No load was judged by then.") {
		t.Errorf("exit code %d\n%s%s", code, out, complaints)
	}
	l := readResult(t, result).Limit
	if l == nil || l.Complete || l.Held != nil || len(l.Steps) != 0 {
		t.Errorf("limit %+v", l)
	}
}

// A run that only finishes its iterations says so, instead of noting changes that change nothing.
func TestARunThatEndsIsNotSteered(t *testing.T) {
	ends := &ending{drain: make(chan struct{}), stop: context.Background()}
	ends.begin(nil)
	run := &steeredRun{ends: ends}
	five := 5
	if _, err := run.Steer(t.Context(), "", plan.Command{Users: &five}); err == nil || !strings.Contains(err.Error(), "begins no more") {
		t.Errorf("error %v", err)
	}
}

// TestLibrariesLogAsWeDo: what net/http tells of a misbehaving server must not be in the middle of the display.
func TestLibrariesLogAsWeDo(t *testing.T) {
	for level, want := range map[slog.Level]string{slog.LevelDebug: `level=DEBUG msg="unsolicited response"`, slog.LevelInfo: ""} {
		var stderr strings.Builder
		(&outside{stdout: io.Discard, stderr: &stderr}).wire(runSettings{log: logSettings{level: level}})
		log.Print("unsolicited response")
		if got := stderr.String(); !strings.Contains(got, want) || want == "" && got != "" {
			t.Errorf("with the level %v it is logged as %q, want %q", level, got, want)
		}
	}
}
