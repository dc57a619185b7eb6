package installation

import (
	"context"
	"errors"
	"fmt"
	"time"
)

const (
	// downloadLimit bounds Playwright's download as a whole: some hundred megabytes.
	downloadLimit = 15 * time.Minute
	// connectMillis bounds one connection of the download. Playwright tries five times, so that a
	// network that swallows packets costs less than a minute.
	connectMillis = "10000"
)

const browserStep = "Browser"

// browserFix says how a browser comes onto this machine.
func (e Env) browserFix() string {
	name, command := "chromium-headless-shell", "liveload install --with-deps"
	if e.Headed {
		name, command = "chromium", "liveload install --headed --with-deps"
	}
	return fmt.Sprintf("as root, run `apt-get install %s` or `%s`; or name a browser with --browser-path or LIVELOAD_BROWSER", name, command)
}

// installBrowser makes sure that a browser is there and runs: the one that the user named, else
// Playwright's own, else one of the system, else one from the system's packages.
func (e Env) installBrowser(ctx context.Context, node string, haveDriver bool, opts Options) []Report {
	path, source, err := e.findBrowser()
	if err != nil && !errors.Is(err, errNoBrowser) {
		return []Report{StatusFailed.report(browserStep, "name a browser that exists, or none", "%v", err)}
	}
	if source == SourceNamed || source == SourcePlaywright {
		return e.acceptBrowser(ctx, node, path, source, StatusAlready, opts)
	}
	steps, status := []Report{e.downloadBrowser(ctx, node, haveDriver)}, StatusDone
	switch {
	case steps[0].Status == StatusDone:
		err = nil
	case err == nil: // the system has one
		status = StatusAlready
	case opts.WithDeps:
		err = e.aptBrowser(ctx)
	}
	if err == nil && status == StatusDone {
		if path, source, err = e.findBrowser(); err != nil {
			err = fmt.Errorf("look for the browser that was installed: %w", err)
		}
	}
	if err != nil {
		return append(steps, StatusFailed.report(browserStep, e.browserFix(), "%v", err))
	}
	return append(steps, e.acceptBrowser(ctx, node, path, source, status, opts)...)
}

// downloadBrowser has Playwright download its headless shell, or Chromium when there are to be windows. That it fails is no failure of the
// installation yet: the system's browser may do.
func (e Env) downloadBrowser(ctx context.Context, node string, haveDriver bool) Report {
	const name = "Browser download"
	if !haveDriver {
		return StatusSkipped.report(name, "", "there is no driver to download it with")
	}
	switch e.Getenv("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD") {
	case "", "0", "false": // as Playwright reads it
	default:
		return StatusSkipped.report(name, "", "PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD is set")
	}
	what, arguments := "Chromium's headless shell", []string{"install", "chromium-headless-shell"}
	if e.Headed {
		what, arguments = "Chromium", []string{"install", "--no-shell", "chromium"}
	}
	e.say("Downloading %s through Playwright", what)
	env := []string{"PLAYWRIGHT_BROWSERS_PATH=" + e.downloadDir(), "NO_COLOR=1", "FORCE_COLOR=0"}
	if e.Getenv("PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT") == "" {
		env = append(env, "PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT="+connectMillis)
	}
	install := append([]string{driverCLI(e.driverDir())}, arguments...)
	if _, err := e.Runner.Run(ctx, Command{Path: node, Args: install, Env: env, Limit: downloadLimit}); err != nil {
		return StatusSkipped.report(name, "Playwright takes a proxy from HTTPS_PROXY and a mirror from PLAYWRIGHT_DOWNLOAD_HOST", "Playwright could not download its browser: %v", err)
	}
	return StatusDone.report(name, "", "%s, build %s, in %s", what, driverChromiumRevision, e.downloadDir())
}

// acceptBrowser checks that a browser runs. On a bare machine a downloaded one may lack libraries,
// which Playwright knows how to add; a system's browser also brings them.
func (e Env) acceptBrowser(ctx context.Context, node, path string, source Source, status Status, opts Options) []Report {
	version, err := e.version(ctx, path)
	var steps []Report
	if err != nil && source == SourcePlaywright && opts.WithDeps && e.Superuser {
		steps = append(steps, e.installLibraries(ctx, node))
		version, err = e.version(ctx, path)
	}
	fix := "run `liveload doctor`, which starts the browser and shows what it says"
	if source == SourcePlaywright {
		fix = "the browser may lack libraries: as root, run `liveload install --with-deps`"
	}
	return append(steps, step{browserStep, fix, status, StatusFailed}.report(err, "%s, version %s, %s", path, version, source))
}

func (e Env) installLibraries(ctx context.Context, node string) Report {
	e.say("Installing the libraries of the browser through Playwright")
	name := "chromium-headless-shell"
	if e.Headed {
		name = "chromium"
	}
	install := []string{driverCLI(e.driverDir()), "install-deps", name}
	_, err := e.Runner.Run(ctx, Command{Path: node, Args: install, Limit: aptLimit})
	return step{"Libraries of the browser", e.browserFix(), StatusDone, StatusFailed}.report(err, "installed by Playwright")
}
