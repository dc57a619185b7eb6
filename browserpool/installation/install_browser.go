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
	// versionLimit bounds the question whether a browser runs.
	versionLimit = 30 * time.Second
)

const (
	browserStep = "Browser"
	aptFix      = "as root, run `apt-get install chromium-headless-shell` or `liveload install --with-deps`; or name a browser with --browser-path or LIVELOAD_BROWSER"
)

// installBrowser makes sure that a browser is there and runs: the one that the user named, else
// Playwright's own, else one of the system, else one from the system's packages.
func (e Env) installBrowser(ctx context.Context, node string, haveDriver bool, opts Options) []Step {
	path, source, err := e.findBrowser()
	if err != nil && !errors.Is(err, errNoBrowser) {
		return []Step{failed(browserStep, "name a browser that exists, or none", err)}
	}
	if source == SourceNamed || source == SourcePlaywright {
		return e.acceptBrowser(ctx, node, path, source, already, opts)
	}
	download := skipped("Browser download", "", "PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD is set")
	switch {
	case !haveDriver:
		download = skipped("Browser download", "", "there is no driver to download it with")
	case !e.skipsDownload():
		download = e.downloadBrowser(ctx, node)
	}
	steps := []Step{download}
	if download.Status == StatusDone {
		path, source, err = e.findBrowser()
		if err != nil {
			return append(steps, failed(browserStep, aptFix, fmt.Errorf("look for the downloaded browser: %w", err)))
		}
		return append(steps, e.acceptBrowser(ctx, node, path, source, done, opts)...)
	}
	return append(steps, e.fallBack(ctx, node, path, opts)...)
}

// skipsDownload reads Playwright's own switch against downloads.
func (e Env) skipsDownload() bool {
	value := e.Getenv("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD")
	return value != "" && value != "0" && value != "false"
}

// downloadBrowser has Playwright download its headless shell. That it fails is no failure of the
// installation yet: the system's browser may do.
func (e Env) downloadBrowser(ctx context.Context, node string) Step {
	const name = "Browser download"
	e.say("Downloading Chromium's headless shell through Playwright")
	env := []string{"PLAYWRIGHT_BROWSERS_PATH=" + e.downloadDir(), "NO_COLOR=1", "FORCE_COLOR=0"}
	if e.Getenv("PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT") == "" {
		env = append(env, "PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT="+connectMillis)
	}
	ctx, cancel := context.WithTimeoutCause(ctx, downloadLimit, fmt.Errorf("no end after %v", downloadLimit))
	defer cancel()
	_, err := e.Runner.Run(ctx, Command{
		Path: node,
		Args: []string{driverCLI(e.driverDir()), "install", "chromium-headless-shell"},
		Env:  env,
	})
	if err != nil {
		return skipped(name, "Playwright takes a proxy from HTTPS_PROXY and a mirror from PLAYWRIGHT_DOWNLOAD_HOST", "Playwright could not download its browser: %v", err)
	}
	return done(name, "Chromium's headless shell, build %s, in %s", driverChromiumRevision, e.downloadDir())
}

// fallBack takes the browser of the system, path, or installs one when path is empty.
func (e Env) fallBack(ctx context.Context, node, path string, opts Options) []Step {
	if path != "" {
		return e.acceptBrowser(ctx, node, path, SourceSystem, already, opts)
	}
	if !opts.WithDeps {
		return []Step{failed(browserStep, aptFix, errNoBrowser)}
	}
	name, err := e.aptBrowser(ctx)
	if err != nil {
		return []Step{failed(browserStep, aptFix, err)}
	}
	path, source, err := e.findBrowser()
	if err != nil {
		return []Step{failed(browserStep, aptFix, fmt.Errorf("after installing %s: %w", name, err))}
	}
	return e.acceptBrowser(ctx, node, path, source, done, opts)
}

// acceptBrowser checks that a browser runs. On a bare machine a downloaded one may lack libraries,
// which Playwright knows how to add; a system's browser also brings them.
func (e Env) acceptBrowser(ctx context.Context, node, path string, source Source, result func(name, format string, args ...any) Step, opts Options) []Step {
	version, err := e.runnableVersion(ctx, path)
	var steps []Step
	if err != nil && source == SourcePlaywright && opts.WithDeps && e.Superuser {
		steps = append(steps, e.installLibraries(ctx, node))
		version, err = e.runnableVersion(ctx, path)
	}
	if err != nil {
		fix := "run `liveload doctor`, which starts the browser and shows what it says"
		if source == SourcePlaywright {
			fix = "the browser may lack libraries: as root, run `liveload install --with-deps`"
		}
		return append(steps, failed(browserStep, fix, err))
	}
	return append(steps, result(browserStep, "%s, version %s, %s", path, version, source))
}

func (e Env) runnableVersion(ctx context.Context, path string) (string, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, versionLimit, fmt.Errorf("no answer after %v", versionLimit))
	defer cancel()
	return e.BrowserVersion(ctx, path)
}

func (e Env) installLibraries(ctx context.Context, node string) Step {
	const name = "Libraries of the browser"
	e.say("Installing the libraries of the browser through Playwright")
	ctx, cancel := context.WithTimeoutCause(ctx, aptLimit, fmt.Errorf("no end after %v", aptLimit))
	defer cancel()
	cli := driverCLI(e.driverDir())
	_, err := e.Runner.Run(ctx, Command{Path: node, Args: []string{cli, "install-deps", "chromium-headless-shell"}})
	if err != nil {
		return failed(name, aptFix, err)
	}
	return done(name, "installed by Playwright")
}
