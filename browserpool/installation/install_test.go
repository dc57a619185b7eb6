package installation

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

const shell = "chromium-headless-shell"

func TestInstallFindsABrowser(t *testing.T) {
	tests := []struct {
		name     string
		prepare  func(t *testing.T, m *fakeMachine, env *Env)
		opts     Options
		download Status // "" when there must be no such step
		browser  Status
		source   Source // where Locate must find it afterwards
		ran      string // a command that must have run
		notRan   string // a command that must not have run
		says     string // part of the browser step's detail or fix
	}{
		{
			name: "downloads Playwright's own",
			prepare: func(_ *testing.T, m *fakeMachine, _ *Env) {
				m.has("node", fakeNode(true))
				m.has("chrome-headless-shell", says("Chromium 143.0.0.1"))
			},
			download: StatusDone, browser: StatusDone, source: SourcePlaywright, notRan: "apt-get ",
		},
		{
			name: "keeps one that was downloaded",
			prepare: func(t *testing.T, m *fakeMachine, env *Env) {
				m.has("chrome-headless-shell", says("Chromium 143.0.0.1"))
				if err := placeBrowser(filepath.Join(env.UserCache, "ms-playwright")); err != nil {
					t.Fatal(err)
				}
			},
			browser: StatusAlready, source: SourcePlaywright, notRan: "cli.js install",
		},
		{
			name:     "takes the system's when the download fails",
			prepare:  func(_ *testing.T, m *fakeMachine, _ *Env) { m.has(shell, says("Chromium 156.0.1.2")) },
			download: StatusSkipped, browser: StatusAlready, source: SourceSystem, notRan: "apt-get ", says: "156.0.1.2",
		},
		{
			name: "does not download when told so",
			prepare: func(_ *testing.T, m *fakeMachine, env *Env) {
				m.has(shell, says("Chromium 156.0.1.2"))
				env.Getenv = skipDownload
			},
			download: StatusSkipped, browser: StatusAlready, source: SourceSystem, notRan: "cli.js install",
		},
		{
			name: "takes the one that was named",
			prepare: func(_ *testing.T, m *fakeMachine, env *Env) {
				m.has("mybrowser", says("Chromium 1.2.3"))
				env.Browser = "/opt/mybrowser"
			},
			browser: StatusAlready, source: SourceNamed, notRan: "cli.js install", says: "/opt/mybrowser",
		},
		{
			name:    "refuses a named one that is not there",
			prepare: func(_ *testing.T, _ *fakeMachine, env *Env) { env.Browser = "/opt/nothing" },
			browser: StatusFailed, notRan: "cli.js install", says: "/opt/nothing",
		},
		{
			name:     "offers apt-get without running it",
			prepare:  func(_ *testing.T, _ *fakeMachine, env *Env) { env.Superuser = true },
			download: StatusSkipped, browser: StatusFailed, notRan: "apt-get ", says: "apt-get install " + shell,
		},
		{
			name:     "does not run apt-get for an ordinary user",
			opts:     Options{WithDeps: true},
			download: StatusSkipped, browser: StatusFailed, notRan: "apt-get ", says: "needs a superuser",
		},
		{
			name: "runs apt-get as root with dependencies",
			prepare: func(_ *testing.T, m *fakeMachine, env *Env) {
				env.Superuser = true
				m.has("apt-get", func(c Command) (string, error) {
					if c.Args[0] == "install" {
						m.has(shell, says("Chromium 156.0.1.2"))
					}
					return "", nil
				})
			},
			opts:     Options{WithDeps: true},
			download: StatusSkipped, browser: StatusDone, source: SourceSystem, ran: "apt-get install -y --no-install-recommends " + shell,
		},
		{
			name: "adds libraries that the downloaded browser lacks",
			prepare: func(_ *testing.T, m *fakeMachine, env *Env) {
				env.Superuser = true
				download := fakeNode(true)
				m.has("chrome-headless-shell", breaks("error while loading shared libraries: libnss3.so"))
				m.has("node", func(c Command) (string, error) {
					if len(c.Args) > 1 && c.Args[1] == "install-deps" {
						m.has("chrome-headless-shell", says("Chromium 143.0.0.1"))
					}
					return download(c)
				})
			},
			opts:     Options{WithDeps: true},
			download: StatusDone, browser: StatusDone, source: SourcePlaywright, ran: "install-deps chromium-headless-shell",
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			m, env := newMachine(t)
			if test.prepare != nil {
				test.prepare(t, m, &env)
			}
			steps, err := Install(t.Context(), env, test.opts)
			got := statuses(steps)
			if got["Browser download"] != test.download || got["Browser"] != test.browser {
				t.Fatalf("steps %+v, want download %q and browser %q", steps, test.download, test.browser)
			}
			if wrong := test.browser == StatusFailed; wrong != errors.Is(err, ErrIncomplete) {
				t.Errorf("Install = %v", err)
			}
			last := steps[len(steps)-1]
			if !strings.Contains(last.Detail+last.Fix, test.says) {
				t.Errorf("last step %+v does not say %q", last, test.says)
			}
			if !m.didRun(test.ran) {
				t.Errorf("%q did not run: %q", test.ran, m.ran)
			}
			if test.notRan != "" && m.didRun(test.notRan) {
				t.Errorf("%q ran: %q", test.notRan, m.ran)
			}
			if found, err := Locate(env); test.source != "" && (err != nil || found.BrowserSource != test.source) {
				t.Errorf("Locate found a browser %q, %v, want %q", found.BrowserSource, err, test.source)
			}
		})
	}
}

