package standout

import (
	"strings"
	"testing"

	"github.com/liveload/liveload/metrics"
)

// TestSentencesAreTrue: what is said holds for loads and counters that invite to say more.
func TestSentencesAreTrue(t *testing.T) {
	from := func(bucket int, n int64) func(int) int64 {
		return func(i int) int64 {
			if i < bucket {
				return 0
			}
			return n
		}
	}
	grows := func(w *world) {
		w.times(metrics.LiveViewEventDuration, metrics.LiveViewEventDuration.With("add", "/cart"), 20, func(i int) float64 { return 10_000 * w.users(i) })
	}
	for _, tt := range []struct {
		name         string
		run          func(w *world)
		wants, lacks string
	}{
		{"failures begin while the number of users stays the same", func(w *world) {
			w.count(metrics.Iterations, metrics.Iterations.With("ok"), always[int64](20))
			w.count(metrics.IterationFailures, metrics.IterationFailures.With("click timeout"), from(20, 12))
		}, "begin to fail from 1m 40s on: 0 % before, 60 % from then on", " users on"},
		{"a half of all WebSockets is refused", func(w *world) {
			w.count(metrics.WebSocketConnectionsOpened, metrics.WebSocketConnectionsOpened.With("ws://shop", "websocket"), always[int64](20))
			w.count(metrics.WebSocketConnectionFailures, metrics.WebSocketConnectionFailures.With("status 503", "ws://shop"), from(20, 20))
		}, "50 % from then on", "100 %"},
		{"users of an open load", func(w *world) {
			w.Options = map[string]any{"load": "constant arrival rate"}
			grows(w)
		}, "slower answers need more users as well", "generator was busy"},
		{"users of a closed load", grows, "takes longer the more users there are", "slower answers need more users"},
		{"joins, accepted and refused", func(w *world) {
			w.count(metrics.LiveViewErrors, metrics.LiveViewErrors.With("join crash", "/shop"), only(3, 10))
			w.times(metrics.LiveViewJoinDuration, metrics.LiveViewJoinDuration.With("/shop"), 1, always(20_000.0))
		}, "10 joins were repeated, of 34 in all", "of 24 in all"},
	} {
		w := newWorld(ramp(24, 50)...)
		tt.run(w)
		said := ""
		for _, f := range Of(&w.Result) {
			said += f.Sentence + " " + f.Doubt + "\n"
		}
		if !strings.Contains(said, tt.wants) || strings.Contains(said, tt.lacks) {
			t.Errorf("%s: it says\n%s\nwant %q, without %q", tt.name, said, tt.wants, tt.lacks)
		}
	}
	w := newWorld(constant(6, 1)...)
	w.times(metrics.LiveViewEventDuration, metrics.LiveViewEventDuration.With("add", "/cart"), 5, always(1_500_000.0))
	if found := Of(&w.Result); len(found) != 1 || strings.Contains(found[0].Sentence, "any load") {
		t.Errorf("of one user it says %+v, want that the event is slow, and nothing of other loads", found)
	}
}

func (w *world) users(bucket int) float64 { return float64(w.Global.TimeSeries.ActiveUsers[bucket]) }
