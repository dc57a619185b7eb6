package installation

import (
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync/atomic"
	"testing"
)

// refusingProxy makes a proxy that refuses everything the one that this process's environment names, and
// returns how often it was asked.
func refusingProxy(t *testing.T) *atomic.Int32 {
	t.Helper()
	var asked atomic.Int32
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		asked.Add(1)
		http.Error(w, "no", http.StatusForbidden)
	}))
	t.Cleanup(proxy.Close)
	for _, name := range []string{"HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"} {
		t.Setenv(name, proxy.URL)
	}
	t.Setenv("NO_PROXY", "")
	t.Setenv("no_proxy", "")
	return &asked
}

// npm and Playwright each find the proxy in the environment. It refuses here, so that nothing leaves
// this machine, and that must be told.
func TestInstallUsesTheProxy(t *testing.T) {
	env := systemEnv(t)
	node, err := env.findNode()
	if err != nil {
		t.Fatal(err)
	}
	if step := env.installDriver(t.Context(), node); step.Status != StatusDone {
		t.Fatalf("without the proxy: %+v", step)
	}

	asked := refusingProxy(t)
	t.Setenv("npm_config_fetch_retries", "0")
	t.Setenv("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "")
	env.Getenv = os.Getenv
	t.Setenv("npm_config_cache", t.TempDir()) // npm would take the package from there without asking
	if step := env.downloadBrowser(t.Context(), node, true); step.Status != StatusSkipped {
		t.Errorf("Playwright's download: %+v", step)
	}
	if asked.Swap(0) == 0 {
		t.Error("Playwright did not ask the proxy")
	}

	if err := os.RemoveAll(env.driverDir()); err != nil {
		t.Fatal(err)
	}
	if step := env.installDriver(t.Context(), node); step.Status != StatusFailed || !strings.Contains(step.Detail, "403") {
		t.Errorf("npm: %+v, want a failure that tells the proxy's 403", step)
	}
	if asked.Load() == 0 {
		t.Error("npm did not ask the proxy")
	}
	checkNothingStaged(t, env)
}
