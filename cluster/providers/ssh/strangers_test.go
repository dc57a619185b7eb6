package ssh

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// TestFolderOfAnother: in a folder for temporary files that users share, nothing of another user is found, run or removed.
func TestFolderOfAnother(t *testing.T) {
	for _, shell := range [][]string{{"dash"}, {"bash"}, {"busybox", "sh"}} {
		t.Run(shell[0], func(t *testing.T) {
			base, elsewhere := t.TempDir(), filepath.Join(t.TempDir(), "liveload-cluster.0")
			plant(t, elsewhere)
			if err := os.Symlink(elsewhere, filepath.Join(base, "liveload-cluster.link")); err != nil {
				t.Fatal(err)
			}
			if theirs := filepath.Join(base, "liveload-cluster.theirs"); os.Geteuid() == 0 {
				plant(t, theirs)
				if err := os.Chown(theirs, 12345, 12345); err != nil {
					t.Fatal(err)
				}
			}
			sh := func(script string, args ...string) string {
				out, err := exec.Command(shell[0], append(append(shell[1:len(shell):len(shell)], "-c", script, "liveload"), args...)...).CombinedOutput()
				if err != nil {
					t.Errorf("%v: %s", err, out)
				}
				return string(out)
			}
			if found := sh(leftoversScript, base); found != "" {
				t.Errorf("found %q", found)
			}
			there, err := filepath.Glob(base + "/*")
			if err != nil {
				t.Fatal(err)
			}
			for _, folder := range there {
				sh(removeScript, folder, "r1")
				if _, err := os.Stat(filepath.Join(folder, "run")); err != nil {
					t.Errorf("removed: %v", err)
				}
				if _, err := os.Stat(filepath.Join(folder, "ran")); err == nil {
					t.Errorf("the program in %s ran", folder)
				}
			}
			if found := sh(leftoversScript, filepath.Dir(elsewhere)); found == "" {
				t.Error("one's own folder was not found")
			}
		})
	}
}

// plant makes what a worker leaves whose process is gone.
func plant(t *testing.T, folder string) {
	t.Helper()
	if err := os.Mkdir(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"run": "r1\n", "pid": "999999999\n", "liveload": "#!/bin/sh\n: >\"${0%/*}/ran\"\n"} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o755); err != nil {
			t.Fatal(err)
		}
	}
}
