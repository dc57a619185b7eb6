package confined

import (
	"errors"
	"io"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
)

// must ends the test on an error.
func must(t *testing.T, errs ...error) {
	t.Helper()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	must(t, os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte(text), 0o600))
}

// A disk has a script's folder, one that is allowed, and secrets beside them.
func newDisk(t *testing.T) (dir string, r Reader) {
	t.Helper()
	dir = t.TempDir()
	if real, err := filepath.EvalSymlinks(dir); err == nil {
		dir = real
	}
	for _, name := range []string{"script/rows.csv", "script/deep/a.png", "shared/users.csv", "script-secrets/key", "secret"} {
		write(t, filepath.Join(dir, name), name)
	}
	for link, to := range map[string]string{
		"script/inside": "deep/a.png", "script/allowed": "../shared/users.csv", "script/out": "../secret", "script/absolute": filepath.Join(dir, "secret"),
		"script/folder": "..", "script/environ": "/proc/self/environ", "script/zero": "/dev/zero", "script/self": "/proc/self/fd/0", "script/loop": "loop", "script/gone": "nothing",
	} {
		must(t, os.Symlink(to, filepath.Join(dir, link)))
	}
	return dir, Reader{Folder: filepath.Join(dir, "script"), Allowed: []string{filepath.Join(dir, "shared")}}
}

// TestRead: what is in the folders can be read, by any of its names, and nothing else.
func TestRead(t *testing.T) {
	dir, r := newDisk(t)
	for name, want := range map[string]string{
		"rows.csv": "script/rows.csv", "./deep/../rows.csv": "script/rows.csv", "inside": "script/deep/a.png", "../shared/users.csv": "shared/users.csv",
		"allowed": "shared/users.csv", filepath.Join(dir, "script/rows.csv"): "script/rows.csv",
	} {
		content, err := ReadFile(r, name)
		path, pathErr := r.Path(name)
		if string(content) != want || err != nil || pathErr != nil || path != filepath.Join(dir, want) {
			t.Errorf("%s: %q at %s, %v, %v; want %s", name, content, path, err, pathErr, want)
		}
	}
	for name, want := range map[string]string{
		"../secret": "outside of the script's folder", "../script-secrets/key": "outside", filepath.Join(dir, "secret"): "outside", "/etc/passwd": "--allow-read",
		"/proc/self/environ": "outside", "/no/such/file": "outside", "../nothing": "outside", "out": "outside", "absolute": "outside",
		"folder/secret": "outside", "environ": "outside", "zero": "outside", "self": "outside", "loop": "no file", "gone": "no file", "nothing.csv": "there is no file", "deep": "is a folder", "": "is a folder",
		"rows.csv\x00": "no file",
	} {
		if content, err := ReadFile(r, name); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q gives %.20q, %v; want %q", name, content, err, want)
		}
	}
	linked := filepath.Join(dir, "linked")
	must(t, os.Symlink("shared", linked))
	r.Allowed = []string{linked}
	if _, err := r.Open(filepath.Join(linked, "nothing.csv")); err == nil || !strings.Contains(err.Error(), "there is no file") {
		t.Errorf("what is not in a folder that is allowed by a link gives %v", err)
	}
}

