package driver

import (
	"errors"
	"testing"

	"github.com/liveload/liveload/browserpool"
)

func TestLaunchError(t *testing.T) {
	tests := []struct{ name, playwright, want string }{
		{"the browser says why", "playwright: target closed: Target closed\nBrowser logs:\n\n<launching> /c --flag\n" +
			"<launched> pid=7\n[pid=7][err] 1\n[pid=7][err] 2\n[pid=7][err] 3\n[pid=7][err] 4\n[pid=7][err] 5\n[pid=7][err] no libnss3",
			"/c ended at once and said \"2\\n3\\n4\\n5\\nno libnss3\" (`liveload doctor` may tell why)"},
		{"only Playwright knows", "playwright: Failed to launch: Error: spawn /c EACCES\nCall log: x",
			"/c: playwright: Failed to launch: Error: spawn /c EACCES (`liveload doctor` may tell why)"},
		{"the driver died while it was read", "target closed: could not read protocol padding: EOF", "the driver died: the browser of this session is gone"},
		{"the driver died", "Connection closed", "the driver died: the browser of this session is gone"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := launchError("/c", errors.New(test.playwright)).Error(); got != test.want {
				t.Errorf("launchError = %s\nwant %s", got, test.want)
			}
		})
	}
	if err := launchError("/c", errors.New("could not send message: EPIPE")); !errors.Is(err, browserpool.ErrLost) {
		t.Errorf("%v is not ErrLost", err)
	}
}
