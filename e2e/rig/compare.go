package rig

import (
	"maps"
	"testing"

	"github.com/liveload/liveload/examples/demo"
	"github.com/liveload/liveload/metrics"
)

// Counter returns a counter of the whole run.
func Counter(r metrics.Result, m *metrics.Metric) metrics.CounterBy { return r.Global.Counters[m.Name] }

// Histogram returns a histogram of the whole run.
func Histogram(r metrics.Result, m *metrics.Metric) metrics.HistogramBy {
	return r.Global.Histograms[m.Name]
}

// Same compares one number of the Result with the demo's.
func Same[N int64 | float64](t *testing.T, what string, measured, truth N) {
	t.Helper()
	if measured != truth {
		t.Errorf("%s: liveload measured %v, the demo counted %v", what, measured, truth)
	}
}

// SameMap compares numbers by label; 0 is the same as none.
func SameMap(t *testing.T, what string, measured, truth map[string]int64) {
	t.Helper()
	if !maps.Equal(compact(measured), compact(truth)) {
		t.Errorf("%s: liveload measured %v, the demo counted %v", what, measured, truth)
	}
}

// compact leaves out zeros.
func compact(counts map[string]int64) map[string]int64 {
	kept := map[string]int64{}
	for label, n := range counts {
		if n != 0 {
			kept[label] = n
		}
	}
	return kept
}

// Compare holds every number that both sides know to be equal. docs/metrics-truth.md explains each. The
// last late frames that the demo sent may have reached no page.
func Compare(t *testing.T, r metrics.Result, truth demo.Stats, late int64) {
	t.Helper()
	SameMap(t, "events", Counter(r, metrics.LiveViewEvents).By, truth.Events)
	joins := Histogram(r, metrics.LiveViewJoinDuration).Aggregate.Count
	if unheard := truth.JoinsTotal - joins; unheard > 0 && unheard <= late { // the answer was one of those frames
		joins += unheard
	}
	Same(t, "joins", joins, truth.JoinsTotal)
	compareNavigations(t, r, truth, late)
	compareHTTP(t, r, truth, late)
	compareSockets(t, r, truth)
	compareFrames(t, r, truth, late)
	comparePushes(t, r, truth, late)
	None(t, r, metrics.SamplesDropped)
}

func compareNavigations(t *testing.T, r metrics.Result, truth demo.Stats, late int64) {
	t.Helper()
	moves := Counter(r, metrics.LiveViewNavigations).By
	Same(t, "patches", moves["patch"], truth.Navigations.Patch+truth.Navigations.ServerPatch)
	Same(t, "live redirects", moves["redirect"], truth.Navigations.Redirect)
	for kind, asked := range map[string]int64{"patch": truth.Navigations.Patch, "redirect": truth.Navigations.Redirect} {
		answered := Histogram(r, metrics.LiveViewNavigationReply).By[kind].Count
		if unheard := asked - answered; unheard < 0 || unheard > late {
			t.Errorf("answers to %s: liveload measured %d, the demo has given %d, of which %d may not have been heard", kind, answered, asked, late)
		}
	}
}

func compareHTTP(t *testing.T, r metrics.Result, truth demo.Stats, late int64) {
	t.Helper()
	measured := maps.Clone(Counter(r, metrics.HTTPRequests).By)
	classes := map[string]int64{}
	for status, n := range truth.HTTPRequests.ByStatus {
		class := status[:1] + "xx"
		if status == "499" {
			class = "failed"
		}
		classes[class] += n
	}
	Same(t, "aborted requests", Counter(r, metrics.HTTPRequestFailures).By["aborted"], measured["failed"])
	total := truth.HTTPRequests.Total
	// Of the polls that pages gave up, the answer may have been on the way just then, or the poll itself
	// may never have left the browser.
	if lost := measured["failed"] - classes["failed"]; lost > 0 && lost <= late {
		unsent := int64(0)
		if truth.Transports["longpoll"] > 0 {
			unsent = min(lost, max(0, Counter(r, metrics.HTTPRequests).Aggregate-total))
		}
		measured["failed"] -= lost
		measured["2xx"] += lost - unsent
		total += unsent
	}
	Same(t, "HTTP requests in all", Counter(r, metrics.HTTPRequests).Aggregate, total)
	SameMap(t, "HTTP requests", measured, classes)
}

