package installation

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

func TestProcessesReturnOutputAndComplaint(t *testing.T) {
	out, err := Processes{}.Run(t.Context(), Command{Path: "/bin/sh", Args: []string{"-c", `echo "$WORD"`}, Env: []string{"WORD=hello"}})
	if err != nil || string(out) != "hello\n" {
		t.Errorf("Run = %q, %v", out, err)
	}
	_, err = Processes{}.Run(t.Context(), Command{
		Path: "/bin/sh", Args: []string{"-c", "echo starting >&2; echo 'Error: no such host' >&2; exit 3"}})
	if err == nil || !strings.Contains(err.Error(), "no such host") || !strings.Contains(err.Error(), "exit status 3") {
		t.Errorf("Run = %v", err)
	}
}

// The child of the program holds its output open: Run ends only when that is killed too.
func TestProcessesKillTheWholeGroup(t *testing.T) {
	enough := errors.New("enough")
	ctx, cancel := context.WithCancelCause(t.Context())
	begun := filepath.Join(t.TempDir(), "begun")
	if err := syscall.Mkfifo(begun, 0o600); err != nil {
		t.Fatal(err)
	}
	go func() { _, _ = os.ReadFile(begun); cancel(enough) }()
	start := time.Now()
	_, err := Processes{}.Run(ctx, Command{Path: "/bin/sh", Args: []string{"-c", `sleep 60 & echo > "$0"; wait`, begun}})
	if !errors.Is(err, enough) {
		t.Errorf("Run = %v, want the context's cause", err)
	}
	if took := time.Since(start); took >= killGrace {
		t.Errorf("Run took %v: the child outlived the kill", took)
	}
}

func TestComplaint(t *testing.T) {
	tests := []struct{ stderr, want string }{
		{"", ""},
		{"only a line\n", "only a line"},
		{"npm warn old\nnpm error code E404\nnpm error 404\nnpm error more\n", "npm error code E404; npm error 404"},
		{"W: x\nE: Unable to locate package\n", "E: Unable to locate package"},
		{"Error: a\nError: a\nfoo\n", "Error: a"},
	}
	for _, test := range tests {
		if got := complaint(test.stderr); got != test.want {
			t.Errorf("complaint(%q) = %q, want %q", test.stderr, got, test.want)
		}
	}
}