// TestFilesOnly: a pipe, a socket or a device in the folder is not waited for, and one of endless content is not read. A hard link is the file
// itself.
func TestFilesOnly(t *testing.T) {
	dir, r := newDisk(t)
	folder := r.Folder
	must(t, syscall.Mkfifo(filepath.Join(folder, "pipe"), 0o600), os.Link(filepath.Join(dir, "shared/users.csv"), filepath.Join(folder, "hard")))
	short, err := os.MkdirTemp("", "s") // the path of a socket is short
	must(t, err)
	defer os.RemoveAll(short)
	listener, err := net.Listen("unix", filepath.Join(short, "s"))
	must(t, err)
	defer listener.Close()
	if _, err := ReadFile(Reader{Folder: short}, "s"); err == nil {
		t.Error("a socket was read")
	}
	if _, err := ReadFile(r, "pipe"); err == nil || !strings.Contains(err.Error(), "is no file but a device, a pipe or a socket") {
		t.Errorf("a pipe gives %v", err)
	}
	if _, err := ReadFile(Reader{Folder: "/dev"}, "zero"); err == nil || !strings.Contains(err.Error(), "is no file but") {
		t.Errorf("a device gives %v", err)
	}
	if content, err := ReadFile(r, "hard"); string(content) != "shared/users.csv" || err != nil {
		t.Errorf("a hard link gives %q, %v", content, err)
	}
	must(t, os.WriteFile(filepath.Join(folder, "huge"), nil, 0o600), os.Truncate(filepath.Join(folder, "huge"), MostRead+1))
	if _, err := ReadFile(r, "huge"); err == nil || !strings.Contains(err.Error(), "has more than 512 MB") {
		t.Errorf("a huge file gives %v", err)
	}
}

// TestSwappedLinks: while somebody replaces a file by a link to a secret and back, no open ever gives the secret.
func TestSwappedLinks(t *testing.T) {
	dir, r := newDisk(t)
	name := filepath.Join(r.Folder, "swapped")
	var stop atomic.Bool
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for !stop.Load() {
			_ = os.Remove(name)
			_ = os.WriteFile(name, []byte("fine"), 0o600)
			_ = os.Remove(name)
			_ = os.Symlink(filepath.Join(dir, "secret"), name)
		}
	}()
	for range 2000 {
		if content, err := ReadFile(r, "swapped"); err == nil && string(content) == "secret" {
			t.Error("the secret was read")
			break
		}
	}
	stop.Store(true)
	<-ended
}

// TestWrite: files are made in the folder only, and replace nothing, nor are written through what is there under the name.
func TestWrite(t *testing.T) {
	dir := t.TempDir()
	w := Writer{filepath.Join(dir, "results")}
	write(t, filepath.Join(dir, "secret"), "secret")
	write(t, filepath.Join(w.Folder, "old.png"), "old")
	must(t, os.Symlink("../secret", filepath.Join(w.Folder, "link")), os.Symlink("..", filepath.Join(w.Folder, "folder")),
		os.Symlink("../new", filepath.Join(w.Folder, "dangling")), syscall.Mkfifo(filepath.Join(w.Folder, "pipe"), 0o600))
	fill := func(out io.Writer) error { _, err := io.WriteString(out, "new"); return err }
	for name, want := range map[string]string{
		"a.png": "a.png", "deep/er/a.png": "deep/er/a.png", "old.png": "old-2.png", "link": "link-2", "dangling": "dangling-2", "pipe": "pipe-2", "deep/../b.png": "b.png",
	} {
		path, err := w.Write(name, fill)
		must(t, err)
		info, err := os.Lstat(path)
		must(t, err)
		if content, err := os.ReadFile(path); string(content) != "new" || err != nil || info.Mode() != fileMode || path != filepath.Join(w.Folder, want) {
			t.Errorf("%s: %s has %q, %v, %v", name, path, content, info.Mode(), err)
		}
	}
	for _, name := range []string{"../x", "..", ".", "", "/etc/cron.d/x", filepath.Join(dir, "x"), "deep/../../x", "folder/x"} {
		if path, err := w.Write(name, fill); err == nil {
			t.Errorf("%q was written to %s", name, path)
		}
	}
	broken := errors.New("the page is gone")
	if _, err := w.Write("half.png", func(out io.Writer) error { _ = fill(out); return broken }); !errors.Is(err, broken) {
		t.Errorf("the error is %v", err)
	}
	for name, want := range map[string]string{"secret": "secret", "results/old.png": "old"} {
		if content, err := os.ReadFile(filepath.Join(dir, name)); string(content) != want || err != nil {
			t.Errorf("%s has %q, %v", name, content, err)
		}
	}
	for _, name := range []string{"results/half.png", "x", "new"} {
		if _, err := os.Lstat(filepath.Join(dir, name)); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("there is %s: %v", name, err)
		}
	}
}
