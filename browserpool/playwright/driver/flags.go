package driver

import (
	"fmt"
	"slices"
	"strings"
)

// launchFlags are given to Chromium beyond what Playwright gives it. None of them may change what a page
// can do or see: what is measured has to be what a person's browser would do. What each saves, and what
// was tried and refused, is in docs/browser-flags.md. Never --enable-features or --disable-features:
// Chromium obeys the last of each alone, and would drop Playwright's.
func launchFlags() []string {
	return []string{
		// Load generators have no GPU, or one of many kinds: with this, pages are drawn by software
		// everywhere, WebGL as well.
		"--disable-gpu",
		// HTTP over TCP alone: whether the race against QUIC is won depends on the network between,
		// and would make runs hard to compare. LiveView's WebSockets use TCP in any case.
		"--disable-quic",
		// Without these, the headless shell writes each console line of a page to its standard error, in the thread that serves all
		// pages, and the driver reads them: one page that writes long lines holds everybody up. Warnings of the browser stay.
		"--enable-logging=stderr", "--log-level=1",
	}
}

// taken are the flags that would take away what liveload or Playwright needs.
var taken = []string{
	"user-data-dir", "remote-debugging-port", "remote-debugging-pipe", "remote-debugging-address", "headless",
	"enable-features", "disable-features",
}

// CheckArg refuses what cannot be one of Options.Args.
func CheckArg(arg string) error {
	name, _, _ := strings.Cut(strings.TrimPrefix(arg, "--"), "=")
	switch {
	case !strings.HasPrefix(arg, "--") || name == "":
		return fmt.Errorf("%q is no flag of Chromium, which begins with --", arg)
	case slices.Contains(taken, name):
		return fmt.Errorf("--%s is needed by liveload itself", name)
	}
	return nil
}
