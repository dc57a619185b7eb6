package wholefile

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/liveload/liveload/metrics"
)

// written runs a sink whole, and returns what went wrong.
func written(t *testing.T, path, text string) error {
	t.Helper()
	s := New(path, "the result file", "result.json", func(w io.Writer, _ []metrics.Result) error {
		_, err := io.WriteString(w, text)
		return err
	})
	if err := s.Start(t.Context(), metrics.RunInfo{}); err != nil {
		return err
	}
	return s.Close(t.Context(), nil)
}

func content(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestLinksStay: a file behind a link is replaced, and made where there is none yet.
func TestLinksStay(t *testing.T) {
	for _, tt := range []struct {
		name  string
		links map[string]string
		there bool // the file
		mode  fs.FileMode
	}{
		{"to a file", map[string]string{"r.json": "real/r.json"}, true, 0o600},
		{"to a link", map[string]string{"r.json": "real/next", "real/next": "r.json"}, true, 0o640},
		{"to nothing yet", map[string]string{"r.json": "real/r.json"}, false, 0o600},
		{"through a folder that is a link", map[string]string{"r.json": "inner/../r.json", "inner": "real/deep"}, false, 0o600},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			if err := os.MkdirAll(filepath.Join(dir, "real", "deep"), 0o755); err != nil {
				t.Fatal(err)
			}
			for name, to := range tt.links {
				if err := os.Symlink(to, filepath.Join(dir, name)); err != nil {
					t.Fatal(err)
				}
			}
			real := filepath.Join(dir, "real", "r.json")
			if tt.there {
				if err := os.WriteFile(real, []byte("old"), tt.mode); err != nil {
					t.Fatal(err)
				}
			}
			if err := written(t, filepath.Join(dir, "r.json"), "new"); err != nil {
				t.Fatal(err)
			}
			info, err := os.Lstat(real)
			if err != nil || content(t, real) != "new" || info.Mode() != tt.mode {
				t.Errorf("behind the link is %q, %v, %v; want new and %v", content(t, real), info.Mode(), err, tt.mode)
			}
			for name, to := range tt.links {
				if got, err := os.Readlink(filepath.Join(dir, name)); got != to {
					t.Errorf("%s leads to %q, %v; want %q", name, got, err, to)
				}
			}
			if left, _ := filepath.Glob(filepath.Join(dir, "real", ".*")); len(left) > 0 {
				t.Errorf("%v is left", left)
			}
		})
	}
}

// TestPipeStays: what reads a named pipe gets the whole, also when the check has been before.
func TestPipeStays(t *testing.T) {
	path := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	read := make(chan string)
	go func() {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Error(err)
		}
		read <- string(text)
	}()
	want := strings.Repeat("0123456789", 100_000) // more than a pipe holds
	if err := written(t, path, want); err != nil {
		t.Error(err)
	}
	if got := <-read; got != want {
		t.Errorf("%d bytes were read, want %d", len(got), len(want))
	}
	if info, err := os.Lstat(path); err != nil || info.Mode()&fs.ModeNamedPipe == 0 {
		t.Errorf("there is %v, %v; want a pipe", info, err)
	}
}

// TestPipeWithoutReader: nobody reads a pipe, and the end does not wait for ever.
func TestPipeWithoutReader(t *testing.T) {
	path := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	s := results(path)
	if err := s.Start(t.Context(), metrics.RunInfo{}); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.Close(ctx, nil); err == nil || !strings.Contains(err.Error(), "cannot write the result file "+path+": nobody reads it") {
		t.Errorf("Close = %v, want that nobody reads it", err)
	}
}

func TestSocketStays(t *testing.T) {
	path := filepath.Join(t.TempDir(), "s")
	l, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	read := make(chan string)
	go func() {
		conn, err := l.Accept()
		if err != nil {
			t.Error(err)
			read <- ""
			return
		}
		text, _ := io.ReadAll(conn)
		read <- string(text)
	}()
	if err := written(t, path, "new"); err != nil {
		t.Error(err)
	}
	if got := <-read; got != "new" {
		t.Errorf("%q was read", got)
	}
}

