package fly

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/liveload/liveload/cluster/providers/watch"
)

// follow asks for the machines of a run that are over.
func (p *Provider) follow(run string) func(ctx context.Context) ([]watch.End, error) {
	return func(ctx context.Context) (ended []watch.End, err error) {
		all, err := p.client.list(ctx, p.options.App, run, true)
		if err != nil {
			return nil, p.client.explain("list machines", err)
		}
		for _, m := range all {
			if over(m.State) {
				ended = append(ended, watch.End{ID: p.options.App + "/" + m.ID, Why: func(context.Context, string) error { return errors.New(why(m)) }})
			}
		}
		return ended, nil
	}
}

// over says whether a machine runs no more, and will not again.
func over(state string) bool {
	return slices.Contains([]string{"stopped", "failed", "launch_failed", "destroying", "destroyed"}, state)
}

// why says in words how a machine ended. Fly keeps what its worker said with the logs of the app.
func why(m machine) string {
	text := fmt.Sprintf("the machine %s in %s is %s", m.ID, m.Region, m.State)
	for _, e := range m.Events {
		if e.Type != "exit" || e.Request.Exit == nil {
			continue
		}
		switch exit := e.Request.Exit; {
		case exit.OutOfMemory:
			text += ": it ran out of memory (--cluster-opt memory=MB gives it more)"
		case exit.Signal > 0:
			text += fmt.Sprintf(": its worker was ended by the signal %d", exit.Signal)
		default:
			text += fmt.Sprintf(": its worker ended with exit code %d", exit.Code)
		}
		return text + fmt.Sprintf(". `fly logs --machine %s` shows what it said", m.ID)
	}
	return text
}
