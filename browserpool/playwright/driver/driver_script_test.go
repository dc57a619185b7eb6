package driver

import (
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

func TestScriptRunsNodeWithItsEnvironment(t *testing.T) {
	dir := t.TempDir()
	node := filepath.Join(dir, "it's node")
	write(t, node, "#!/bin/sh\necho \"$LIVELOAD_RUN|$TMPDIR|$PWDEBUG|$NODE_OPTIONS|$*|$(umask) $(ulimit -c)|$$\"\n")
	log := filepath.Join(dir, "log")
	write(t, log, "")
	s := script{node: node, preload: "it's preload.js", version: "1.2.3", log: log, removed: []string{"UID", "PWDEBUG", "NODE_OPTIONS"},
		env: []string{`LIVELOAD_RUN=a 'b' $c`, "TMPDIR=" + dir}}
	path := filepath.Join(dir, "script")
	write(t, path, string(s.source()))

	cmd := exec.Command("/bin/sh", "-c", `ulimit -c unlimited; umask 0; exec "$0" "$@"`, path, "cli.js", "run-driver")
	cmd.Env = append(os.Environ(), "UID=0", "PWDEBUG=1", "NODE_OPTIONS=--bad")
	out, err := cmd.Output()
	must(t, err)
	got, pid, _ := strings.Cut(strings.TrimSpace(string(out)), "|||--require it's preload.js cli.js run-driver|0077 0|")
	if want := `a 'b' $c|` + dir; got != want {
		t.Errorf("the driver saw %q, want %q", got, want)
	}
	if logged, err := os.ReadFile(log); err != nil || string(logged) != pidPrefix+pid+"\n" {
		t.Errorf("the log says %q, %v, want the pid %s", logged, err, pid)
	}

	out, err = exec.Command(path, "cli.js", "--version").Output()
	if err != nil || string(out) != "Version 1.2.3\n" {
		t.Errorf("--version = %q, %v", out, err)
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	must(t, os.WriteFile(path, []byte(text), 0o700))
}

func TestDriverLog(t *testing.T) {
	var logged strings.Builder
	logger := slog.New(slog.NewTextHandler(&logged, &slog.HandlerOptions{Level: slog.LevelDebug}))
	path := filepath.Join(t.TempDir(), "log")
	l, err := openDriverLog(path, "secret", logger)
	must(t, err)
	driver, err := os.OpenFile(path, os.O_WRONLY, 0)
	must(t, err)
	l.release()
	// A page can make the driver print anything: a second pid must neither count nor block.
	lines := []string{pidPrefix + "42", "a warning", strings.Repeat("x", 3*longestLine), pidPrefix + "1", pidPrefix + "1", "the end"}
	if _, err := driver.WriteString(strings.Join(lines, "\n") + "\n"); err != nil {
		t.Fatal(err)
	}
	select {
	case <-l.ended:
		t.Error("the log ended before its writer")
	default:
	}
	driver.Close()
	<-l.ended
	if pid := <-l.pid; pid != 42 {
		t.Errorf("pid = %d, want 42", pid)
	}
	for _, want := range []string{"a warning", "the end"} {
		if !strings.Contains(logged.String(), want) {
			t.Errorf("%q was not logged", want)
		}
	}
	if n := len(logged.String()); n > 2*longestLine {
		t.Errorf("%d bytes were logged: a long line is not cut", n)
	}
}

func TestOptionsAreChecked(t *testing.T) {
	good := Options{DriverDir: "d", NodePath: "n", BrowserPath: "b", RunDir: "r"}
	tests := []struct {
		name   string
		change func(*Options)
		want   string
	}{
		{"no driver", func(o *Options) { o.DriverDir = "" }, "DriverDir"},
		{"no node", func(o *Options) { o.NodePath = "" }, "NodePath"},
		{"no browser", func(o *Options) { o.BrowserPath = "" }, "BrowserPath"},
		{"no folder", func(o *Options) { o.RunDir = "" }, "RunDir"},
		{"negative drivers", func(o *Options) { o.Drivers = -1 }, "-1 drivers"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			opts := good
			test.change(&opts)
			if _, err := NewLauncher(opts, nil); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("NewLauncher = %v, want it to name %s", err, test.want)
			}
		})
	}
}
