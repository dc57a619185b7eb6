package playwright

import (
	"os"

	"github.com/liveload/liveload/browserpool"
)

// footprint is what docs/browser-flags.md measured, rounded up.
var footprint = browserpool.Footprint{
	BrowserBytes:    150 << 20,
	SessionBytes:    40 << 20,
	SessionsPerCore: 10,
}

// launchFlags are given to Chromium beyond what Playwright gives it.
func launchFlags() []string {
	return []string{
		"--disable-gpu",
		"--disable-quic",
	}
}

// unwantedFlags are flags of Playwright's that cost users.
func unwantedFlags() []string { return nil }

// noSandbox is the environment variable for machines on which Chromium's sandbox does not work.
const noSandbox = "LIVELOAD_NO_SANDBOX"

// sandboxed says whether Chromium shall use its sandbox: it cannot when root runs it.
func sandboxed() bool {
	return os.Geteuid() != 0 && os.Getenv(noSandbox) == ""
}
