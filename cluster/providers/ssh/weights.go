package ssh

import (
	"fmt"
	"strconv"
	"strings"
)

// mostWeight is far above what machines differ by.
const mostWeight = 1000

// A weighted host gets a share of the load by its weight; 0 is not said.
type weighted struct {
	host
	weight int
}

// parseWeighted reads [USER@]HOST[:PORT][,weight=N].
func parseWeighted(text string) (w weighted, err error) {
	name, rest, more := strings.Cut(text, ",")
	if w.host, err = parseHost(name); err != nil || !more {
		return w, err
	}
	value, ok := strings.CutPrefix(rest, "weight=")
	if w.weight, err = strconv.Atoi(value); !ok || err != nil || w.weight < 1 || w.weight > mostWeight {
		return weighted{}, fmt.Errorf("%q is no host: after the comma there can only be a weight from 1 to %d, as in %s,weight=2. Each host has an option, or a line, of its own", text, mostWeight, name)
	}
	return w, nil
}

// split returns hosts, and their weights when any of them has one: the others then have 1.
func split(all []weighted) (hosts []host, weights map[string]int) {
	for _, w := range all {
		hosts = append(hosts, w.host)
		if w.weight > 0 {
			weights = map[string]int{}
		}
	}
	for _, w := range all {
		if weights != nil {
			weights[w.host.String()] = max(1, w.weight)
		}
	}
	return hosts, weights
}
