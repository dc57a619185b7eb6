package main

import (
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/liveload/liveload/cluster/providers/kubernetes/kubetest"
)

// TestControllerInTheCluster runs the scripts in testdata/kubernetes, each with a cluster of its own. Controllers and workers are
// containers in it, which run liveload of the test.
func TestControllerInTheCluster(t *testing.T) {
	t.Parallel()
	testscript.Run(t, testscript.Params{
		Dir: "testdata/kubernetes", Cmds: map[string]func(*testscript.TestScript, bool, []string){"until": until},
		Setup: func(env *testscript.Env) error {
			c := kubetest.Start(env.T().(testing.TB))
			config := filepath.Join(env.WorkDir, "kubeconfig")
			path := env.Getenv("PATH")
			c.Program = func() string { return filepath.Join(filepath.SplitList(path)[0], "liveload") }
			c.Env = []string{"PATH=" + path, "KUBECONFIG=" + config, "KUBERNETES_SERVICE_HOST=127.0.0.1", "KUBERNETES_SERVICE_PORT=443"}
			env.Setenv("KUBECONFIG", config)
			env.Setenv("LIVELOAD_CACHE", filepath.Join(env.WorkDir, ".cache"))
			env.Defer(func() {
				if left, err := c.Left(); err != nil || len(left) > 0 {
					env.T().Log("left in the cluster: ", left, err)
					env.T().FailNow()
				}
			})
			return c.Kubeconfig(config)
		},
	})
}
