package installation

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"regexp"
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
		command := Command{
			Path: apt, Args: append(args, "-o", "DPkg::Lock::Timeout=0"), Limit: aptLimit,
			Env: []string{"DEBIAN_FRONTEND=noninteractive", "LC_ALL=C"}, // aptHeld reads English
		}
		if err := e.runApt(ctx, command); err != nil {
			return fmt.Errorf("apt-get %s for %s: %w", args[0], what, err)
		}
	}
	return nil
}

const (
	aptPatience = 2 * time.Minute // with another package manager
	aptPause    = 2 * time.Second // between two attempts
)

// aptHeld matches what apt-get says while another package manager runs, with the process if it knows it.
var aptHeld = regexp.MustCompile(`Could not get lock \S*?(?:\. It is held by (process \d+ \([^)]*\)))?(?:[\s;]|$)|Unable to (?:lock|acquire)`)

// runApt runs apt-get. While another package manager runs it says so, and tries again for two minutes.
func (e Env) runApt(ctx context.Context, command Command) error {
	ctx, cancel := context.WithTimeoutCause(ctx, aptPatience+aptLimit, fmt.Errorf("no end after %v", aptPatience+aptLimit))
	defer cancel()
	for attempt := 0; ; attempt++ {
		_, err := e.Runner.Run(ctx, command)
		failed, ok := errors.AsType[*CommandError](err)
		if !ok {
			return err
		}
		held := aptHeld.FindStringSubmatch(failed.Complaint)
		if held == nil || time.Duration(attempt)*aptPause >= aptPatience {
			return err
		}
		if attempt == 0 {
			e.say("Another package manager runs (%s): waiting for it, %v at most", cmp.Or(held[1], "which holds the lock of apt"), aptPatience)
		}
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-time.After(aptPause):
		}
	}
}

// aptBrowser installs the first package with a browser that this distribution has, the smaller one before the larger, which alone can
// show windows.
func (e Env) aptBrowser(ctx context.Context) error {
	var errs []error
	names := []string{"chromium-headless-shell", "chromium"}
	if e.Headed {
		names = names[1:]
	}
	for _, name := range names {
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
