package broker

import "github.com/nats-io/nats-server/v2/server"

const (
	// mostSubscriptions bounds those of one connection. The controller's has some seven for each worker, and the server has
	// one bound for all.
	mostSubscriptions = 10 * MostWorkers
	// mostOfWorker is far above what a worker needs: orders, answers, and what its job shares with others.
	mostOfWorker = 64
	// mostCrowded is how many are told at once.
	mostCrowded = 20
)

// Crowded returns the instances that have more subscriptions than a worker needs; none where the server is someone else's.
func (b *Broker) Crowded() (instances []string) {
	if b.server == nil {
		return nil
	}
	all, err := b.server.Connz(&server.ConnzOptions{Sort: server.BySubs, Username: true, Limit: mostCrowded})
	if err != nil {
		panic(err) // about our own options
	}
	for _, c := range all.Conns {
		if c.NumSubs > mostOfWorker && c.AuthorizedUser != controllerName {
			instances = append(instances, c.AuthorizedUser)
		}
	}
	return instances
}
