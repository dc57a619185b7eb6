package pages

import (
	"slices"
	"testing"

	"github.com/liveload/liveload/e2e/rig"
	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/sinks/timesplit"
)

// TestTimeSplit: delays that the demo was told to add come out where they belong: those of handlers as the handler's, a turn
// that is waited for as a queue, a debounce as the page's, and a slow document as its application's.
func TestTimeSplit(t *testing.T) {
	t.Parallel()
	for _, transport := range []string{"websocket", "longpoll"} {
		t.Run(transport, func(t *testing.T) {
			t.Parallel()
			a := rig.StartApp(t)
			r := rig.Run(t, "testdata/split.js", "--config", "baseURL="+a.URL, "--config", "transport="+transport, "--probe", "prometheus="+a.URL)
			splits := timesplit.Of(&r)

			for _, name := range []string{"inc", "dec"} {
				s := find(t, splits, timesplit.Event, name, "/counter")
				atLeast(t, s, timesplit.InHandler, 200_000)
				if s.Count != 2 || part(s, timesplit.InHandler) > 200_000+slack {
					t.Errorf("%d events %s whose handler took %.0f us, want 2 of 200 ms", s.Count, name, part(s, timesplit.InHandler))
				}
			}
			dec := find(t, splits, timesplit.Event, "dec", "/counter")
			atLeast(t, dec, timesplit.OnNetwork, 150_000) // of the 200 ms, some may be over when it is sent
			search := find(t, splits, timesplit.Event, "search", "/hooks")
			atLeast(t, search, timesplit.InPage, 100_000)
			atLeast(t, search, timesplit.InHandler, 200_000)
			atLeast(t, find(t, splits, timesplit.Page, "", "/counter"), timesplit.InHandler, 300_000)
			if patch := find(t, splits, timesplit.Navigation, "patch", "/products"); patch.Count != 2 || part(patch, timesplit.InServer) == 0 {
				t.Errorf("live patches: %+v, want 2 whose answer is timed", patch)
			}

			for _, s := range splits {
				t.Logf("%-10s %-8s %-10s %d of %7.0f us: %+v %q", s.Of, s.Name, s.Page, s.Count, s.Mean, s.Parts, s.Unknown)
			}
			whole := rig.Histogram(r, metrics.LiveViewEventDuration).By["dec"]
			if sum, want := part(dec, timesplit.InHandler)+part(dec, timesplit.OnNetwork), whole.Sum/float64(whole.Count); sum < want-2 || sum > want+2 {
				t.Errorf("handler and network are %.0f us together, the events took %.0f us", sum, want)
			}
		})
	}
}

func find(t *testing.T, splits []timesplit.Split, of timesplit.Kind, name, page string) timesplit.Split {
	t.Helper()
	i := slices.IndexFunc(splits, func(s timesplit.Split) bool { return s.Of == of && s.Name == name && s.Page == page })
	if i < 0 {
		t.Fatalf("there is no split of %s %s on %s: %+v", of, name, page, splits)
	}
	return splits[i]
}

// part returns how long a split was somewhere.
func part(s timesplit.Split, where timesplit.Where) (us float64) {
	for _, p := range s.Parts {
		if p.Where == where {
			us += p.Mean
		}
	}
	return us
}

func atLeast(t *testing.T, s timesplit.Split, where timesplit.Where, us float64) {
	t.Helper()
	if took := part(s, where); took < us*0.99 { // clocks go in steps
		t.Errorf("%s %s on %s spent %.0f us in %s, want %.0f us at least: %+v", s.Of, s.Name, s.Page, took, where, us, s)
	}
}
