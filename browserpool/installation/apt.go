package installation

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
)

// aptLimit bounds one apt-get command.
const aptLimit = 10 * time.Minute

// aptGet returns apt-get, when this system has it and we may use it.
func (e Env) aptGet() (string, error) {
	apt, err := e.Runner.LookPath("apt-get")
	if err != nil {
		return "", errors.New("this system has no apt-get")
	}
	if !e.Superuser {
		return "", errors.New("apt-get needs a superuser")
	}
	return apt, nil
}

// aptInstall installs Debian packages, with a fresh package list since a bare machine has none.
func (e Env) aptInstall(ctx context.Context, packages ...string) error {
	apt, err := e.aptGet()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeoutCause(ctx, aptLimit, fmt.Errorf("no end after %v", aptLimit))
	defer cancel()
	what := strings.Join(packages, " ")
	e.say("Installing %s with apt-get", what)
	install := append([]string{"install", "-y", "--no-install-recommends"}, packages...)
	for _, args := range [][]string{{"update"}, install} {
		command := Command{Path: apt, Args: args, Env: []string{"DEBIAN_FRONTEND=noninteractive"}}
		if _, err := e.Runner.Run(ctx, command); err != nil {
			return fmt.Errorf("apt-get %s for %s: %w", args[0], what, err)
		}
	}
	return nil
}

// browserPackages are Debian's packages that hold a browser, the smaller one first.
func browserPackages() []string { return []string{"chromium-headless-shell", "chromium"} }

// aptBrowser installs the first of the browser packages that this distribution has.
func (e Env) aptBrowser(ctx context.Context) (string, error) {
	if _, err := e.aptGet(); err != nil {
		return "", err
	}
	var errs []error
	for _, name := range browserPackages() {
		err := e.aptInstall(ctx, name)
		if err == nil {
			return name, nil
		}
		errs = append(errs, err)
		if ctx.Err() != nil {
			break
		}
	}
	return "", errors.Join(errs...)
}