func TestInstallIsIdempotent(t *testing.T) {
	m, env := newMachine(t)
	m.has("node", fakeNode(true))
	m.has("chrome-headless-shell", says("Chromium 143.0.0.1"))
	if _, err := Install(t.Context(), env, Options{}); err != nil {
		t.Fatal(err)
	}
	m.ran = nil
	steps, err := Install(t.Context(), env, Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, step := range steps {
		if step.Status != StatusAlready {
			t.Errorf("second time: %+v", step)
		}
	}
	if m.didRun("install") {
		t.Errorf("the second time installed again: %q", m.ran)
	}
}

// Nothing of an installation that went wrong may be taken for an installation.
func TestInstallLeavesNothingHalfMade(t *testing.T) {
	otherHash := func(dir string) error {
		path := filepath.Join(dir, "package-lock.json")
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return os.WriteFile(path, []byte(strings.ReplaceAll(string(content), "sha512-", "sha512-x")), 0o644)
	}
	otherVersion := func(dir string) error {
		for _, pin := range append(demoClientPins(), driverPin()) {
			path := filepath.Join(dir, "node_modules", pin.name, "package.json")
			if err := writeJSON(path, map[string]string{"name": pin.name, "version": "0.0.1"}); err != nil {
				return err
			}
		}
		return nil
	}
	tests := []struct {
		name string
		npm  func(Command) (string, error)
		says string
	}{
		{"npm fails", breaks("npm error code ENOTFOUND"), "ENOTFOUND"},
		{"the download is not the published one", fakeNPM(otherHash), "hash"},
		{"the version is not the wanted one", fakeNPM(otherVersion), "0.0.1"},
		{"npm stops halfway", fakeNPM(func(string) error { return fmt.Errorf("killed") }), "killed"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			m, env := newMachine(t)
			m.has(shell, says("Chromium 156.0.1.2"))
			m.has("npm", test.npm)
			steps, err := Install(t.Context(), env, Options{})
			if !errors.Is(err, ErrIncomplete) {
				t.Fatalf("Install = %v, %+v", err, steps)
			}
			for _, step := range steps {
				if step.Name == "Playwright driver" && (!strings.Contains(step.Detail, test.says) || step.Fix == "") {
					t.Errorf("step %+v does not say %q and a fix", step, test.says)
				}
			}
			if _, err := Locate(env); !errors.As(err, new(*MissingError)) {
				t.Errorf("Locate = %v, want a MissingError", err)
			}
			checkNothingStaged(t, env)
		})
	}
}

func TestInstallReplacesABrokenDriver(t *testing.T) {
	m, env := newMachine(t)
	m.has(shell, says("Chromium 156.0.1.2"))
	stale := filepath.Join(env.driverDir(), "package", "package.json")
	if err := writeJSON(stale, map[string]string{"name": "playwright-core", "version": "1.0.0"}); err != nil {
		t.Fatal(err)
	}
	killed := filepath.Join(filepath.Dir(env.driverDir()), ".staging", "npm") // of an installation that was killed
	if err := os.MkdirAll(killed, 0o755); err != nil {
		t.Fatal(err)
	}
	steps, err := Install(t.Context(), env, Options{})
	if err != nil || statuses(steps)["Playwright driver"] != StatusDone {
		t.Fatalf("Install = %v, %+v", err, steps)
	}
	checkNothingStaged(t, env)
}

func TestInstallNamesWhatIsMissingFirst(t *testing.T) {
	m, env := newMachine(t)
	m.has("node", says("v16.2.0"))
	steps, err := Install(t.Context(), env, Options{})
	if !errors.Is(err, ErrIncomplete) || !strings.Contains(steps[0].Detail, "16.2.0") || steps[0].Fix != nodeFix {
		t.Errorf("old Node.js: %v, %+v", err, steps)
	}
	m.lacks("node")
	steps, err = Install(t.Context(), env, Options{})
	if !errors.Is(err, ErrIncomplete) || steps[0].Fix != nodeFix {
		t.Errorf("no Node.js: %v, %+v", err, steps)
	}
}

func TestLocateNamesEverythingThatIsMissing(t *testing.T) {
	m, env := newMachine(t)
	m.lacks("node")
	_, err := Locate(env)
	for _, want := range []string{"Node.js", "Playwright driver " + DriverVersion, "a browser", "liveload install"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Locate = %v, does not name %q", err, want)
		}
	}
}

