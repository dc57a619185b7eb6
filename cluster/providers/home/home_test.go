package home

import (
	"context"
	"log/slog"
	"regexp"
	"slices"
	"sync"
	"testing"

	"github.com/liveload/liveload/browserpool/rundir"
)

// TestRuns: a run goes on from the moment it has a home until its folder is closed.
func TestRuns(t *testing.T) {
	cache, log := t.TempDir(), slog.New(slog.DiscardHandler)
	before, err := Open(cache, log)
	if err != nil {
		t.Fatal(err)
	}
	dir, err := rundir.Open(cache)
	if err != nil {
		t.Fatal(err)
	}
	if going, err := before.Runs(); err != nil || len(going) != 0 {
		t.Errorf("a run without machines: %q, %v", going, err)
	}
	home, err := OpenRun(cache, dir, "7c9e6679", log)
	if err != nil || home.Folder != dir.Path() || len(home.Env) == 0 || home.Owner != before.Owner {
		t.Fatalf("OpenRun = %+v, %v", home, err)
	}
	if going, err := before.Runs(); err != nil || !slices.Equal(going, []string{"7c9e6679"}) {
		t.Errorf("a run that goes on: %q, %v", going, err)
	}
	if err := dir.Close(context.Background()); err != nil {
		t.Fatal(err)
	}
	if going, err := before.Runs(); err != nil || len(going) != 0 {
		t.Errorf("a run that has ended: %q, %v", going, err)
	}
}

// TestOwner: all processes with one cache folder are one owner, also those that come at once to a new one.
func TestOwner(t *testing.T) {
	cache, log := t.TempDir()+"/new", slog.New(slog.DiscardHandler)
	var owners sync.Map
	var wait sync.WaitGroup
	for range 20 {
		wait.Go(func() {
			home, err := Open(cache, log)
			if err != nil {
				t.Error(err)
			}
			owners.Store(home.Owner, true)
		})
	}
	wait.Wait()
	n := 0
	owners.Range(func(owner, _ any) bool {
		n++
		if !regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,61}[0-9a-f]$`).MatchString(owner.(string)) {
			t.Errorf("the owner is %q", owner)
		}
		return true
	})
	if n != 1 {
		t.Errorf("there are %d owners", n)
	}
	other, err := Open(t.TempDir(), log)
	if _, known := owners.Load(other.Owner); known || err != nil {
		t.Errorf("another cache folder has the same owner %q, %v", other.Owner, err)
	}
}

func TestPlain(t *testing.T) {
	for name, want := range map[string]string{"Ada.Lovelace": "ada-lovelace", `CORP\ada`: "corp-ada", "-x-": "x", "abcdefghijklmnopqrstuvwx-z": "abcdefghijklmnopqrstuvwx"} {
		if got := plain(name); got != want {
			t.Errorf("plain(%q) = %q, want %q", name, got, want)
		}
	}
}
