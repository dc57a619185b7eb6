package kubernetes

import (
	"encoding/json"
	"net/http"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/liveload/liveload/cluster/providers"
	"github.com/liveload/liveload/cluster/providers/kubernetes/kubetest"
	"github.com/liveload/liveload/cluster/providers/labels"
	"github.com/liveload/liveload/cluster/providers/providertest"
)

func TestMain(m *testing.M) { providertest.Main(m, open) }

// where is what controllers of one test have in common.
type where struct {
	Cache      string
	Kubeconfig string
}

// open begins a run.
func open(config, run string) (providers.Provider, func() error, error) {
	var at where
	if err := json.Unmarshal([]byte(config), &at); err != nil {
		return nil, nil, err
	}
	here, end, err := providertest.Begin(at.Cache, run)
	if err != nil {
		return nil, nil, err
	}
	p, err := quick(here, at.Kubeconfig)
	return p, end, err
}

// quick is a provider that does not wait long before it asks again.
func quick(here providers.Home, kubeconfig string) (*Provider, error) {
	p, err := newProvider(here, Options{Kubeconfig: kubeconfig, Image: "liveload/liveload:1.0.0"}, 5*time.Millisecond)
	if err == nil {
		p.look = 20 * time.Millisecond
	}
	return p, err
}

// kubeconfig writes one that leads to a cluster, and returns its name.
func kubeconfig(t *testing.T, c *kubetest.Cluster) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "kubeconfig")
	if err := c.Kubeconfig(file); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestProvider(t *testing.T) {
	providertest.RunCloud(t, open, func(t *testing.T) providertest.Rig {
		c := kubetest.Start(t)
		config := func() string {
			text, err := json.Marshal(where{Cache: t.TempDir(), Kubeconfig: kubeconfig(t, c)})
			if err != nil {
				t.Fatal(err)
			}
			return string(text)
		}
		return providertest.Rig{
			Config: config(), Listen: "127.0.0.1:0", Machines: 4,
			Fail: func() string { c.RefusePods(1); return "exceeded quota" },
			Kill: func(m providers.Machine) error {
				_, job, index, err := parseMachineID(m.ID)
				if err != nil {
					return err
				}
				return c.Kill(job, index)
			},
			Left: c.Left,
			Sent: &c.Sent, Keeps: "/secrets",
			Visible: func() (string, error) { return visible(c) },
			Cloud: providertest.Cloud{
				Other: config(),
				Slow:  c.Slow,
				Stumble: func(what providertest.Request) {
					for _, f := range requests(what) {
						f.Status, f.RetryAfter, f.Times = http.StatusTooManyRequests, "0", 1
						c.Fail(f)
					}
				},
				Refuse: func(what providertest.Request) (mend func()) {
					var mends []func()
					for _, f := range requests(what) {
						f.Status = http.StatusForbidden
						mends = append(mends, c.Fail(f))
					}
					return func() {
						for _, mend := range mends {
							mend()
						}
					}
				},
				Expire: func(run string) {
					c.Relabel(labels.Run, run, labels.Expires, strconv.FormatInt(time.Now().Add(-time.Minute).Unix(), 10))
				},
			},
		}
	})
}

// requests are those of a kind.
func requests(what providertest.Request) []kubetest.Fault {
	switch what {
	case providertest.Create:
		return []kubetest.Fault{{Method: http.MethodPost}}
	case providertest.List:
		return []kubetest.Fault{{Method: "LIST"}, {Method: http.MethodGet}}
	}
	return []kubetest.Fault{{Method: http.MethodDelete}}
}

// visible is what others see who may look at all but Secrets.
func visible(c *kubetest.Cluster) (string, error) {
	processes, err := providertest.Processes()
	if err != nil {
		return "", err
	}
	objects, err := json.Marshal([]any{c.Jobs(), c.Pods()})
	return strings.Join([]string{processes, string(objects)}, "\n"), err
}
