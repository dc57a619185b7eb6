package driver

import (
	"strings"
	"testing"
)

func TestFlagsLeavePlaywrightsFeaturesAlone(t *testing.T) {
	for _, flag := range launchFlags() {
		if strings.HasPrefix(flag, "--enable-features") || strings.HasPrefix(flag, "--disable-features") {
			t.Errorf("%s replaces Playwright's list: Chromium obeys the last one alone", flag)
		}
	}
}

func TestSandbox(t *testing.T) {
	t.Setenv(noSandbox, "1")
	if sandboxed() {
		t.Errorf("%s=1 does not turn the sandbox off", noSandbox)
	}
}
