package standin

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// start starts the program of an Entry as a driver does, and returns the driver's ends of its pipe.
func start(t *testing.T, e *Entry, said *bytes.Buffer, args ...string) (cmd *exec.Cmd, read, write *os.File) {
	t.Helper()
	in, write, err1 := os.Pipe()
	read, out, err2 := os.Pipe()
	cmd = exec.Command(e.Program(), args...)
	cmd.ExtraFiles = []*os.File{in, out}
	cmd.Stderr = said
	cmd.Env = []string{"PLANTED=in the environment"}
	if err := errors.Join(err1, err2, cmd.Start(), in.Close(), out.Close()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _, _ = read.Close(), write.Close() })
	return cmd, read, write
}

// browser is one that says how it was started, and then repeats what it is told.
const browser = `#!/bin/sh
echo "$* $PLANTED" >&4
exec cat <&3 >&4
`

func TestProgramBecomesTheBrowser(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "it's a browser")
	if err := os.WriteFile(path, []byte(browser), 0o700); err != nil {
		t.Fatal(err)
	}
	e, err := Prepare(folder, path)
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	var said bytes.Buffer
	cmd, read, write := start(t, e, &said, "--flag", "a b")
	theirs, ours, err := e.Pipes(t.Context())
	if err != nil {
		t.Fatal(err, said.String())
	}
	if _, err := os.Stat(filepath.Join(folder, socketName)); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the socket is still there: %v", err)
	}
	if _, err := e.listener.Accept(); err == nil {
		t.Error("somebody else may come")
	}

	from := bufio.NewReader(ours.From)
	line, err := from.ReadString('\n')
	if want := "--flag a b in the environment\n"; err != nil || line != want {
		t.Errorf("the browser was started with %q, %v, want %q", line, err, want)
	}
	for _, way := range []struct{ write, read *os.File }{{ours.To, ours.From}, {write, theirs.From}, {theirs.To, read}} {
		if _, err := way.write.WriteString("hello\n"); err != nil {
			t.Fatal(err)
		}
		if text, err := bufio.NewReader(way.read).ReadString('\n'); err != nil || text != "hello\n" {
			t.Errorf("read %q, %v", text, err)
		}
	}
	_, _ = ours.Close(), theirs.Close()
	if err := cmd.Wait(); err != nil { // which it could not see if it had our ends too
		t.Errorf("the browser did not end with its pipe: %v", err)
	}
}

func TestBrowserThatDoesNotStart(t *testing.T) {
	e, err := Prepare(t.TempDir(), "/nowhere/chromium")
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	var said bytes.Buffer
	cmd, _, _ := start(t, e, &said)
	theirs, ours, err := e.Pipes(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	_, _ = ours.Close(), theirs.Close()
	if err := cmd.Wait(); err == nil || !strings.Contains(said.String(), "start /nowhere/chromium: no such file") {
		t.Errorf("it ended with %v and said %q", err, said.String())
	}
}

func TestPipesGivenUp(t *testing.T) {
	e, err := Prepare(t.TempDir(), "/nowhere/chromium")
	if err != nil {
		t.Fatal(err)
	}
	late := errors.New("too late")
	ctx, cancel := context.WithCancelCause(t.Context())
	time.AfterFunc(10*time.Millisecond, func() { cancel(late) })
	if _, _, err := e.Pipes(ctx); !errors.Is(err, late) {
		t.Errorf("Pipes = %v, want why it was given up", err)
	}
}
