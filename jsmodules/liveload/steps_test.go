package liveload

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/liveload/liveload/browserpool"
	"github.com/liveload/liveload/js"
	"github.com/liveload/liveload/js/jstest"
	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/metrics/metricstest"
)

// A noted is a recorder that writes down what it gets, without durations, operations and when steps began.
type noted struct {
	mu    sync.Mutex
	lines []string
}

func (n *noted) Observe(m *metrics.Metric, labels metrics.Labels, value float64) {
	if m == metrics.ActionDuration || m == metrics.ActionFailureTime || m == metrics.StepOffset {
		return
	}
	text := metricstest.Values(labels)
	if value < 0 || value > 10e6 {
		text += fmt.Sprintf(" took %v", value)
	}
	n.note(m.Name + " " + text)
}

func (n *noted) Add(m *metrics.Metric, labels metrics.Labels, by int64) {
	n.note(fmt.Sprintf("%s %s %d", m.Name, metricstest.Values(labels), by))
}

func (n *noted) SetGauge(m *metrics.Metric, labels metrics.Labels, value float64) {
	n.note(fmt.Sprintf("%s %s = %v", m.Name, metricstest.Values(labels), value))
}

func (n *noted) note(line string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.lines = append(n.lines, line)
}

// TestMeasuring: a body, what is recorded, and the error.
func TestMeasuring(t *testing.T) {
	tests := []struct{ name, body, want, err string }{
		{name: "a step", body: `const v = await user.step('a', async u => { await u.click('#x'); return u === user; }); if (v !== true) throw v`,
			want: "step_duration_us a"},
		{name: "steps nest", body: `await user.step('a', async u => { await u.click('#x'); await u.step('b', async () => { await sleep(1); await group('c', () => {}); }); })`,
			want: "step_duration_us a / b / c; step_duration_us a / b; step_duration_us a"},
		{name: "steps side by side do not nest", body: `await Promise.all([
				user.step('a', async u => { await sleep(5); await u.step('x', () => {}); }),
				user.step('b', async u => { await sleep(1); await u.step('y', () => {}); })]);
			await user.step('c', () => {})`,
			want: "step_duration_us a; step_duration_us a / x; step_duration_us b; step_duration_us b / y; step_duration_us c"},
		{name: "steps in timers", body: `await user.step('a', () => new Promise(r => setTimeout(() => r(user.step('b', () => {})), 1)))`,
			want: "step_duration_us a / b; step_duration_us a"},
		{name: "steps in a chain", body: `await user.click('#x').step('a', u => u.click('#y')).step('b', () => {})`,
			want: "step_duration_us a; step_duration_us b"},
		{name: "a failing step keeps its error", body: `await user.step('a', u => u.click(''))`,
			want: "step_failure_duration_us a; step_failures a 1", err: "click("},
		{name: "a step that throws at once", body: `await user.step('a', () => { throw new Error('no') }).catch(() => {}); await user.step('b', () => {})`,
			want: "step_failure_duration_us a; step_failures a 1; step_duration_us b"},
		{name: "a failure counts in the innermost step", body: `await user.step('a', u => u.step('b', u => u.step('c', u => u.click(''))))`,
			want: "step_failure_duration_us a / b / c; step_failures a / b / c 1; step_failure_duration_us a / b; step_failure_duration_us a", err: "click("},
		{name: "also when it is wrapped", body: `await user.step('a', async u => { try { await u.step('b', () => { throw 7 }) } catch (e) { throw new Error('cart', { cause: e }) } })`,
			want: "step_failure_duration_us a / b; step_failures a / b 1; step_failure_duration_us a", err: "cart"},
		{name: "another failure is another one", body: `await user.step('a', async u => { await u.step('b', () => { throw new Error('x') }).catch(() => {}); throw new Error('y') })`,
			want: "step_failure_duration_us a / b; step_failures a / b 1; step_failure_duration_us a; step_failures a 1", err: "y"},
		{name: "fail counts in its step", body: `await user.step('a', async u => { await u.step('b', () => {}); await u.click('#x').fail('no'); null.x })`,
			want: "step_duration_us a / b; step_failures a 1; step_failure_duration_us a", err: "the scenario failed: no"},
		{name: "a failure beside a step is not its own", body: `await Promise.all([user.step('a', () => new Promise(() => {})), sleep(1).then(() => { throw new Error('beside') })])`, err: "beside"},
		{name: "no failure of a step after halt", body: `await user.step('a', async u => { await u.halt(); throw new Error('x') })`, want: "step_duration_us a"},
		{name: "no step after the end", body: `user.fail('x'); await user.step('a', () => { throw 1 }).think('1h')`, err: "the scenario failed: x"},
		{name: "a step without a function", body: `await user.step('a')`, err: "the second argument must be the function"},
		{name: "a step without a name", body: `await user.step('', () => {})`, err: "name must be a text"},
		{name: "think", body: `const t = Date.now(); await user.think(20, '30ms').think(1); if (Date.now() - t < 20) throw new Error('did not think')`},
		{name: "think backwards", body: `await user.think('2s', '1s')`, err: `think("2s", "1s"): max must not be less than min, which is 2s`},
		{name: "think of nothing", body: `await user.think()`, err: "min must be milliseconds"},
		{name: "checks", body: `
			const all = check(7, { big: v => v > 5, even: v => v % 2 === 0, plain: true, bad: () => { throw new Error('no') }, later: async () => true });
			if (all !== false || check(1, { one: v => v === 1 }) !== true) throw new Error('all ' + all)`,
			want: "checks bad fail 1; checks big pass 1; checks even fail 1; checks later fail 1; checks one pass 1; checks plain pass 1"},
		{name: "checks with tags", body: `check(7, { big: v => v > 5 }, { plan: 'pro', n: 2 }); check(7, { big: false }, {}); check(1, {}, { plan: 'pro' })`,
			want: "checks 2 big pass pro 1; checks big fail 1"},
		{name: "a check with tags that are none", body: `check(7, { big: true }, 'pro')`, err: `check: tags must be an object such as { plan: 'pro' }, not "pro"`},
		{name: "a check with a tag that is its own label", body: `check(7, { big: true }, { name: 'x' })`, err: `check: the tag name cannot be told from the name of checks: give it another name`},
		{name: "a check of a promise", body: `check(Promise.resolve(1), { ok: v => v === 1 })`, err: "check: the value is a promise, for which no condition can hold: await it first"},
		{name: "a check of a chain", body: `check(user.count('#a'), { ok: v => v === 1 })`, err: "check: the value is a promise, for which no condition can hold: await it first"},
		{name: "a check without conditions", body: `check(1)`, err: "the second argument must be an object of conditions"},
		{name: "open in an iteration", body: `open('a.js')`, err: `open: "a.js" must be opened when the script is loaded`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := &noted{}
			script := "import { sleep, check, group, open } from 'liveload';\nexport default async function (user) {" + test.body + "\n}\n"
			_, err := newUser(t, "a.js", script, Options{Recorder: got}).RunIteration(t.Context(), newFake(), 1)
			checkError(t, err, test.err)
			if strings.Contains(test.name, "side by side") || test.name == "checks" {
				slices.Sort(got.lines)
			}
			if lines := strings.Join(got.lines, "; "); lines != test.want {
				t.Errorf("recorded %s\nwant     %s", lines, test.want)
			}
		})
	}
}

