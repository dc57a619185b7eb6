package installation

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// systemEnv is this machine with an empty cache folder. The browser is the machine's: a test does
// not download a hundred megabytes.
func systemEnv(t *testing.T) Env {
	t.Helper()
	env, err := System(nil)
	if err != nil {
		t.Fatal(err)
	}
	env.Cache = t.TempDir()
	env.Getenv = skipDownload
	return env
}

// skipDownload is os.Getenv with Playwright's switch against downloads.
func skipDownload(name string) string {
	if name == "PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD" {
		return "1"
	}
	return os.Getenv(name)
}

func statuses(steps []Report) map[string]Status {
	found := map[string]Status{}
	for _, step := range steps {
		found[step.Name] = step.Status
	}
	return found
}

func TestInstallOnThisMachine(t *testing.T) {
	env := systemEnv(t)
	if _, err := Locate(env); !errors.As(err, new(*MissingError)) || !strings.Contains(err.Error(), "liveload install") {
		t.Fatalf("Locate before Install = %v, want a MissingError that says what to run", err)
	}

	// Two at once: one installs, the other waits and finds everything in place.
	results := make([][]Report, 2)
	var wg sync.WaitGroup
	for i := range results {
		wg.Go(func() {
			steps, err := Install(t.Context(), env, Options{})
			if err != nil {
				t.Errorf("Install: %v\n%+v", err, steps)
			}
			results[i] = steps
		})
	}
	wg.Wait()
	ends := map[Status]int{}
	for _, steps := range results {
		ends[statuses(steps)["Playwright driver"]]++
	}
	if ends[StatusDone] != 1 || ends[StatusAlready] != 1 {
		t.Errorf("the driver's steps ended %v, want one done and one already", ends)
	}

	found, err := Locate(env)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(found.DriverDir, "package", "cli.js")); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(filepath.Join(found.DemoClientDir, "phoenix_live_view", "priv", "static")); err != nil {
		t.Error(err)
	}
	if version, err := env.version(t.Context(), found.BrowserPath); err != nil || version == "" {
		t.Errorf("version = %q, %v", version, err)
	}
	checkNothingStaged(t, env)
	checkRevision(t, found)

	for _, check := range Doctor(t.Context(), env) {
		switch check.Name {
		case "Node.js", "npm", "Playwright driver", "Browser":
			if check.Status != StatusOK {
				t.Errorf("%s: %s, want ok: %s", check.Name, check.Status, check.Detail)
			}
		}
	}
}

func checkNothingStaged(t *testing.T, env Env) {
	t.Helper()
	left, err := filepath.Glob(filepath.Join(env.Cache, "*", ".staging*"))
	if err != nil || len(left) > 0 {
		t.Errorf("staging folders left behind: %v, %v", left, err)
	}
}

// checkRevision compares our pin with what the pinned driver itself would download.
func checkRevision(t *testing.T, found Installation) {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(found.DriverDir, "package", "browsers.json"))
	if err != nil {
		t.Fatal(err)
	}
	compact := strings.Join(strings.Fields(string(content)), "")
	if !strings.Contains(compact, `"name":"chromium-headless-shell","revision":"`+driverChromiumRevision+`"`) {
		t.Errorf("driver %s does not want Chromium build %s: correct driverChromiumRevision", DriverVersion, driverChromiumRevision)
	}
}
