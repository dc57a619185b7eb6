package installation

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/liveload/liveload/filelock"
)

// Options say how far Install may go.
type Options struct {
	// WithDeps lets Install add packages of the system (Node.js, a browser and its libraries) with
	// apt-get, which takes a superuser.
	WithDeps bool
	// WithoutBrowser leaves the browser to others, such as the packages of an image.
	WithoutBrowser bool
}

// ErrIncomplete says that something that a run needs is still missing after Install.
var ErrIncomplete = errors.New("the installation is incomplete")

// Install brings in whatever is missing and says what it did, in the order in which it did it. What
// is in place already is left alone. Several installations of one cache folder take turns. The steps
// are valid along with an error, which is ErrIncomplete when a needed step failed.
func Install(ctx context.Context, env Env, opts Options) ([]Report, error) {
	lock, err := filelock.Acquire(ctx, filepath.Join(env.Cache, "install.lock"), func() {
		env.say("Waiting for another installation into %s", env.Cache)
	})
	if err != nil {
		return nil, fmt.Errorf("take the turn to install: %w", err)
	}
	steps, err := install(ctx, env, opts)
	return steps, errors.Join(err, lock.Release())
}

func install(ctx context.Context, env Env, opts Options) ([]Report, error) {
	var steps []Report
	if opts.WithDeps {
		steps = append(steps, env.installNode(ctx)...)
	}
	node, _, err := env.checkNode(ctx)
	steps = append(steps, step{"Node.js", nodeFix, StatusAlready, StatusFailed}.report(err, "%s", node))
	if err != nil {
		return steps, incomplete(steps)
	}
	driver := env.installDriver(ctx, node)
	steps = append(steps, driver, env.installDemoClient(ctx))
	if !opts.WithoutBrowser {
		steps = append(steps, env.installBrowser(ctx, node, driver.Status != StatusFailed, opts)...)
	}
	if ctx.Err() != nil {
		return steps, fmt.Errorf("install: %w", context.Cause(ctx))
	}
	return steps, incomplete(steps)
}

func incomplete(steps []Report) error {
	var names []string
	for _, step := range steps {
		if step.Status == StatusFailed {
			names = append(names, step.Name)
		}
	}
	if len(names) == 0 {
		return nil
	}
	return fmt.Errorf("%w: %s", ErrIncomplete, strings.Join(names, ", "))
}
