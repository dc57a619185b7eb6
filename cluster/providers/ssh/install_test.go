package ssh

import (
	"bytes"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/liveload/liveload/cluster/providers"
	"github.com/liveload/liveload/cluster/providers/providertest"
	"github.com/liveload/liveload/cluster/providers/ssh/sshtest"
)

// TestInstall: what doctor finds missing on a host is installed there, unless the person does not want that.
func TestInstall(t *testing.T) {
	cluster := sshtest.Start(t, 1)
	controller, err := net.Listen("tcp", cluster.Listen+":0") // at which the worker finds somebody
	if err != nil {
		t.Fatal(err)
	}
	defer controller.Close()
	for _, test := range []struct {
		name, file string
		keep       bool // install nothing
		installed  bool
		want       string // error of Launch
	}{
		{name: "missing", file: "driver", installed: true},
		{name: "not to be installed", file: "driver", keep: true},
		{name: "cannot be installed", file: "no/folder/driver", want: "could not be installed: run `liveload install --with-deps` there as root"},
	} {
		t.Run(test.name, func(t *testing.T) {
			var log bytes.Buffer
			folder := t.TempDir()
			program, err := runsThis(folder)
			if err != nil {
				t.Fatal(err)
			}
			p, err := New(providers.Home{Binary: program, Folder: folder, Log: slog.New(slog.NewTextHandler(&log, nil))},
				Options{Config: cluster.Config, Hosts: []string{cluster.Hosts[0].Name}, KeepInstall: test.keep})
			if err != nil {
				t.Fatal(err)
			}
			file := filepath.Join(t.TempDir(), test.file)
			machines, err := p.Launch(t.Context(), 1, providers.Spec{
				Run: "r1", Token: controller.Addr().String() + "/swordfish", Env: []string{providertest.Needs + "=" + file},
			})
			if (err != nil) != (test.want != "") || err != nil && !strings.Contains(err.Error(), test.want) {
				t.Errorf("Launch = %v, want %q", err, test.want)
			}
			if told := strings.Contains(log.String(), `missing="Playwright driver"`); told == test.keep {
				t.Errorf("the log names what is missing: %v, want %v: %s", told, !test.keep, log.String())
			}
			if _, err := os.Stat(file); (err == nil) != test.installed {
				t.Errorf("what was missing is installed: %v, want %v", err == nil, test.installed)
			}
			if err := p.Destroy(t.Context(), machines); err != nil {
				t.Error(err)
			}
		})
	}
}