func compareSockets(t *testing.T, r metrics.Result, truth demo.Stats) {
	t.Helper()
	opened := truth.Transports["websocket"]
	Same(t, "sockets opened", Counter(r, metrics.WebSocketConnectionsOpened).Aggregate, opened)
	Same(t, "sockets closed", Counter(r, metrics.WebSocketConnectionsClosed).Aggregate, opened)
	if truth.Transports["longpoll"] == 0 && truth.SocketsOpened != truth.SocketsClosed {
		t.Errorf("the demo has opened %d sockets and closed %d", truth.SocketsOpened, truth.SocketsClosed)
	}
}

func compareFrames(t *testing.T, r metrics.Result, truth demo.Stats, late int64) {
	t.Helper()
	sent, received := byTransport(r, metrics.WebSocketFrameSentBytes), byTransport(r, metrics.WebSocketFrameReceivedBytes)
	for _, transport := range []string{"websocket", "longpoll"} {
		f := truth.Frames[transport]
		Same(t, "frames sent by "+transport, sent[transport].Count, f.Received)
		Same(t, "bytes sent by "+transport, sent[transport].Sum, float64(f.ReceivedBytes))
		missing := f.Sent - received[transport].Count
		if missing > 0 && missing <= late {
			continue
		}
		Same(t, "frames received by "+transport, received[transport].Count, f.Sent)
		Same(t, "bytes received by "+transport, received[transport].Sum, float64(f.SentBytes))
	}
}

// comparePushes: a nested view pushes for the page that it is in.
func comparePushes(t *testing.T, r metrics.Result, truth demo.Stats, late int64) {
	t.Helper()
	var count, bytes int64
	for _, pushed := range truth.Diffs {
		count, bytes = count+pushed.Count, bytes+pushed.Bytes
	}
	measured := Counter(r, metrics.LiveViewPushes).Aggregate
	if missing := count - measured; missing > 0 && missing <= late {
		return
	}
	Same(t, "diffs pushed", measured, count)
	Same(t, "bytes of diffs pushed", Counter(r, metrics.LiveViewPushBytes).Aggregate, bytes)
}

// byTransport returns counts and sums, without quantiles.
func byTransport(r metrics.Result, m *metrics.Metric) map[string]metrics.HistogramValues {
	values := map[string]metrics.HistogramValues{}
	for _, s := range Histogram(r, m).Series {
		transport := s.Labels.Get("transport")
		known := values[transport]
		values[transport] = metrics.HistogramValues{Count: known.Count + s.Value.Count, Sum: known.Sum + s.Value.Sum}
	}
	return values
}

// None says that a counter stayed at nothing.
func None(t *testing.T, r metrics.Result, m *metrics.Metric) {
	t.Helper()
	if by := Counter(r, m).By; len(compact(by)) > 0 {
		t.Errorf("%s = %v, want none", m.Name, by)
	}
}

// Together adds the numbers of several Results up, as far as comparisons read them.
func Together(results []metrics.Result) metrics.Result {
	sum := metrics.Result{Global: metrics.ScenarioResult{Counters: map[string]metrics.CounterBy{}, Histograms: map[string]metrics.HistogramBy{}}}
	for _, r := range results {
		for name, c := range r.Global.Counters {
			known := sum.Global.Counters[name]
			if known.By == nil {
				known.By = map[string]int64{}
			}
			known.Aggregate += c.Aggregate
			for label, n := range c.By {
				known.By[label] += n
			}
			sum.Global.Counters[name] = known
		}
		for name, h := range r.Global.Histograms {
			known := sum.Global.Histograms[name]
			known.Aggregate.Count += h.Aggregate.Count
			known.Series = append(known.Series, h.Series...)
			sum.Global.Histograms[name] = known
		}
	}
	return sum
}
