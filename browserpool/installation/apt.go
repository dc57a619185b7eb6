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
