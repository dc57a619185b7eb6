package e2e

import (
	"maps"
	"strings"
	"testing"

	"github.com/liveload/liveload/examples/demo"
	"github.com/liveload/liveload/metrics"
)

func counter(r metrics.Result, m *metrics.Metric) metrics.CounterBy { return r.Global.Counters[m.Name] }

func histogram(r metrics.Result, m *metrics.Metric) metrics.HistogramBy {
	return r.Global.Histograms[m.Name]
}

// same compares one number of the Result with the demo's.
func same[N int64 | float64](t *testing.T, what string, measured, truth N) {
	t.Helper()
	if measured != truth {
		t.Errorf("%s: liveload measured %v, the demo counted %v", what, measured, truth)
	}
}

func sameMap(t *testing.T, what string, measured, truth map[string]int64) {
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

// compare holds every number that both sides know to be equal. docs/metrics-truth.md explains each. The
// last late frames that the demo sent may have reached no page.
func compare(t *testing.T, r metrics.Result, truth demo.Stats, late int64) {
	t.Helper()
	sameMap(t, "events", counter(r, metrics.LiveViewEvents).By, truth.Events)
	same(t, "joins", histogram(r, metrics.LiveViewJoinDuration).Aggregate.Count, truth.JoinsTotal)
	compareNavigations(t, r, truth)
	compareHTTP(t, r, truth, late)
	compareSockets(t, r, truth)
	compareFrames(t, r, truth, late)
	none(t, r, metrics.SamplesDropped)
}

func compareNavigations(t *testing.T, r metrics.Result, truth demo.Stats) {
	t.Helper()
	moves := counter(r, metrics.LiveViewNavigations).By
	same(t, "patches", moves["patch"], truth.Navigations.Patch+truth.Navigations.ServerPatch)
	same(t, "live redirects", moves["redirect"], truth.Navigations.Redirect)
}

func compareHTTP(t *testing.T, r metrics.Result, truth demo.Stats, late int64) {
	t.Helper()
	measured := maps.Clone(counter(r, metrics.HTTPRequests).By)
	classes := map[string]int64{}
	for status, n := range truth.HTTPRequests.ByStatus {
		class := status[:1] + "xx"
		if status == "499" {
			class = "failed"
		}
		classes[class] += n
	}
	same(t, "aborted requests", counter(r, metrics.HTTPRequestFailures).By["aborted"], measured["failed"])
	total := truth.HTTPRequests.Total
	// Of the polls that pages gave up, the answer may have been on the way just then, or the poll itself
	// may never have left the browser.
	if given := measured["failed"] - classes["failed"]; given > 0 && given <= late {
		unsent := int64(0)
		if truth.Transports["longpoll"] > 0 {
			unsent = min(given, max(0, counter(r, metrics.HTTPRequests).Aggregate-total))
		}
		measured["failed"] -= given
		measured["2xx"] += given - unsent
		total += unsent
	}
	same(t, "HTTP requests in all", counter(r, metrics.HTTPRequests).Aggregate, total)
	sameMap(t, "HTTP requests", measured, classes)
}

func compareSockets(t *testing.T, r metrics.Result, truth demo.Stats) {
	t.Helper()
	opened := truth.Transports["websocket"]
	same(t, "sockets opened", counter(r, metrics.WebSocketConnectionsOpened).Aggregate, opened)
	same(t, "sockets closed", counter(r, metrics.WebSocketConnectionsClosed).Aggregate, opened)
	if truth.Transports["longpoll"] == 0 && truth.SocketsOpened != truth.SocketsClosed {
		t.Errorf("the demo has opened %d sockets and closed %d", truth.SocketsOpened, truth.SocketsClosed)
	}
}

func compareFrames(t *testing.T, r metrics.Result, truth demo.Stats, late int64) {
	t.Helper()
	sent, received := byTransport(r, metrics.WebSocketFrameSentBytes), byTransport(r, metrics.WebSocketFrameReceivedBytes)
	for _, transport := range []string{"websocket", "longpoll"} {
		f := truth.Frames[transport]
		same(t, "frames sent by "+transport, sent[transport].Count, f.Received)
		same(t, "bytes sent by "+transport, sent[transport].Sum, float64(f.ReceivedBytes))
		missing := f.Sent - received[transport].Count
		if missing > 0 && missing <= late {
			continue
		}
		same(t, "frames received by "+transport, received[transport].Count, f.Sent)
		same(t, "bytes received by "+transport, received[transport].Sum, float64(f.SentBytes))
	}
}

func byTransport(r metrics.Result, m *metrics.Metric) map[string]metrics.HistogramValues {
	values := map[string]metrics.HistogramValues{}
	for label, v := range histogram(r, m).By {
		values[transportOf(label)] = v
	}
	return values
}

func transportOf(label string) string {
	if strings.HasSuffix(label, " transport=longpoll") {
		return "longpoll"
	}
	return "websocket"
}

// none says that a counter stayed at nothing.
func none(t *testing.T, r metrics.Result, m *metrics.Metric) {
	t.Helper()
	if by := counter(r, m).By; len(compact(by)) > 0 {
		t.Errorf("%s = %v, want none", m.Name, by)
	}
}
