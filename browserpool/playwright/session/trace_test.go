package session

import (
	"archive/zip"
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/liveload/liveload/browserpool/sessiontest"
)

// TestTraces: one session records several traces, of which one is dropped.
func TestTraces(t *testing.T) {
	s := sessiontest.NewSite(t)
	u := newUser(t, nil)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	folder := t.TempDir()
	for _, name := range []string{"first.zip", "", "third.zip"} {
		path := ""
		if name != "" {
			path = filepath.Join(folder, name)
		}
		if err := errors.Join(u.StartTrace(ctx), u.Navigate(ctx, s.URL+"/target"), u.StopTrace(ctx, path)); err != nil {
			t.Fatalf("trace %q: %v", name, err)
		}
		if path == "" {
			continue
		}
		trace, err := zip.OpenReader(path)
		if err != nil {
			t.Fatal(err)
		}
		if events, err := trace.Open("trace.trace"); err != nil {
			t.Errorf("%s has no events: %v", name, err)
		} else {
			events.Close()
		}
		trace.Close()
	}
	if files, err := os.ReadDir(folder); err != nil || len(files) != 2 {
		t.Errorf("%d files, %v; want 2", len(files), err)
	}
}
