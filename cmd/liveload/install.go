package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/urfave/cli/v2"

	"github.com/liveload/liveload/browserpool/installation"
	"github.com/liveload/liveload/node"
)

// environment is what package installation works in.
func (o *outside) environment(browserPath string, headed bool) (installation.Env, error) {
	env, err := installation.System(o.stderr)
	if err != nil {
		return installation.Env{}, err
	}
	if browserPath != "" {
		env.Browser = browserPath
	}
	env.Headed = headed
	return env, nil
}

// versions are those of the programs that carry users on this machine.
func (o *outside) versions(ctx context.Context, browserPath string) node.Versions {
	found := node.Versions{Liveload: version}
	if env, err := o.environment(browserPath, false); err == nil {
		found.Driver, found.Browser = installation.Versions(ctx, env)
	}
	return found
}

// install installs what is missing and says what it did.
func (o *outside) install(c *cli.Context) error {
	env, err := o.environment(c.String("browser-path"), c.Bool("headed"))
	if err != nil {
		return err
	}
	ends, release := o.listen(c.Context)
	defer release()
	steps, err := installation.Install(ends.stop, env, installation.Options{
		WithDeps: c.Bool("with-deps"), WithoutBrowser: c.Bool("without-browser"),
	})
	for _, step := range steps {
		o.report(step)
	}
	switch {
	case ends.early():
		return interrupted(err)
	case errors.Is(err, installation.ErrIncomplete):
		return fmt.Errorf("%w. `liveload doctor` shows details", err)
	case err != nil:
		return err
	}
	if c.Bool("without-browser") {
		fmt.Fprintln(o.stdout, "\nReady, as soon as there is a browser")
		return nil
	}
	fmt.Fprintln(o.stdout, "\nReady. Try: liveload demo, and in another terminal: liveload examples/counter.js")
	return nil
}

// doctor examines this machine.
func (o *outside) doctor(c *cli.Context) error {
	env, err := o.environment(c.String("browser-path"), c.Bool("headed"))
	if err != nil {
		return err
	}
	ends, release := o.listen(c.Context)
	defer release()
	failed := 0
	for _, check := range append(installation.Doctor(ends.stop, env), o.examineCapacity(ends.stop)...) {
		o.report(check)
		if check.Status == installation.StatusFail {
			failed++
		}
	}
	switch {
	case ends.early():
		return interrupted(nil)
	case failed > 0:
		return fmt.Errorf("%d checks failed: no run can work yet", failed)
	}
	return nil
}

// report prints one line, and a second one with what to do.
func (o *outside) report(r installation.Report) {
	fmt.Fprintf(o.stdout, "%-8s %s: %s\n", r.Status, r.Name, r.Detail)
	if r.Fix != "" {
		fmt.Fprintf(o.stdout, "%-8s → %s\n", "", r.Fix)
	}
}
