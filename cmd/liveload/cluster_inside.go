package main

import "fmt"

// reachable says whether machines find the controller, as far as that is known before they try.
func (s clusterSettings) reachable(env map[string]string) error {
	if s.kind.Inside == "" || env[s.kind.Inside] != "" || s.address+s.nats+s.key != "" {
		return nil
	}
	return &usageError{problem: fmt.Sprintf(`how do machines of --cluster %s reach this one? Its own addresses are not known there. Do one of these:
 - run liveload among them: docs/cluster.md#kubernetes has what it takes
 - say where they reach this machine: --%s HOST:PORT, with --%s :PORT
 - name a NATS server that both sides reach: --%s nats://HOST:4222`, s.kind.Name, clusterAddressFlag, clusterListenFlag, natsFlag)}
}
