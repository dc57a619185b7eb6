// Package static provides nodes whose workers somebody else starts: by hand, or as services that wait for runs. It says how,
// and ends nothing.
package static

import (
	"context"
	"fmt"
	"sync/atomic"

	"github.com/liveload/liveload/cluster/providers"
)

// Name is the provider's name in the table.
const Name = "static"

// A Provider tells the person what to start. Make one with New.
type Provider struct {
	home  providers.Home
	asked atomic.Bool // for workers
}

// New returns a provider that tells with home.Say.
func New(home providers.Home) *Provider { return &Provider{home: home} }

// Launch implements providers.Provider. It says which workers are needed, and returns no machines: none is ours.
func (p *Provider) Launch(ctx context.Context, n int, spec providers.Spec) ([]providers.Machine, error) {
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	more := ""
	if p.asked.Swap(true) {
		more = " more"
	}
	workers := fmt.Sprintf("1%s worker", more)
	if n > 1 {
		workers = fmt.Sprintf("%d%s workers, each on a machine of its own,", n, more)
	}
	if spec.Known != "" {
		p.home.Say(fmt.Sprintf("This run needs %s with the token of %s: `liveload cluster token --cluster-key %s` prints it.",
			workers, spec.Known, spec.Known))
		return nil, nil
	}
	p.home.Say(fmt.Sprintf("This run needs %s with its token, which is a secret. Save it in a file there, and start:\n"+
		"   liveload worker --join FILE\nThe token:\n   %s", workers, spec.Token))
	return nil, nil
}

// Destroy implements providers.Provider. The controller tells workers to leave; what they run on stays.
func (p *Provider) Destroy(context.Context, []providers.Machine) error { return nil }

// Leftovers implements providers.Provider.
func (p *Provider) Leftovers(context.Context) ([]providers.Machine, error) { return nil, nil }
