package bundle_test

import (
	"encoding/base64"
	"errors"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/liveload/liveload/js/bundle"
	"github.com/liveload/liveload/js/program"
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
	write("home/.netrc", "password secret")
	write("home/lib.js", "export const n = 1")
	write("home/shared/rows.json", "[1]")
	write("home/node_modules/p/data.json", "[1]")
	write("home/app/package.json", "{}")
	write("home/app/data.json", "[1]")
	write("home/app/load/own.json", "[1]")
	if err := os.Symlink("../../.aws/credentials.json", filepath.Join(dir, "home/app/load/link.json")); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"pipe.js", "pipe.png"} {
		if err := syscall.Mkfifo(filepath.Join(dir, "home/app/load", name), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for name, want := range map[string]string{
		"./own.json' with { type: 'json'}//": "", "../../.netrc' with { type: 'text' }//": "is outside of the script's project",
		"../../lib.js' with { type: 'text' }//": "is outside of the script's project", "./pipe.png": "pipe.png is no file but",
		"./own.json": "", "../data.json": "", "../../lib.js": "", "p/data.json": "", "../../shared/rows.json": "",
		"../../.aws/credentials.json": "--allow-read", "./link.json": "is outside of the script's project", "../../id_rsa": "is outside of the script's project",
		filepath.Join(dir, "home/.aws/credentials.json"): "is outside of the script's project", "./pipe.js": "pipe.js is no file but a device, a pipe or a socket",
	} {
		entry := filepath.Join(dir, "home/app/load/s.js")
		write("home/app/load/s.js", "import * as x from '"+name+"'\nexport default () => x")
		_, err := bundle.Script(entry, nil, filepath.Join(dir, "home/shared"))
		switch {
		case want == "" && err != nil:
			t.Errorf("%s: %v", name, err)
		case want != "" && (err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "s.js:1:20") || strings.Contains(err.Error(), "OPENSSH")):
			t.Errorf("%s: %v, want %s", name, err, want)
		}
	}
}

// TestSourceMapsOfOthers: a source map brings no lines of other people's files, and nothing waits for one that is a pipe.
func TestSourceMapsOfOthers(t *testing.T) {
	dir := t.TempDir()
	script, secret, pipe := filepath.Join(dir, "app/s.js"), filepath.Join(dir, "my secret.conf"), filepath.Join(dir, "app/pipe.map")
	if err := errors.Join(os.Mkdir(filepath.Join(dir, "app"), 0o700), os.WriteFile(secret, []byte("SECRET"), 0o600), syscall.Mkfifo(pipe, 0o600)); err != nil {
		t.Fatal(err)
	}
	address := (&url.URL{Scheme: "file", Path: filepath.ToSlash(secret)}).String()
	load := func(address string) (*program.Program, error) {
		if err := os.WriteFile(script, []byte("export default () => 1\n//# sourceMappingURL="+address+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		return bundle.Script(script, nil)
	}
	raw := `{"version":3,"sources":["` + address + `","own.ts"],"sourcesContent":[null,"OWN"],"names":[],"mappings":"AAAA,QCAA"}`
	p, err := load("data:application/json;base64," + base64.StdEncoding.EncodeToString([]byte(raw)))
	if err != nil {
		t.Fatal(err)
	}
	if got := p.Source().Map; strings.Contains(got, "SECRET") || !strings.Contains(got, "my secret.conf") || !strings.Contains(got, "OWN") {
		t.Errorf("the source map is %s", got)
	}
	for _, address := range []string{"pipe.map", "file://" + filepath.ToSlash(pipe), "pipe.map\u00a0x", "/dev/zero", address} {
		if _, err := load(address); err == nil || !strings.Contains(err.Error(), "which is no file that ends in .map") {
			t.Errorf("%s gives %v", address, err)
		}
	}
	if _, err := load("missing.map"); err != nil {
		t.Error(err)
	}
}
