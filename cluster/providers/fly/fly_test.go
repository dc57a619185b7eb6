package fly

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/time/rate"

	"github.com/liveload/liveload/cluster/providers"
	"github.com/liveload/liveload/cluster/providers/labels"
	"github.com/liveload/liveload/cluster/providers/providertest"
)

func TestMain(m *testing.M) { providertest.Main(m, open) }

var quiet = slog.New(slog.DiscardHandler)

// open begins a run of the owner whose cache folder is config.
func open(config, run string) (providers.Provider, func() error, error) {
	here, end, err := providertest.Begin(config, run)
	if err != nil {
		return nil, nil, err
	}
	p, err := hasty(here, Options{App: testApp, Image: "liveload/liveload:1", Regions: []string{"fra", "iad"}})
	return p, end, err
}

// hasty is a provider that waits less than one in earnest.
func hasty(home providers.Home, options Options) (*Provider, error) {
	p, err := New(home, options)
	if err != nil {
		return nil, err
	}
	p.client, p.creates = connect(time.Millisecond), rate.NewLimiter(rate.Inf, 0)
	p.watch.Pause = 5 * time.Millisecond
	return p, nil
}

func TestProvider(t *testing.T) {
	providertest.RunCloud(t, open, func(t *testing.T) providertest.Rig {
		f := startFake(t)
		return providertest.Rig{
			Config: t.TempDir(), Listen: "127.0.0.1:0", Machines: 20, Mute: "its worker ended with exit code 3",
			Fail: func() string {
				f.change(func() { f.room = map[string]int{"fra": 1, "iad": 1} })
				return "there is no room for a machine of the size performance-2x"
			},
			Kill: f.killMachine, Left: f.left, Visible: f.visible, Sent: &f.sent, Keeps: "/secrets/",
			Cloud: providertest.Cloud{Other: t.TempDir(), Slow: f.slowBoots, Stumble: f.stumble, Refuse: f.refuseAll, Expire: f.expire},
		}
	})
}

// requests are those of a kind.
var requests = map[providertest.Request]fault{
	providertest.Create: {method: "POST", path: "machines", text: "try again"},
	providertest.List:   {method: "GET", path: "machines", text: "try again"},
	providertest.Delete: {method: "DELETE", path: "machines/*", text: "try again"},
}

func (f *fake) stumble(what providertest.Request) {
	busy, down := requests[what], requests[what]
	busy.status, busy.after, busy.times = 429, "0", 1
	down.status, down.times = 503, 1
	f.break_(busy, down)
}

func (f *fake) refuseAll(what providertest.Request) (mend func()) {
	refused := requests[what]
	refused.status, refused.text, refused.times = 403, "not authorized", 1<<30
	f.break_(refused)
	return func() { f.change(func() { f.faults = nil }) }
}

func (f *fake) slowBoots() (boot func()) {
	slow := make(chan struct{})
	f.change(func() { f.slow = slow })
	return func() {
		f.change(func() { f.slow = nil })
		close(slow)
	}
}

func (f *fake) expire(run string) {
	past := time.Now().Add(-time.Minute)
	f.change(func() {
		for _, m := range f.machines {
			if m.Config.Metadata[labels.Run] == run {
				m.Config.Metadata[labels.Expires] = fmt.Sprint(past.Unix())
			}
		}
		for name, value := range f.secrets {
			if m, ok := readSecretName(name); ok && m.Run == run {
				delete(f.secrets, name)
				m.Expires = past
				f.secrets[secretName(m)] = value
			}
		}
	})
}

func (f *fake) killMachine(m providers.Machine) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, one := range f.machines {
		if testApp+"/"+one.ID == m.ID {
			one.kill()
		}
	}
	return nil
}

// left are machines, our secrets, and the files of machines.
func (f *fake) left() (all []string, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, m := range f.machines {
		if m.State != "destroyed" {
			all = append(all, "machine "+m.Name+", "+m.State)
		}
	}
	for name := range f.secrets {
		if name != "DATABASE_URL" {
			all = append(all, "secret "+name)
		}
	}
	files, err := filepath.Glob(filepath.Join(f.folder, "148e*"))
	return append(all, files...), err
}

// visible is what everybody sees who may read machines and the names of secrets, beside the processes in the machines.
func (f *fake) visible() (string, error) {
	processes, err := providertest.Processes()
	if err != nil {
		return "", err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	machines, err := json.Marshal(f.machines)
	if err != nil {
		return "", err
	}
	for name, value := range f.secrets {
		if strings.Contains(processes, value) && name != "DATABASE_URL" {
			return processes, fmt.Errorf("the value of the secret %s is in the environment of a process", name)
		}
	}
	return processes + "\n" + string(machines), nil
}