// TestStepOffsets: when a step began counts from the beginning of its own iteration, also when the step fails.
func TestStepOffsets(t *testing.T) {
	r := metrics.NewRecorder("", time.Now(), metrics.NewRegistry())
	u := newUser(t, "a.js", iterate(`await user.step('a', async u => { await u.think(30); await u.step('b', () => {}) });
		await user.step('c', () => { throw new Error('no') })`), Options{Recorder: r.Scope("buy")})
	reading := metricstest.NewReading(r)
	for iteration := range 3 {
		if _, err := u.RunIteration(t.Context(), newFake(), iteration+1); err == nil {
			t.Fatal("c did not fail")
		}
	}
	offset := func(step string) metrics.Sketch { return reading.Sketch("buy", metrics.StepOffset, step) }
	a, b, c := offset("a"), offset("a / b"), offset("c")
	if a.Count() != 3 || b.Count() != 3 || c.Count() != 3 {
		t.Errorf("%d, %d and %d steps began, want 3 of each", a.Count(), b.Count(), c.Count())
	}
	if b.Min() < 30e3 || c.Min() < b.Min() || a.Min() > b.Min()-30e3 {
		t.Errorf("a began after %v µs, b after %v, c after %v; b waits for 30 ms", a.Min(), b.Min(), c.Min())
	}
}

