package ssh

import (
	"encoding/json"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/liveload/liveload/cluster/providers"
	"github.com/liveload/liveload/cluster/providers/providertest"
	"github.com/liveload/liveload/cluster/providers/ssh/sshtest"
)

func TestMain(m *testing.M) {
	sshtest.OwnNetwork()
	providertest.Main(m, open)
}

var quiet = slog.New(slog.DiscardHandler)

// A place is the Config of a rig.
type place struct {
	Cache   string
	Options Options
}

// open begins a run. Hosts get a script that runs this test program, since packing, copying and unpacking the program itself at
// each launch takes seconds under the race detector; TestShells copies it.
func open(config, run string) (providers.Provider, func() error, error) {
	var where place
	if err := json.Unmarshal([]byte(config), &where); err != nil {
		return nil, nil, err
	}
	here, end, err := providertest.Begin(where.Cache, run)
	if err != nil {
		return nil, nil, err
	}
	here.Binary, err = runsThis(here.Folder)
	if err != nil {
		return nil, nil, err
	}
	p, err := New(here, where.Options)
	if err != nil {
		return nil, nil, err
	}
	p.leaving = 2 * time.Second
	return p, end, nil
}

// runsThis makes a script in a folder that runs this test program, which hosts see as this machine does.
func runsThis(folder string) (file string, err error) {
	program, err := os.Executable()
	if err != nil {
		return "", err
	}
	file = filepath.Join(folder, "program")
	return file, os.WriteFile(file, []byte("#!/bin/sh\nexec "+quote(program)+" \"$@\"\n"), 0o700)
}

func config(t *testing.T, cluster *sshtest.Cluster) string {
	t.Helper()
	where := place{Cache: t.TempDir(), Options: Options{Config: cluster.Config}}
	for _, h := range cluster.Hosts {
		where.Options.Hosts = append(where.Options.Hosts, h.Name)
	}
	text, err := json.Marshal(where)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestProvider(t *testing.T) {
	providertest.Run(t, open, func(t *testing.T) providertest.Rig {
		cluster := sshtest.Start(t, 3)
		return providertest.Rig{
			Config: config(t, cluster), Listen: cluster.Listen + ":0", Machines: 3,
			Fail: func() string {
				if err := os.Rename(cluster.Hosts[1].Tmp, cluster.Hosts[1].Tmp+"-away"); err != nil {
					t.Fatal(err)
				}
				return "there is no folder for temporary files"
			},
			Kill:    kill,
			Left:    func() ([]string, error) { return filepath.Glob(cluster.Hosts[0].Tmp + "/../host*-tmp*/*") },
			Visible: providertest.Processes,
		}
	})
}

// kill kills all processes of a machine.
func kill(m providers.Machine) error {
	_, folder, err := parseID(m.ID)
	if err != nil {
		return err
	}
	text, err := os.ReadFile(filepath.Join(folder, "pid"))
	if err != nil {
		return err
	}
	var pid int
	if err := json.Unmarshal([]byte(strings.TrimSpace(string(text))), &pid); err != nil {
		return err
	}
	return syscall.Kill(-pid, syscall.SIGKILL)
}
