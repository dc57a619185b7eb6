package bundle_test

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/liveload/liveload/js/bundle"
)

// TestDataOfOthers: a script imports code from anywhere, but data only from its project, from packages, and from where it is allowed. Nothing
// waits for a pipe.
func TestDataOfOthers(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("home/.aws/credentials.json", `{"key":"secret"}`)
	write("home/id_rsa", "-----BEGIN OPENSSH PRIVATE KEY-----")
	write("home/lib.js", "export const n = 1")
	write("home/shared/rows.json", "[1]")
	write("home/node_modules/p/data.json", "[1]")
	write("home/app/package.json", "{}")
	write("home/app/data.json", "[1]")
	write("home/app/load/own.json", "[1]")
	if err := os.Symlink("../../.aws/credentials.json", filepath.Join(dir, "home/app/load/link.json")); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mkfifo(filepath.Join(dir, "home/app/load/pipe.js"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"./own.json": "", "../data.json": "", "../../lib.js": "", "p/data.json": "", "../../shared/rows.json": "",
		"../../.aws/credentials.json": "--allow-read", "./link.json": "is outside of the script's project", "../../id_rsa": "is outside of the script's project",
		filepath.Join(dir, "home/.aws/credentials.json"): "is outside of the script's project", "./pipe.js": "pipe.js is no file but a device, a pipe or a socket",
	} {
		entry := filepath.Join(dir, "home/app/load/s.js")
		write("home/app/load/s.js", "import * as x from '"+name+"'; export default () => x")
		_, err := bundle.Script(entry, nil, filepath.Join(dir, "home/shared"))
		switch {
		case want == "" && err != nil:
			t.Errorf("%s: %v", name, err)
		case want != "" && (err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "s.js:1:20") || strings.Contains(err.Error(), "OPENSSH")):
			t.Errorf("%s: %v, want %s", name, err, want)
		}
	}
}
