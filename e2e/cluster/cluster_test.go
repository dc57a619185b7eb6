// Package cluster tests runs on many nodes: they measure what happened, one load means the same on one node and on many,
// and nothing is lost when a node is.
package cluster

import (
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/liveload/liveload/cluster/providers/ssh/sshtest"
	"github.com/liveload/liveload/e2e/rig"
	"github.com/liveload/liveload/metrics"
)

func TestMain(m *testing.M) {
	sshtest.OwnNetwork()
	rig.Main(m)
}

// four are the flags of a cluster of four processes.
var four = []string{"--cluster", "local", "--nodes", "4"}

// A witness is a server that remembers what it was told, and when.
type witness struct {
	URL string

	mu   sync.Mutex
	told map[string][]visit // by path, in order
}

type visit struct {
	at time.Time
	url.Values
}

func (v visit) number(name string) int { n, _ := strconv.Atoi(v.Get(name)); return n }

func newWitness(t *testing.T) *witness {
	w := &witness{told: map[string][]visit{}}
	web := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.told[r.URL.Path[1:]] = append(w.told[r.URL.Path[1:]], visit{time.Now(), r.URL.Query()})
	}))
	t.Cleanup(web.Close)
	w.URL = web.URL
	return w
}

// visits returns what was told under a path.
func (w *witness) visits(path string) []visit {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.told[path]
}

// by counts visits by a value.
func by(visits []visit, name string) map[string]int {
	counts := map[string]int{}
	for _, v := range visits {
		counts[v.Get(name)]++
	}
	return counts
}

// addsUp holds the whole Result to the sum of its nodes.
func addsUp(t *testing.T, r metrics.Result, nodes int) {
	t.Helper()
	counters, samples, users := map[string]int64{}, map[string]int64{}, int64(0)
	for _, n := range r.Nodes {
		if n.Status != metrics.NodeOK || n.Result == nil {
			t.Errorf("node %s is %s: %s", n.Node, n.Status, n.Reason)
			continue
		}
		users += n.Result.Users.Total
		for name, c := range n.Result.Counters {
			counters[name] += c.Aggregate
		}
		for name, h := range n.Result.Histograms {
			samples[name] += h.Aggregate.Count
		}
	}
	rig.Same(t, "users of all nodes", r.Global.Users.Total, users)
	whole, sampled := map[string]int64{}, map[string]int64{}
	for name, c := range r.Global.Counters {
		whole[name] = c.Aggregate
	}
	for name, h := range r.Global.Histograms {
		sampled[name] = h.Aggregate.Count
	}
	if !maps.Equal(whole, counters) || !maps.Equal(sampled, samples) || len(r.Nodes) != nodes {
		t.Errorf("%d nodes, whose sums are %v and %v; the whole is %v and %v", len(r.Nodes), counters, samples, whole, sampled)
	}
}
