package session

import (
	"bytes"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/liveload/liveload/browserpool/browsertest"
	"github.com/liveload/liveload/browserpool/playwright/driver"
)

// TestBrowserInAnotherSession starts browsers through scripts that put them into a session of their own. They are found and killed,
// even while they stand still, and nobody waits for a process group in vain.
func TestBrowserInAnotherSession(t *testing.T) {
	t.Parallel()
	found, err := browsertest.Installed()
	must(t, err)
	for name, line := range map[string]string{"waits": `setsid "$BROWSER" "$@" & wait`, "becomes it": `exec setsid "$BROWSER" "$@"`, "ends": `setsid "$BROWSER" "$@" &`} {
		t.Run(name, func(t *testing.T) {
			script := filepath.Join(t.TempDir(), "browser")
			must(t, os.WriteFile(script, fmt.Appendf(nil, "#!/bin/bash\nBROWSER=%q\n%s\n", found.BrowserPath, line), 0o700))
			var warnings bytes.Buffer
			l := newLauncher(t, func(o *driver.Options) {
				o.BrowserPath, o.Logger = script, slog.New(slog.NewTextHandler(&warnings, &slog.HandlerOptions{Level: slog.LevelWarn}))
			})
			b, err := l.Launch(within(t, patience))
			must(t, err)
			browser := b.(*driver.Browser)
			if program, err := os.Readlink(fmt.Sprintf("/proc/%d/exe", browser.PID())); err != nil || filepath.Base(program) == "bash" {
				t.Errorf("the browser counts as %s, %v", program, err)
			}
			must(t, syscall.Kill(browser.PID(), syscall.SIGSTOP))
			browser.Kill()
			awaitClosed(t, "Done", browser.Done())
			must(t, l.Close(within(t, patience)))
			if warnings.Len() > 0 {
				t.Errorf("warnings:\n%s", warnings.String())
			}
		})
	}
}
