package installation

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// aptLimit bounds one apt-get command.
const aptLimit = 10 * time.Minute

// aptInstall installs Debian packages, with a fresh package list since a bare machine has none.
func (e Env) aptInstall(ctx context.Context, packages ...string) error {
	apt, err := e.Runner.LookPath("apt-get")
	switch {
	case err != nil:
		return errors.New("this system has no apt-get")
	case !e.Superuser:
		return errors.New("apt-get needs a superuser")
	}
	what := strings.Join(packages, " ")
	e.say("Installing %s with apt-get", what)
	install := append([]string{"install", "-y", "--no-install-recommends"}, packages...)
	for _, args := range [][]string{{"update"}, install} {
		command := Command{Path: apt, Args: args, Env: []string{"DEBIAN_FRONTEND=noninteractive"}, Limit: aptLimit}
		if _, err := e.Runner.Run(ctx, command); err != nil {
			return fmt.Errorf("apt-get %s for %s: %w", args[0], what, err)
		}
	}
	return nil
}

// aptBrowser installs the first package with a browser that this distribution has, the smaller one before the larger.
func (e Env) aptBrowser(ctx context.Context) error {
	var errs []error
	for _, name := range []string{"chromium-headless-shell", "chromium"} {
		err := e.aptInstall(ctx, name)
		if err == nil {
			return nil
		}
		errs = append(errs, err)
		if ctx.Err() != nil || !errors.As(err, new(*CommandError)) {
			break
		}
	}
	return errors.Join(errs...)
}

const nodeFix = "install Node.js 18 or later with npm: `apt-get install nodejs npm`, or from the Node.js website"

// checkNode returns the path of Node.js and its version, and refuses an old one.
func (e Env) checkNode(ctx context.Context) (path, version string, err error) {
	if path, err = e.findNode(); err != nil {
		return "", "", err
	}
	if version, err = e.version(ctx, path); err != nil {
		return "", "", err
	}
	major, _, _ := strings.Cut(version, ".")
	if n, err := strconv.Atoi(major); err != nil || n < oldestNode {
		return "", "", fmt.Errorf("%s is version %s; the driver needs %d or later", path, version, oldestNode)
	}
	return path, version, nil
}

// installNode adds Node.js and npm from the system's packages when one of them is missing.
func (e Env) installNode(ctx context.Context) []Report {
	_, nodeErr := e.findNode()
	_, npmErr := e.Runner.LookPath("npm")
	if nodeErr == nil && npmErr == nil {
		return nil
	}
	err := e.aptInstall(ctx, "nodejs", "npm")
	return []Report{step{"Node.js and npm packages", nodeFix, StatusDone, StatusFailed}.report(err, "installed nodejs and npm with apt-get")}
}
