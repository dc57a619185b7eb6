package execution

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/liveload/liveload/js"
	"github.com/liveload/liveload/js/jstest"
	"github.com/liveload/liveload/jsmodules/liveload"
	"github.com/liveload/liveload/jsmodules/types"
)

// newVM makes a VM of a script.
func newVM(t *testing.T, script string) (*js.VM, error) {
	t.Helper()
	all := js.Modules{"liveload/execution": Module{}}
	program := jstest.Program(t, all, "a.js", "import { abort, current, elapsed } from 'liveload/execution';\n"+script)
	return js.NewVM(t.Context(), program, js.VMOptions{Modules: all})
}

// iterate runs a body as the third iteration of the seventh user.
func iterate(t *testing.T, body string) error {
	t.Helper()
	vm, err := newVM(t, "export default async function (user) {\n"+body+"\n}")
	if err != nil {
		t.Fatal(err)
	}
	u, err := liveload.NewUser(vm, liveload.Options{ID: 7, Node: "n", Scenario: "s"})
	if err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	_, err = u.RunIteration(t.Context(), nil, 3)
	if took := time.Since(began); took > time.Minute {
		t.Errorf("it took %v", took)
	}
	return err
}

func TestCurrentAndElapsed(t *testing.T) {
	err := iterate(t, `
		const got = JSON.stringify(current());
		if (got !== '{"iteration":3,"node":"n","scenario":"s","user":7}') throw new Error(got);
		const before = elapsed();
		await new Promise(r => setTimeout(r, 5));
		if (!(before >= 0 && elapsed() - before >= 4 && elapsed() < 60000)) throw new Error(String(elapsed()));`)
	if err != nil {
		t.Error(err)
	}
}

// TestAbort: whatever the script does after it, the test is aborted.
func TestAbort(t *testing.T) {
	for name, body := range map[string]string{
		"plainly":               `abort('closed'); throw new Error('it went on')`,
		"and the error caught":  `try { abort('closed') } catch (e) { if (e.name !== 'TestAbortedError') throw e } `,
		"and the user halts":    `try { abort('closed') } catch { await user.halt() }`,
		"twice":                 `try { abort('closed') } catch { abort('again') }`,
		"and runs for ever":     `try { abort('closed') } catch { for (;;); }`,
		"and waits for ever":    `try { abort('closed') } catch { await new Promise(() => {}) }`,
		"beside a failed chain": `await Promise.all([user.fail('x'), new Promise(() => abort('closed'))])`,
	} {
		t.Run(name, func(t *testing.T) {
			err := iterate(t, body)
			var aborted *liveload.AbortError
			if !errors.As(err, &aborted) || aborted.Reason != "closed" || aborted.UserID != 7 {
				t.Fatalf("error %v", err)
			}
			if !strings.Contains(err.Error(), "a.js:3:") || !strings.Contains(err.Error(), "user 7 aborted the test: closed") {
				t.Errorf("error %v", err)
			}
		})
	}
}

func TestOutsideOfIterations(t *testing.T) {
	for _, code := range []string{"abort('x')", "current()", "elapsed()"} {
		if _, err := newVM(t, code+"\nexport default () => {}"); err == nil || !strings.Contains(err.Error(), "there is no user here") {
			t.Errorf("%s: %v", code, err)
		}
	}
}

func TestEveryExportIsDeclared(t *testing.T) {
	for _, name := range (Module{}).Names() {
		if !strings.Contains(types.Execution, "export function "+name+"(") {
			t.Errorf("execution.d.ts does not declare %s", name)
		}
	}
}
