package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

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
