package elsewhere

import (
	"errors"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestRunThatIsKilled: somebody says so, as it cannot itself.
func TestRunThatIsKilled(t *testing.T) {
	s := start(t, time.Hour)
	f := NewFollower(s.dial)
	if err := f.HandOver(t.Context(), s.run("killed")); err != nil {
		t.Fatal(err)
	}
	seen := &screen{}
	exit, err := f.Follow(t.Context(), seen, never(t))
	if want := "Error: the run was ended from outside: signal: killed\n"; err != nil || exit != (Exit{true, 1}) || !strings.HasSuffix(seen.text, want) {
		t.Errorf("Follow = %+v, %v, and showed %q, want %q", exit, err, seen.text, want)
	}
}

// A full disk takes nothing.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("no space left") }

// TestWhereNothingCanBeShown: who follows is told, and does not try for ever. The run does not mind.
func TestWhereNothingCanBeShown(t *testing.T) {
	s := start(t, time.Hour)
	f := NewFollower(s.dial)
	if err := f.HandOver(t.Context(), s.run("")); err != nil {
		t.Fatal(err)
	}
	if _, err := f.Follow(t.Context(), full{}, never(t)); err == nil || err.Error() != "show what the run prints: no space left" {
		t.Errorf("Follow = %v", err)
	}
	o, err := newOutput(filepath.Join(t.TempDir(), "output"), full{})
	if err != nil {
		t.Fatal(err)
	}
	if err := o.file.Close(); err != nil {
		t.Fatal(err)
	}
	if n, err := o.Write([]byte("text")); n != 4 || err != nil {
		t.Errorf("Write = %d, %v", n, err)
	}
}

// TestFolderThatIsThere: it may be another user's, who would reach the host in it.
func TestFolderThatIsThere(t *testing.T) {
	h := &Host{Folder: t.TempDir(), Wait: time.Millisecond, Out: io.Discard, Log: slog.New(slog.DiscardHandler)}
	if _, err := h.Run(t.Context()); !errors.Is(err, os.ErrExist) {
		t.Errorf("Run = %v", err)
	}
}
