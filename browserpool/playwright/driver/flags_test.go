package driver

import "testing"

func TestCheckArg(t *testing.T) {
	for arg, want := range map[string]string{
		"--lang=de": "", "--host-resolver-rules=MAP a b": "", "--mute-audio": "",
		"lang=de":                   `"lang=de" is no flag of Chromium, which begins with --`,
		"--":                        `"--" is no flag of Chromium, which begins with --`,
		"--user-data-dir=/tmp/x":    "--user-data-dir is needed by liveload itself",
		"--enable-features=X":       "--enable-features is needed by liveload itself",
		"--remote-debugging-port=1": "--remote-debugging-port is needed by liveload itself",
	} {
		got := ""
		if err := CheckArg(arg); err != nil {
			got = err.Error()
		}
		if got != want {
			t.Errorf("%s: %s, want %s", arg, got, want)
		}
	}
}
