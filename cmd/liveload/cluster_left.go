package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/liveload/liveload/cluster/providers"
	"github.com/liveload/liveload/cluster/providers/home"
	"github.com/liveload/liveload/cluster/providers/local"
)

// left lists or removes the machines of runs whose controllers are gone.
func (o *outside) left(c *cli.Context, remove bool) error {
	if err := atMost(c, 1); err != nil {
		return err
	}
	v, err := sources(c)
	if err != nil {
		return err
	}
	r := flagReader{layered: v}
	kind, options := r.provider(local.Name)
	settings := r.log(0)
	if r.err != nil {
		return r.err
	}
	env, err := o.environment("", false)
	if err != nil {
		return err
	}
	here, err := home.Open(env.Cache, newLogger(o.stderr, settings))
	if err != nil {
		return err
	}
	provider, err := kind.Open(here, options)
	if err != nil {
		return err
	}
	ends, release := o.listen(c.Context)
	defer release()
	err = o.leftovers(ends.stop, provider, kind.Name, remove)
	if ends.early() {
		return interrupted(err)
	}
	return err
}

// leftovers shows what is left, and removes it if it is told to. What one host does not say does not keep others from it.
func (o *outside) leftovers(ctx context.Context, provider providers.Provider, kind string, remove bool) error {
	left, err := provider.Leftovers(ctx)
	if len(left) == 0 {
		if err == nil {
			fmt.Fprintf(o.stdout, "%s: no run has left anything\n", kind)
		}
		return err
	}
	slices.SortFunc(left, func(a, b providers.Machine) int { return strings.Compare(a.Run+a.Name, b.Run+b.Name) })
	for _, m := range left {
		fmt.Fprintf(o.stdout, "%s: run %s of %s has left %s\n", kind, m.Run, m.Launched.Local().Format(time.DateTime), m.Name)
	}
	if !remove {
		return err
	}
	if destroyed := provider.Destroy(ctx, left); destroyed != nil {
		return errors.Join(err, destroyed)
	}
	fmt.Fprintf(o.stdout, "%s: removed what is named above\n", kind)
	return err
}
