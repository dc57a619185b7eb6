package installation

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// npmLimit bounds one npm install; the packages are a few megabytes.
const npmLimit = 5 * time.Minute

// installDriver puts the Playwright driver in place, unless it is there and answers.
func (e Env) installDriver(ctx context.Context, node string) Report {
	const name = "Playwright driver"
	if dir := e.driverDir(); e.checkDriver(ctx, node, dir) == nil {
		return StatusAlready.report(name, "", "%s in %s", DriverVersion, dir)
	}
	dir := driverIn(e.Cache)
	e.say("Installing playwright-core %s through npm", DriverVersion)
	err := replaceFolder(dir, func(staging string) (string, error) {
		work := filepath.Join(staging, "npm")
		if err := e.npmInstall(ctx, work, driverPin()); err != nil {
			return "", err
		}
		ready := filepath.Join(staging, "driver")
		if err := os.Mkdir(ready, 0o755); err != nil {
			return "", err
		}
		from := filepath.Join(work, "node_modules", driverPin().name)
		if err := os.Rename(from, filepath.Join(ready, "package")); err != nil {
			return "", err
		}
		return ready, e.checkDriver(ctx, node, ready)
	})
	return step{name, npmFix, StatusDone, StatusFailed}.report(err, "%s in %s", DriverVersion, dir)
}

// installDemoClient puts the demo application's LiveView clients in place.
func (e Env) installDemoClient(ctx context.Context) Report {
	const name = "LiveView clients of the demo"
	dir := demoClientIn(e.Cache)
	var versions []string
	for _, pin := range demoClientPins() {
		versions = append(versions, pin.name+" "+pin.version)
	}
	what := strings.Join(versions, ", ")
	if _, err := LocateDemoClient(e); err == nil {
		return StatusAlready.report(name, "", "%s in %s", what, e.demoClientDir())
	}
	e.say("Installing %s through npm", what)
	err := replaceFolder(dir, func(staging string) (string, error) {
		work := filepath.Join(staging, "npm")
		return work, e.npmInstall(ctx, work, demoClientPins()...)
	})
	return step{name, npmFix, StatusDone, StatusFailed}.report(err, "%s in %s", what, dir)
}

const npmFix = "check that npm reaches its registry (`npm ping`); npm takes a proxy from HTTPS_PROXY and HTTP_PROXY"

// checkDriver reports whether dir holds the driver, as it was published, and it runs.
func (e Env) checkDriver(ctx context.Context, node, dir string) error {
	if err := checkPackage(filepath.Join(dir, "package"), driverPin()); err != nil {
		return err
	}
	if err := e.verifyDriver(dir); err != nil {
		return err
	}
	got, err := e.version(ctx, node, driverCLI(dir))
	if err == nil && got != DriverVersion {
		err = fmt.Errorf("the driver in %s is version %s, not %s", dir, got, DriverVersion)
	}
	return err
}

// npmInstall installs exactly the pinned packages into dir/node_modules and checks each: npm has
// compared the tarball with the registry's hash, and the lock file has that hash.
func (e Env) npmInstall(ctx context.Context, dir string, pins ...pin) error {
	npm, err := e.Runner.LookPath("npm")
	if err != nil {
		return fmt.Errorf("find npm: %w", err)
	}
	// Its own manifest keeps npm from looking for a project in the folders above.
	if err := os.Mkdir(dir, 0o755); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(dir, "package.json"), []byte("{\"private\": true}\n"), 0o644); err != nil {
		return err
	}
	var packages []string
	for _, pin := range pins {
		packages = append(packages, pin.name+"@"+pin.version)
	}
	args := append([]string{"install", "--save-exact", "--ignore-scripts", "--package-lock",
		"--no-audit", "--no-fund", "--no-update-notifier"}, packages...)
	if _, err := e.Runner.Run(ctx, Command{Path: npm, Args: args, Dir: dir, Limit: npmLimit}); err != nil {
		return fmt.Errorf("install %s through npm: %w", strings.Join(packages, ", "), err)
	}
	return checkInstalled(dir, pins)
}

func checkInstalled(dir string, pins []pin) error {
	content, err := os.ReadFile(filepath.Join(dir, "package-lock.json"))
	if err != nil {
		return fmt.Errorf("read what npm installed: %w", err)
	}
	var lock struct {
		Packages map[string]struct{ Integrity string }
	}
	if err := json.Unmarshal(content, &lock); err != nil {
		return fmt.Errorf("read what npm installed: %w", err)
	}
	for _, pin := range pins {
		if err := checkPackage(filepath.Join(dir, "node_modules", pin.name), pin); err != nil {
			return err
		}
		if got := lock.Packages["node_modules/"+pin.name].Integrity; got != pin.integrity {
			return fmt.Errorf("%s %s from this registry is not the published one: its hash is %q, expected %q",
				pin.name, pin.version, got, pin.integrity)
		}
	}
	return nil
}

// replaceFolder lets build fill a folder in a staging folder next to target and then moves it there,
// so that a half-made installation never counts. build returns the folder to move.
func replaceFolder(target string, build func(staging string) (string, error)) (err error) {
	// What is there already is from an installation that was killed: the lock of the cache folder keeps others out.
	staging := filepath.Join(filepath.Dir(target), ".staging")
	if err := os.RemoveAll(staging); err != nil {
		return fmt.Errorf("remove an old staging folder: %w", err)
	}
	if err := os.MkdirAll(staging, 0o755); err != nil {
		return fmt.Errorf("create staging folder: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(staging)) }()
	ready, err := build(staging)
	if err != nil {
		return err
	}
	err = os.Rename(target, filepath.Join(staging, "old"))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("move the old installation away: %w", err)
	}
	if err := os.Rename(ready, target); err != nil {
		return fmt.Errorf("move the installation into place: %w", err)
	}
	return nil
}
