package ssh

import (
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/liveload/liveload/cluster/providers"
	"github.com/liveload/liveload/cluster/providers/ssh/sshtest"
)

// needed are the programs that the scripts on hosts use.
var needed = []string{"cat", "chmod", "date", "gzip", "head", "id", "mkfifo", "mktemp", "ps", "rm", "tr", "uname"}

// A kind of host: its sh, where its other programs come from ("" is this system), and those that are special there.
type kind struct {
	name, shell, tools string
	special            map[string]string // scripts by name
}

var kinds = []kind{
	{"dash", "dash", "", nil},
	{"bash, as sh of macOS, with BSD's tools", "bash", "", map[string]string{
		"date": `case "$1 $2" in -r\ *[!0-9]*) echo "date: illegal time format" >&2; exit 1 ;; esac; exec /bin/date "$@"`,
		"stat": `[ "$1 $2" = "-f %m" ] && exec /usr/bin/stat -c %Y "$3"`,
	}},
	{"busybox", "busybox", "busybox", nil},
}

// TestShells runs the scripts in shells and with tools of several systems: a worker starts, is found and removed when its
// controller has died, and leaves by itself.
func TestShells(t *testing.T) {
	for _, k := range kinds {
		t.Run(k.name, func(t *testing.T) {
			cluster := sshtest.StartBare(t, k.programs(t))
			controller, err := net.Listen("tcp", cluster.Listen+":0") // at which workers find somebody
			if err != nil {
				t.Fatal(err)
			}
			defer controller.Close()
			options := Options{Config: cluster.Config, Hosts: []string{cluster.Hosts[0].Name}}
			spec := providers.Spec{Run: "r1", Token: controller.Addr().String() + "/swordfish"}
			launched, err := tryOnce(t, options, spec)
			if err != nil {
				t.Fatal(err)
			}
			folder := t.TempDir()
			program, err := runsThis(folder)
			if err != nil {
				t.Fatal(err)
			}
			other, err := New(providers.Home{Binary: program, Folder: folder, Log: quiet}, options)
			if err != nil {
				t.Fatal(err)
			}
			if left, err := other.Leftovers(t.Context()); len(left) > 0 || err != nil {
				t.Errorf("Leftovers = %v, %v while the worker runs", left, err)
			}
			if err := kill(launched[0]); err != nil {
				t.Fatal(err)
			}
			left, err := other.Leftovers(t.Context())
			if err != nil || len(left) != 1 || left[0].ID != launched[0].ID || time.Since(left[0].Launched) > time.Hour {
				t.Errorf("Leftovers = %+v, %v; want %+v", left, err, launched)
			}
			if err := other.Destroy(t.Context(), left); err != nil {
				t.Error(err)
			}
			again, err := other.Launch(t.Context(), 1, spec)
			if err != nil {
				t.Fatal(err)
			}
			if err := other.Destroy(t.Context(), again); err != nil {
				t.Error(err)
			}
			if left, err := filepath.Glob(cluster.Hosts[0].Tmp + "/*"); len(left) > 0 || err != nil {
				t.Errorf("left on the host: %q, %v", left, err)
			}
		})
	}
}

// programs is a folder with the programs of a host of this kind, and no others.
func (k kind) programs(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	link := func(name, program string) {
		path, err := exec.LookPath(program)
		if err == nil {
			err = os.Symlink(path, filepath.Join(folder, name))
		}
		if err != nil {
			t.Fatalf("%v: run `make deps`", err)
		}
	}
	link("sh", k.shell)
	for _, name := range needed {
		switch {
		case k.special[name] != "":
		case k.tools != "":
			link(name, k.tools)
		default:
			link(name, name)
		}
	}
	for name, script := range k.special {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(strings.Join([]string{"#!/bin/sh", script, ""}, "\n")), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}
