package metrics_test

import (
	"cmp"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/metrics/metricstest"
	"github.com/liveload/liveload/metrics/snapshotio"
)

// A journey is the way of the snapshots of one node to the controller.
type journey struct {
	decoder  *snapshotio.Decoder
	messages map[int64][]byte // by number
	early    []delivery       // that cannot be decoded yet
	arrived  []delivery
}

func newJourney(t *testing.T, snaps []*metrics.Snapshot) *journey {
	j := &journey{decoder: snapshotio.NewDecoder(snaps[0].Node, "buy", "browse"), messages: make(map[int64][]byte)}
	encoder := snapshotio.NewEncoder()
	for _, s := range snaps {
		message, err := encoder.Encode(s)
		if err != nil {
			t.Fatal(err)
		}
		j.messages[s.Seq] = message
	}
	return j
}

// deliver decodes a message as soon as those that it needs have come.
func (j *journey) deliver(t *testing.T, d delivery) {
	t.Helper()
	waiting := append(j.early, d)
	j.early = nil
	for _, w := range waiting {
		snap, err := j.decoder.Decode(j.messages[w.snap.Seq])
		if _, missing := errors.AsType[*snapshotio.MissingError](err); missing {
			j.early = append(j.early, w)
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		j.arrived = append(j.arrived, delivery{d.at, snap})
	}
}

// TestIntervalsAreTheMergeOfWhatNodesSend: snapshots of 50 nodes come late, twice and in another order, as few bytes of
// which some can be read only when others have come.
func TestIntervalsAreTheMergeOfWhatNodesSend(t *testing.T) {
	for seed := range uint64(2) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			r := rand.New(rand.NewPCG(seed, 11))
			run := metrics.RunInfo{RunID: "id", Start: began, ByNode: seed == 0, Scenarios: []metrics.ScenarioInfo{{Name: "buy"}, {Name: "browse"}}}
			var deliveries []delivery
			early := 0
			for n := range 50 {
				run.Nodes = append(run.Nodes, fmt.Sprint("node", n))
				snaps := record(r, run.Nodes[n])
				j, sent := newJourney(t, snaps), deliver(r, snaps)
				slices.SortStableFunc(sent, func(a, b delivery) int { return cmp.Compare(a.at, b.at) })
				for _, d := range sent {
					j.deliver(t, d)
					early += len(j.early)
				}
				if len(j.early) > 0 {
					t.Fatalf("%d messages of node %d can never be read", len(j.early), n)
				}
				deliveries = append(deliveries, j.arrived...)
			}
			if early == 0 {
				t.Error("no message came before one that it needs")
			}
			slices.SortStableFunc(deliveries, func(a, b delivery) int { return cmp.Compare(a.at, b.at) })
			checkRun(t, run, deliveries, run.Nodes[0])
		})
	}
}

// checkNodeResults compares the Result of each node with the merge of its snapshots.
func checkNodeResults(t *testing.T, deliveries []delivery, results []metrics.Result) {
	t.Helper()
	want, seen := make(map[string]*merge), make(map[string]bool)
	for _, d := range deliveries {
		if id := fmt.Sprint(d.snap.Node, " ", d.snap.Seq); !seen[id] {
			seen[id] = true
			if want[d.snap.Node] == nil {
				want[d.snap.Node] = newMerge()
			}
			want[d.snap.Node].addSnapshot(d.snap)
		}
	}
	for _, r := range results {
		for _, n := range r.Nodes {
			if n.Result == nil {
				t.Errorf("%s on %s has no Result", r.Name, n.Node)
				continue
			}
			merged, compared := want[n.Node], 0
			for key, s := range merged.sums {
				if key.scenario != r.Name && key.scenario != metrics.NodeScope {
					continue
				}
				compared++
				by := metricstest.Values(key.labels)
				counted, values := n.Result.Counters[key.metric].By[by], n.Result.Histograms[key.metric].By[by]
				if counted != s.Count || values.Sketch != s.Sketch {
					t.Errorf("%s on %s: %v is %d and %+v, want %d and %d values", r.Name, n.Node, key, counted, values, s.Count, s.Sketch.Count())
				}
			}
			if u := merged.users[r.Name]; u.Succeeded != n.Result.Users.Succeeded || u.Failed != n.Result.Users.Failed || compared == 0 {
				t.Errorf("%s on %s: users %+v, want %+v; %d series", r.Name, n.Node, n.Result.Users, u, compared)
			}
		}
	}
}