// TestInterruptedSteps: what an iteration was interrupted in has failed, but not what the end of a run interrupts;
// and nothing of it is left for the next iteration.
func TestInterruptedSteps(t *testing.T) {
	const body = `if (user.iteration === 1) await user.step('a', u => Promise.all([u.step('b', () => new Promise(() => {})), u.step('c', () => {}).then(() => u.click('#now'))])); else await user.step('d', () => {})`
	for name, test := range map[string]struct {
		cause error
		want  string
	}{
		"its timeout":        {&FailError{"its time is over"}, "step_duration_us a / c; step_duration_us d; step_failure_duration_us a; step_failure_duration_us a / b; step_failures a / b 1"},
		"a lost browser":     {browserpool.ErrLost, "step_duration_us a / c; step_duration_us d; step_failure_duration_us a; step_failure_duration_us a / b; step_failures a / b 1"},
		"the end of the run": {errors.New("the run was stopped"), "step_duration_us a / c; step_duration_us d"},
	} {
		t.Run(name, func(t *testing.T) {
			got := &noted{}
			u := newUser(t, "a.js", iterate(body), Options{Recorder: got})
			ctx, cancel := context.WithCancelCause(t.Context())
			session := newFake()
			session.answer = func(ctx context.Context, _ string) (any, error) {
				cancel(test.cause)
				<-ctx.Done()
				return nil, context.Cause(ctx)
			}
			if _, err := u.RunIteration(ctx, session, 1); !errors.Is(err, test.cause) {
				t.Errorf("the iteration ended with %v", err)
			}
			if _, err := u.RunIteration(t.Context(), newFake(), 2); err != nil {
				t.Error(err)
			}
			slices.Sort(got.lines)
			if lines := strings.Join(got.lines, "; "); lines != test.want {
				t.Errorf("recorded %s\nwant     %s", lines, test.want)
			}
		})
	}
}

// vmBeside makes a VM of a script with words.txt beside it.
func vmBeside(t *testing.T, log *slog.Logger, script, words string) (*js.VM, error) {
	t.Helper()
	all := modules()
	program := jstest.Program(t, all, "a.js", script, "words.txt", words)
	vm, err := js.NewVM(t.Context(), program, js.VMOptions{Modules: all, Logger: log})
	if err == nil {
		_ = os.Remove("words.txt") // it is read once per process
		vm, err = vm.Fresh(t.Context())
	}
	return vm, err
}

func TestOpen(t *testing.T) {
	script := `import { open } from 'liveload';
const text = open('words.txt'), bytes = new Uint8Array(open('words.txt', 'b'));
bytes[0] = 0;
if (open('words.txt') !== text) throw new Error('changed');
export const options = { text, bytes: bytes.length };
export default () => {};`
	vm, err := vmBeside(t, nil, script, "Grüße\n")
	if err != nil {
		t.Fatal(err)
	}
	options, _ := vm.Export("options")
	if got, err := vm.Plain(options); err != nil || fmt.Sprint(got) != `{"text":"Grüße\n","bytes":8}` {
		t.Errorf("options = %v, %v", got, err)
	}
	for code, want := range map[string]string{
		`open('gone.txt')`:       `there is no file "gone.txt" next to the script`,
		`open('.')`:              `"." is a folder`,
		`open('/etc/passwd')`:    `"/etc/passwd" is outside of the script's folder: put the file into that folder, or below it, or start liveload with --allow-read FOLDER`,
		`open('../x')`:           `"../x" is outside of the script's folder`,
		`open(7)`:                "path must be a text",
		`open('words.txt', 'x')`: `the mode is "b"`,
		`group('a', () => {})`:   "there is no user here",
	} {
		_, err := vmBeside(t, nil, "import { open, group } from 'liveload';\n"+code+"\nexport default () => {};", "")
		checkError(t, err, want)
	}
}

func TestLog(t *testing.T) {
	var out bytes.Buffer
	logger := slog.New(slog.NewTextHandler(&out, nil))
	_, err := vmBeside(t, logger, "import { log, check } from 'liveload';\nlog('order', { id: 7, who: { name: 'x' } }); log('a', 1, [2]); check(1, { x: true });\nexport default () => {};", "")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"msg=order id=7 who=\"{\\\"name\\\":\\\"x\\\"}\"", `msg="a 1`} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q in\n%s", want, out.String())
		}
	}
}
