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

// open begins a run. The program that hosts get is this test program.
func open(config, run string) (providers.Provider, func() error, error) {
	var where place
	if err := json.Unmarshal([]byte(config), &where); err != nil {
		return nil, nil, err
	}
	here, end, err := providertest.Begin(where.Cache, run)
	if err != nil {
		return nil, nil, err
	}
	here.Binary = os.Args[0]
	p, err := New(here, where.Options)
	if err != nil {
		return nil, nil, err
	}
	p.leaving = 2 * time.Second
	return p, end, nil
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
