package installation

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// An Installation is what a run needs and where it is.
type Installation struct {
	DriverDir     string // folder that holds package/cli.js, as playwright-go wants it
	NodePath      string // Node.js, for PLAYWRIGHT_NODEJS_PATH
	BrowserPath   string
	BrowserSource Source
	DemoClientDir string // as LocateDemoClient; empty when the demo's clients are missing
}

// Here finds what is installed on this machine.
func Here() (Installation, error) {
	env, err := System(nil)
	if err != nil {
		return Installation{}, err
	}
	return Locate(env)
}

// A MissingError names what is not installed. Its message says how to install it.
type MissingError struct {
	Missing []string // such as "the Playwright driver 1.57.0"
	Cause   error    // the first reason, for errors.Is
	Headed  bool     // a browser that can show windows is missing
}

func (e *MissingError) Error() string {
	flag := ""
	if e.Headed {
		flag = " --headed"
	}
	return fmt.Sprintf("not installed: %s. Run `liveload install%[2]s` first (`liveload doctor%[2]s` shows details)", strings.Join(e.Missing, ", "), flag)
}

func (e *MissingError) Unwrap() error { return e.Cause }

// add notes something that is missing and why.
func (e *MissingError) add(what string, cause error) {
	e.Missing = append(e.Missing, what)
	if e.Cause == nil {
		e.Cause = cause
	}
}

// Locate finds what a run needs. It only checks files and starts nothing. The error is a
// *MissingError, a *ChangedError, or says that the browser the user named cannot be run.
func Locate(env Env) (Installation, error) {
	found := Installation{DriverDir: env.driverDir()}
	missing := &MissingError{}
	var err error
	if found.NodePath, err = env.findNode(); err != nil {
		missing.add("Node.js", err)
	}
	if err := checkPackage(filepath.Join(found.DriverDir, "package"), driverPin()); err != nil {
		missing.add("the Playwright driver "+DriverVersion, err)
	} else if err := env.verifyDriver(found.DriverDir); err != nil {
		return Installation{}, err
	}
	found.BrowserPath, found.BrowserSource, err = env.findBrowser()
	switch {
	case errors.Is(err, errNoBrowser) && env.Headed:
		missing.add("a browser that can show windows (Chromium or Chrome)", err)
		missing.Headed = true
	case errors.Is(err, errNoBrowser):
		missing.add("a browser", err)
	case err != nil:
		return Installation{}, err
	}
	if len(missing.Missing) > 0 {
		return Installation{}, missing
	}
	if env.Headed && !env.hasDisplay() {
		return Installation{}, errors.New("--headed shows windows, and there is no display (DISPLAY and WAYLAND_DISPLAY are empty): run it on a desktop, or under xvfb-run")
	}
	found.DemoClientDir, _ = LocateDemoClient(env)
	return found, nil
}

// hasDisplay says whether there is something that can show windows.
func (e Env) hasDisplay() bool {
	return e.OS != "linux" || e.Getenv("DISPLAY") != "" || e.Getenv("WAYLAND_DISPLAY") != ""
}

// Versions returns the versions of driver and browser, "" of what is not installed or does not run.
func Versions(ctx context.Context, env Env) (driver, browser string) {
	found, err := Locate(env)
	if err != nil {
		return "", ""
	}
	browser, _ = env.version(ctx, found.BrowserPath)
	return DriverVersion, browser
}

// LocateDemoClient finds the LiveView clients that the demo application serves: the folder that holds
// the npm packages phoenix and phoenix_live_view. The error is a *MissingError.
func LocateDemoClient(env Env) (string, error) {
	dir := env.demoClientDir()
	if err := checkDemoClient(dir); err != nil {
		return "", err
	}
	return filepath.Join(dir, "node_modules"), nil
}

// checkDemoClient says which of the demo's clients a folder lacks.
func checkDemoClient(dir string) error {
	missing := &MissingError{}
	for _, pin := range demoClientPins() {
		if err := checkPackage(filepath.Join(dir, "node_modules", pin.name), pin); err != nil {
			missing.add(fmt.Sprintf("the demo's client %s %s", pin.name, pin.version), err)
		}
	}
	if len(missing.Missing) > 0 {
		return missing
	}
	return nil
}

// findNode prefers the Node.js that the user chose for Playwright.
func (e Env) findNode() (string, error) {
	if path := e.Getenv("PLAYWRIGHT_NODEJS_PATH"); path != "" {
		return e.Runner.LookPath(path)
	}
	for _, name := range []string{"node", "nodejs"} {
		if path, err := e.Runner.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", errors.New("there is no `node` on the PATH")
}

// checkPackage reports whether folder holds the pinned version of a package.
func checkPackage(folder string, want pin) error {
	content, err := os.ReadFile(filepath.Join(folder, "package.json"))
	if err != nil {
		return fmt.Errorf("find %s %s: %w", want.name, want.version, err)
	}
	var manifest struct{ Name, Version string }
	if err := json.Unmarshal(content, &manifest); err != nil {
		return fmt.Errorf("read package.json of %s: %w", folder, err)
	}
	if manifest.Name != want.name || manifest.Version != want.version {
		return fmt.Errorf("%s holds %s %s, not %s %s", folder, manifest.Name, manifest.Version, want.name, want.version)
	}
	return nil
}
