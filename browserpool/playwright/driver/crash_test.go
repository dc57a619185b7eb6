package driver

import (
	"testing"

	"github.com/liveload/liveload/browserpool"
	"github.com/liveload/liveload/metrics"
)

// TestCrashAtALimit: what ends by itself while a limit is near says so; what somebody kills does not.
func TestCrashAtALimit(t *testing.T) {
	near := "the limit of open files is near: a process has 64 of 64"
	k := newMemoryKills(nil, func() string { return near })
	for how, want := range map[string]string{
		"SIGBUS":      "the browser crashed (SIGBUS, while " + near + ")",
		"exit code 1": "the browser crashed (exit code 1, while " + near + ")",
		"":            "the browser crashed (while " + near + ")",
		"SIGTERM":     "the browser was killed by somebody (SIGTERM)",
	} {
		if got := k.crash(metrics.ProcessBrowser, how).String(); got != want {
			t.Errorf("%s: %q, want %q", how, got, want)
		}
	}
	page := k.page(crashedTarget{Status: "crashed", ErrorCode: 5})
	if want := "SIGTRAP, as when a page has used up the memory that Chromium lets it have, while " + near; page.Detail != want {
		t.Errorf("%q, want %q", page.Detail, want)
	}
	near = ""
	if got := k.atLimit(browserpool.Crash{Detail: "SIGBUS"}); got.Detail != "SIGBUS" {
		t.Errorf("without a limit: %+v", got)
	}
}
