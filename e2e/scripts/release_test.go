// Package scripts tests the scripts behind make targets that CI cannot afford, or that need what is not here, with fakes of the
// programs that they call.
package scripts

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// compiler is a go that makes what it is asked for: a program that says for which platform it is, or a list of parts.
const compiler = `#!/bin/sh
case $1 in
build) [ -f web/dist/page.js ] || { echo "the web pages were not built" >&2; exit 1; }
	shift; while [ "$1" != -o ]; do shift; done; mkdir -p "$(dirname "$2")"; echo "$GOOS/$GOARCH cgo=$CGO_ENABLED $VERSION" >"$2"; chmod 755 "$2" ;;
run) while [ "$1" != -output ]; do shift; done; echo '{"bomFormat": "CycloneDX"}' >"$2" ;;
esac
`

// pages is an npm that builds the web pages.
const pages = `#!/bin/sh
for last; do :; done
[ "$last" != build ] || { mkdir -p dist && echo page >dist/page.js; }
`

// TestRelease: each platform has an archive and a list of its parts, the checksums are right, and the same source makes the same bytes.
func TestRelease(t *testing.T) {
	first, second := release(t), release(t)
	if !maps.EqualFunc(first, second, bytes.Equal) {
		t.Error("two releases of one source differ")
	}
	want := []string{"SHA256SUMS", "liveload-v1-seccomp.json"}
	for _, platform := range []string{"darwin-amd64", "darwin-arm64", "linux-amd64", "linux-arm64"} {
		want = append(want, "liveload-v1-"+platform+".sbom.json", "liveload-v1-"+platform+".tar.gz")
	}
	slices.Sort(want)
	if got := slices.Sorted(maps.Keys(first)); !slices.Equal(got, want) {
		t.Fatalf("dist = %q, want %q", got, want)
	}
	for line := range strings.Lines(string(first["SHA256SUMS"])) {
		fields := strings.Fields(line)
		if sum := fmt.Sprintf("%x", sha256.Sum256(first[fields[1]])); sum != fields[0] {
			t.Errorf("the checksum of %s is %s, not %s", fields[1], sum, fields[0])
		}
	}
	if lines := strings.Count(string(first["SHA256SUMS"]), "\n"); lines != len(want)-1 {
		t.Errorf("%d checksums, want %d", lines, len(want)-1)
	}
	checkArchive(t, first["liveload-v1-darwin-arm64.tar.gz"])
}

func checkArchive(t *testing.T, packed []byte) {
	t.Helper()
	const program = "darwin/arm64 cgo=0 v1\n"
	files := map[string]string{}
	unpacked, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		t.Fatal(err)
	}
	for archive := tar.NewReader(unpacked); ; {
		header, err := archive.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(archive)
		if err != nil {
			t.Fatal(err)
		}
		if header.Uid != 0 || header.Uname != "" {
			t.Errorf("%s belongs to %d, %q", header.Name, header.Uid, header.Uname)
		}
		files[strings.TrimPrefix(header.Name, "liveload-v1-darwin-arm64/")] = string(content)
	}
	if files["liveload"] != program {
		t.Errorf("the program is %q, want %q", files["liveload"], program)
	}
	for _, name := range []string{"LICENSE", "README.md", "completion/liveload.bash", "completion/liveload.zsh", "completion/liveload.fish"} {
		if files[name] == "" {
			t.Errorf("the archive has no %s", name)
		}
	}
}

// release runs the script of `make release` in a copy of what it reads, and returns the files that it made.
func release(t *testing.T) map[string][]byte {
	t.Helper()
	folder, bin := t.TempDir(), t.TempDir()
	for name, text := range map[string]string{"go": compiler, "npm": pages, "git": "#!/bin/sh\necho 1795958620\n"} {
		if err := os.WriteFile(filepath.Join(bin, name), []byte(text), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	for _, path := range []string{"scripts/release.sh", "image", "LICENSE", "README.md", "cmd/liveload/completion", "web/package.json"} {
		to := filepath.Join(folder, path)
		if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
			t.Fatal(err)
		}
		if out, err := exec.Command("cp", "-r", filepath.Join("../..", path), to).CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
	}
	cmd := exec.Command("bash", "scripts/release.sh", "v1")
	cmd.Dir = folder
	cmd.Env = append(os.Environ(), "PATH="+bin+":"+os.Getenv("PATH"))
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	made := map[string][]byte{}
	entries, err := os.ReadDir(filepath.Join(folder, "dist"))
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		if made[entry.Name()], err = os.ReadFile(filepath.Join(folder, "dist", entry.Name())); err != nil {
			t.Fatal(err)
		}
	}
	return made
}
