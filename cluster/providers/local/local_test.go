package local

import (
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/liveload/liveload/cluster/providers"
	"github.com/liveload/liveload/cluster/providers/providertest"
)

func TestMain(m *testing.M) { providertest.Main(m, open) }

// open begins a run whose cache folder is config.
func open(config, run string) (providers.Provider, func() error, error) {
	here, end, err := providertest.Begin(config, run)
	if err != nil {
		return nil, nil, err
	}
	here.Binary = filepath.Join(config, "liveload")
	p := New(here)
	p.leaving = time.Second
	p.binary = func() string {
		if os.Remove(filepath.Join(config, "fail")) == nil {
			return filepath.Join(config, "missing")
		}
		return p.home.Binary
	}
	return p, end, nil
}

func TestProvider(t *testing.T) {
	providertest.Run(t, open, func(t *testing.T) providertest.Rig {
		cache := t.TempDir()
		program := filepath.Join(cache, "liveload")
		if err := os.Symlink(os.Args[0], program); err != nil {
			t.Fatal(err)
		}
		return providertest.Rig{
			Config: cache, Listen: "127.0.0.1:0", Machines: 20,
			Fail: func() string {
				if err := os.WriteFile(filepath.Join(cache, "fail"), nil, 0o600); err != nil {
					t.Fatal(err)
				}
				return "missing: no such file or directory"
			},
			Kill: func(m providers.Machine) error {
				pid, err := strconv.Atoi(m.ID)
				if err != nil {
					return err
				}
				return syscall.Kill(pid, syscall.SIGKILL)
			},
			Left:    func() ([]string, error) { return filepath.Glob(filepath.Join(cache, "runs", "*")) },
			Visible: providertest.Processes,
		}
	})
}
