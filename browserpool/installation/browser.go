package installation

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// A Source says where a browser came from.
type Source string

// The sources of a browser, in the order in which they are asked.
const (
	SourceNamed      Source = "named by the user"
	SourcePlaywright Source = "downloaded by Playwright"
	SourceSystem     Source = "installed on this machine"
)

// errNoBrowser says that no source had a browser.
var errNoBrowser = errors.New("no browser found")

// findBrowser returns the browser of the first source that has one. A browser that the user named
// and that is not there is an error: another one in its place would be a surprise.
func (e Env) findBrowser() (string, Source, error) {
	if e.Browser != "" {
		path, err := e.Runner.LookPath(e.Browser)
		if err != nil {
			return "", "", fmt.Errorf("the browser %q (--browser-path or LIVELOAD_BROWSER) cannot be run: %w", e.Browser, err)
		}
		path, err = filepath.Abs(path)
		return path, SourceNamed, err
	}
	if path := e.downloadedBrowser(); path != "" {
		return path, SourcePlaywright, nil
	}
	if path := e.systemBrowser(); path != "" {
		return path, SourceSystem, nil
	}
	return "", "", errNoBrowser
}

// downloadedBrowser looks for Playwright's own build, in our folders and in the one that all
// Playwright installations of the user share. Playwright marks a complete download with a file.
func (e Env) downloadedBrowser() string {
	folder, program := "chromium_headless_shell-", "*headless*shell"
	if e.Headed {
		folder, program = "chromium-", "chrome"
	}
	for _, parent := range e.browserFolders() {
		dir := filepath.Join(parent, folder+driverChromiumRevision)
		if _, err := os.Stat(filepath.Join(dir, "INSTALLATION_COMPLETE")); err != nil {
			continue
		}
		// The platform's folder in between is called chrome-linux, chrome-headless-shell-mac-arm64, ...
		found, err := filepath.Glob(filepath.Join(dir, "*", program))
		if err == nil && len(found) > 0 {
			return found[0]
		}
	}
	return ""
}

func (e Env) browserFolders() []string {
	folders := []string{e.downloadDir(), filepath.Join(e.Cache, "browsers")}
	if e.Shared != "" {
		folders = append(folders, filepath.Join(e.Shared, "browsers"))
	}
	if e.UserCache != "" {
		folders = append(folders, filepath.Join(e.UserCache, "ms-playwright"))
	}
	return folders
}

// systemBrowser looks for Chromium or Chrome as distributions install it.
func (e Env) systemBrowser() string {
	for _, candidate := range e.systemCandidates() {
		if filepath.IsAbs(candidate) {
			candidate = filepath.Join(e.Root, candidate)
		}
		if path, err := e.Runner.LookPath(candidate); err == nil {
			return path
		}
	}
	return ""
}

func (e Env) systemCandidates() []string {
	var candidates []string
	if !e.Headed {
		candidates = append(candidates,
			// Debian's command of this name is a shell script that stays between us and the browser:
			// a kill would hit the script and leave the browser running.
			"/usr/lib/chromium/chromium-headless-shell",
			"chromium-headless-shell", "chrome-headless-shell")
	}
	candidates = append(candidates,
		"chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
	if e.OS == "darwin" {
		candidates = append(candidates,
			"/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
			"/Applications/Chromium.app/Contents/MacOS/Chromium")
	}
	return candidates
}

var versionNumber = regexp.MustCompile(`\d+(\.\d+)+`)

// version asks a program for its version, such as "143.0.7499.4": the first number with dots in its answer to --version.
func (e Env) version(ctx context.Context, path string, args ...string) (string, error) {
	out, err := e.Runner.Run(ctx, Command{Path: path, Args: append(args, "--version")})
	name := strings.Join(append([]string{path}, args...), " ")
	if err != nil {
		return "", fmt.Errorf("ask %s for its version: %w", name, err)
	}
	version := versionNumber.FindString(string(out))
	if version == "" {
		return "", fmt.Errorf("ask %s for its version: it answered %q", name, out)
	}
	return version, nil
}
