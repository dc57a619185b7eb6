package fly

import (
	"context"
	"time"

	"github.com/liveload/liveload/cluster/providers"
	"github.com/liveload/liveload/cluster/providers/labels"
)

// Leftovers implements providers.Provider.
func (p *Provider) Leftovers(ctx context.Context) ([]providers.Machine, error) {
	machines, err := p.List(ctx)
	if err != nil {
		return nil, err
	}
	return p.home.Left(machines, time.Now())
}

// List implements providers.Lister. The secret of a run without machines counts as one that has ended.
func (p *Provider) List(ctx context.Context) ([]providers.Machine, error) {
	// Secrets come first: one is made before the machines, and deleted after them.
	secrets, err := p.client.secrets(ctx, p.options.App)
	if err != nil {
		return nil, p.client.explain("list secrets of the app "+p.options.App, err)
	}
	shown, err := p.client.list(ctx, p.options.App, "", false)
	if err != nil {
		return nil, p.client.explain("list machines of the app "+p.options.App, err)
	}
	var all []providers.Machine
	runs := map[string]bool{}
	for _, one := range shown {
		m, ok := labels.Read(one.Config.Metadata)
		if !ok || one.State == "destroyed" {
			continue
		}
		m.Provider, m.ID, m.Launched, m.Ended = Name, p.options.App+"/"+one.ID, one.Created, over(one.State)
		all = append(all, m)
		runs[m.Run] = true
	}
	for _, secret := range secrets {
		m, ok := readSecretName(secret)
		if !ok || runs[m.Run] {
			continue
		}
		if m.Owner == asInSecret(p.home.Owner) {
			m.Owner = p.home.Owner
		}
		m.Provider, m.ID, m.Ended = Name, p.options.App+"/"+secret, true
		all = append(all, m)
	}
	return all, nil
}

// asInSecret is what an owner is called who is read from the name of a secret.
func asInSecret(owner string) string {
	m, _ := readSecretName(secretName(providers.Machine{Run: "r", Owner: owner}))
	return m.Owner
}