func TestLocateWantsWindowsWhenHeaded(t *testing.T) {
	m, env := newMachine(t)
	m.has(shell, says("Chromium 156.0.1.2"))
	if _, err := Install(t.Context(), env, Options{}); err != nil {
		t.Fatal(err)
	}
	env.Headed = true
	if _, err := Locate(env); err == nil || !strings.Contains(err.Error(), "windows") || !strings.Contains(err.Error(), "`liveload install --headed`") {
		t.Errorf("Locate with only a headless shell = %v", err)
	}
	m.has("google-chrome", says("Google Chrome 156.0.1.2"))
	if _, err := Locate(env); err == nil || !strings.Contains(err.Error(), "there is no display") {
		t.Errorf("Locate without a display = %v", err)
	}
	env.Getenv = func(name string) string { return map[string]string{"DISPLAY": ":0"}[name] }
	if found, err := Locate(env); err != nil || found.BrowserPath != "/bin/google-chrome" {
		t.Errorf("Locate = %+v, %v, want Chrome", found, err)
	}
}

// TestInstallHeaded: what is installed for --headed can show windows.
func TestInstallHeaded(t *testing.T) {
	m, env := newMachine(t)
	env.Headed, env.Superuser = true, true
	m.has(shell, says("Chromium 156.0.1.2"))
	m.has("apt-get", func(c Command) (string, error) {
		if c.Args[0] == "install" {
			m.has("chromium", says("Chromium 156.0.1.2"))
		}
		return "", nil
	})
	steps, err := Install(t.Context(), env, Options{WithDeps: true})
	if err != nil || statuses(steps)[browserStep] != StatusDone {
		t.Fatalf("Install = %v, %+v", err, steps)
	}
	for _, want := range []string{"install --no-shell chromium", "apt-get install -y --no-install-recommends chromium "} {
		if !m.didRun(want) {
			t.Errorf("%q did not run: %q", want, m.ran)
		}
	}
}

// TestAptWaits: while another package manager runs, the installation says so, tries again, and gives up after two minutes.
func TestAptWaits(t *testing.T) {
	for _, test := range []struct{ complaint, who string }{
		{"E: Could not get lock /var/lib/dpkg/lock-frontend. It is held by process 4711 (apt)", "process 4711 (apt)"},
		{"E: Could not get lock /var/lib/apt/lists/lock - open (11: Resource temporarily unavailable)", "which holds the lock of apt"},
	} {
		for _, frees := range []int{3, 1000} {
			synctest.Test(t, func(t *testing.T) {
				var said strings.Builder
				runs, began := 0, time.Now()
				m, env := newMachine(t)
				env.Superuser, env.Progress = true, &said
				m.has("apt-get", func(c Command) (string, error) {
					if runs++; runs > frees {
						return "", nil
					}
					return breaks(test.complaint)(c)
				})
				err := env.aptInstall(t.Context(), "chromium")
				want := "Installing chromium with apt-get\nAnother package manager runs (" + test.who + "): waiting for it, 2m0s at most\n"
				if said.String() != want {
					t.Errorf("said %q, want %q", said.String(), want)
				}
				switch waited := time.Since(began); {
				case frees == 3 && (err != nil || waited != 3*aptPause || runs != 5): // three in vain, update, install
					t.Errorf("after three attempts: %v, %d runs in %v", err, runs, waited)
				case frees == 1000 && (err == nil || !strings.Contains(err.Error(), "Could not get lock") || waited != aptPatience):
					t.Errorf("never free: %v after %v", err, waited)
				}
			})
		}
	}
}

// TestInstallForAllUsers: what one installation has put into the shared folder serves another user, and nothing is written there.
func TestInstallForAllUsers(t *testing.T) {
	m, env := newMachine(t)
	shared := env
	shared.Cache = t.TempDir()
	if steps, err := Install(t.Context(), shared, Options{WithoutBrowser: true}); err != nil || statuses(steps)[browserStep] != "" {
		t.Fatalf("Install = %v, %+v", err, steps)
	}
	env.Shared = shared.Cache
	m.has(shell, says("Chromium 156.0.1.2"))
	m.lacks("npm")
	found, err := Locate(env)
	if err != nil || found.DriverDir != driverIn(env.Shared) || found.DemoClientDir == "" {
		t.Fatalf("Locate = %+v, %v; want what is in %s", found, err, env.Shared)
	}
	steps, err := Install(t.Context(), env, Options{})
	if err != nil || statuses(steps)["Playwright driver"] != StatusAlready {
		t.Errorf("Install = %v, %+v", err, steps)
	}
	if err := os.RemoveAll(filepath.Join(driverIn(env.Shared), "package")); err != nil {
		t.Fatal(err)
	}
	if _, err := Locate(env); !errors.As(err, new(*MissingError)) {
		t.Errorf("Locate = %v, want a MissingError", err)
	}
}