// TestDescriptors: what /dev/fd/N stands for, as of >(command) in a shell, is written through the descriptor.
func TestDescriptors(t *testing.T) {
	t.Run("a pipe", func(t *testing.T) {
		r, w, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		defer r.Close()
		if err := written(t, "/dev/fd/"+strconv.Itoa(int(w.Fd())), "new"); err != nil {
			t.Error(err)
		}
		if _, err := w.WriteString(", and more"); err != nil {
			t.Errorf("the descriptor is closed: %v", err)
		}
		w.Close()
		if got, err := io.ReadAll(r); string(got) != "new, and more" {
			t.Errorf("%q was read, %v", got, err)
		}
	})
	t.Run("a file, after what it has", func(t *testing.T) {
		f, err := os.Create(filepath.Join(t.TempDir(), "all"))
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		if _, err := f.WriteString("before, "); err != nil {
			t.Fatal(err)
		}
		if err := written(t, "/dev/fd/"+strconv.Itoa(int(f.Fd())), "new"); err != nil {
			t.Error(err)
		}
		if got := content(t, f.Name()); got != "before, new" {
			t.Errorf("the file has %q", got)
		}
	})
	t.Run("none", func(t *testing.T) {
		if err := written(t, "/dev/fd/999", "new"); err == nil || !strings.Contains(err.Error(), "descriptor 999 is not open for writing") {
			t.Errorf("written = %v", err)
		}
	})
	for path, want := range map[string]bool{"-": true, "/dev/stdout": true, "/dev/fd/1": true, "/dev/fd/2": false, "stdout": false, "/dev/null": false} {
		if IsStdout(path) != want {
			t.Errorf("IsStdout(%s) = %v", path, !want)
		}
	}
}

// TestDevicesStay writes to a device of its own, which is as /dev/null, where the system lets it make one. The machine's is
// only looked at.
func TestDevicesStay(t *testing.T) {
	if found, err := find(os.DevNull); err != nil || found.kind != device {
		t.Errorf("%s is %+v, %v; want a device", os.DevNull, found, err)
	}
	dir := t.TempDir()
	own, link := filepath.Join(dir, "null"), filepath.Join(dir, "link")
	const null = 1<<8 | 3
	if err := syscall.Mknod(own, syscall.S_IFCHR|0o666, null); errors.Is(err, fs.ErrPermission) {
		return
	} else if err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(own, link); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{own, link} {
		before, err := os.Lstat(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := written(t, path, "new"); err != nil && !errors.Is(err, fs.ErrPermission) { // some file systems have devices that nobody may open
			t.Error(err)
		}
		if after, err := os.Lstat(path); err != nil || !os.SameFile(before, after) || before.Mode() != after.Mode() {
			t.Errorf("%s is now %v, %v", path, after, err)
		}
	}
}

func TestLinksInACircle(t *testing.T) {
	path := filepath.Join(t.TempDir(), "r.json")
	if err := os.Symlink("r.json", path); err != nil {
		t.Fatal(err)
	}
	if err := written(t, path, "new"); !errors.Is(err, syscall.ELOOP) {
		t.Errorf("written = %v, want a circle of links", err)
	}
}

// TestFullDevice: what is full is an error that names the file.
func TestFullDevice(t *testing.T) {
	const full = "/dev/full"
	if _, err := os.Stat(full); err != nil { // only Linux has it
		return
	}
	if err := written(t, full, "new"); !errors.Is(err, syscall.ENOSPC) || !strings.Contains(err.Error(), "write the result file /dev/full: ") {
		t.Errorf("written = %v, want that it is full", err)
	}
}

// TestFullFolder: a file that cannot be written whole leaves the old one.
func TestFullFolder(t *testing.T) {
	path := filepath.Join(t.TempDir(), "r.json")
	if err := os.WriteFile(path, []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	s := New(path, "the result file", "result.json", func(w io.Writer, _ []metrics.Result) error {
		_, err := io.WriteString(w, "the first half")
		return errors.Join(err, syscall.ENOSPC)
	})
	if err := errors.Join(s.Start(t.Context(), metrics.RunInfo{}), s.Close(t.Context(), nil)); !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("Close = %v, want that it is full", err)
	}
	if left, err := os.ReadDir(filepath.Dir(path)); content(t, path) != "old" || len(left) != 1 {
		t.Errorf("the file has %q, the folder %v, %v", content(t, path), left, err)
	}
}
