package installation

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/liveload/liveload/browserpool/sandbox"
)

// renderLimit bounds the trial of a browser: a cold start on a busy machine takes seconds.
const renderLimit = 45 * time.Second

// trialPage shows that the browser parses, runs JavaScript and builds a document: the sum appears
// only after all three.
const (
	trialPage = `<!doctype html><title>liveload</title><p id="sum"></p>` +
		`<script>document.getElementById("sum").textContent = "sum is " + (40 + 2)</script>`
	trialResult = `<p id="sum">sum is 42</p>`
)

// examineBrowser starts the browser and checks the page that it renders.
func (e Env) examineBrowser(ctx context.Context) Report {
	const name = "Browser"
	path, source, err := e.findBrowser()
	if errors.Is(err, errNoBrowser) {
		return StatusFail.report(name, installFix+"; or "+e.browserFix(), "%v", err)
	}
	if err != nil {
		return StatusFail.report(name, "name a browser that exists, or none", "%v", err)
	}
	version, err := e.version(ctx, path)
	if err == nil {
		err = e.render(ctx, path)
	}
	return step{name, browserFix(source, err), StatusOK, StatusFail}.report(err, "%s, version %s, %s; it renders a page, %s", path, version, source, sandboxed())
}

func sandboxed() string {
	if on, why := sandbox.On(); !on {
		return "without Chromium's sandbox, since " + why
	}
	return "within Chromium's sandbox"
}

func browserFix(source Source, err error) string {
	switch {
	case err != nil && strings.Contains(err.Error(), "shared librar"):
		return "libraries are missing: as root, run `liveload install --with-deps`"
	case err != nil && strings.Contains(err.Error(), "sandbox"):
		return "allow user namespaces, of which Chromium's sandbox consists; or set " + sandbox.Variable + "=" + sandbox.IfNeeded + ", which does without where the system refuses them"
	case source == SourceNamed:
		return "name another browser with --browser-path or LIVELOAD_BROWSER"
	default:
		return "run the browser by hand to see what it says; `liveload install --with-deps` installs another one"
	}
}

// render has the browser print the document of a page with a script, in its own profile.
func (e Env) render(ctx context.Context, path string) (err error) {
	dir, err := os.MkdirTemp(e.Temp, "liveload-doctor-")
	if err != nil {
		return fmt.Errorf("create a profile for the trial: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	page := filepath.Join(dir, "page.html")
	if err := os.WriteFile(page, []byte(trialPage), 0o644); err != nil {
		return fmt.Errorf("write the page of the trial: %w", err)
	}
	args := []string{
		"--headless", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
		"--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-quic",
		"--user-data-dir=" + filepath.Join(dir, "profile"), "--dump-dom", "file://" + page,
	}
	if on, _ := sandbox.On(); !on {
		args = append([]string{"--no-sandbox"}, args...)
	}
	out, err := e.Runner.Run(ctx, Command{Path: path, Limit: renderLimit, Args: args})
	if err != nil {
		return fmt.Errorf("render a page: %w", err)
	}
	if !strings.Contains(string(out), trialResult) {
		return fmt.Errorf("render a page: the browser printed %q, without %q", out, trialResult)
	}
	return nil
}
