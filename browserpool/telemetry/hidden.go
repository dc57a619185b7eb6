package telemetry

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/liveload/liveload/metrics"
)

// A hidden request is one of whose end its page was not told: [type, status, address, microseconds, bytes]. The status is
// what the page makes of it: failed, opaque or unknown.
type hidden struct {
	kind, status, url string
	micros, bytes     float64
}

// UnmarshalJSONFrom reads a hidden request.
func (h *hidden) UnmarshalJSONFrom(from *jsontext.Decoder) error {
	if open, err := from.ReadToken(); err != nil || open.Kind() != '[' {
		return errors.Join(errors.New("a request is a list"), err)
	}
	for _, part := range []any{&h.kind, &h.status, &h.url, &h.micros, &h.bytes} {
		if err := json.UnmarshalDecode(from, part); err != nil {
			return err
		}
	}
	if end, err := from.ReadToken(); err != nil || end.Kind() != ']' {
		return errors.Join(errors.New("a request has 5 parts"), err)
	}
	return nil
}

// socketKind is the type of a WebSocket whose handshake failed, among hidden requests.
const socketKind = "websocket"

// longestURL is how many bytes of the address of a hidden request count.
const longestURL = 2000

// longestText is how many bytes of an entry of the browser's log are read.
const longestText = 4000

// NoteLog takes an entry of the browser's log whose source is the network. Entries about a request come before the batch
// in which the page tells of it.
func (d *Decoder) NoteLog(text, url string) {
	d.outcomes.note(strings.Clone(text[:min(len(text), longestText)]), strings.Clone(url[:min(len(url), longestURL)]))
}

// Refusal returns how the connection of a WebSocket has failed last.
func (d *Decoder) Refusal() Refusal {
	d.outcomes.mu.Lock()
	defer d.outcomes.mu.Unlock()
	return d.outcomes.refused
}

// ForgetRefusal is called when a page comes whose sockets are others.
func (d *Decoder) ForgetRefusal() {
	d.outcomes.mu.Lock()
	defer d.outcomes.mu.Unlock()
	d.outcomes.refused = Refusal{}
}

// hidden records a hidden request as what the log says it was.
func (d *Decoder) hidden(h hidden) {
	if d.afford(1) == 0 {
		return
	}
	h.url = h.url[:min(len(h.url), longestURL)]
	found, known := d.outcomes.take(h.url)
	if h.kind == socketKind {
		if !known {
			found.reason = "network"
		}
		d.recorder.Add(metrics.WebSocketConnectionFailures, metrics.WebSocketConnectionFailures.With(found.label(), metrics.SocketLabel(h.url)), 1)
		return
	}
	kind := d.labels.value(metrics.HTTPRequests.Labels[1], h.kind)
	host, path := metrics.HostLabel(h.url), d.labels.pages.PageLabel(h.url)
	switch {
	case found.status >= 400:
		d.answered(h, metrics.HTTPRequestDuration.With(kind, fmt.Sprintf("%dxx", found.status/100), strconv.Itoa(found.status), host, path))
	case known && found.status == 0:
		d.recorder.Add(metrics.HTTPRequests, metrics.HTTPRequests.With("failed", kind, "", host, path), 1)
		d.recorder.Add(metrics.HTTPRequestFailures, metrics.HTTPRequestFailures.With(found.reason, kind, host, path), 1)
	case h.status == "failed":
		d.recorder.Add(metrics.HTTPRequests, metrics.HTTPRequests.With("failed", kind, "", host, path), 1)
		d.recorder.Add(metrics.HTTPRequestFailures, metrics.HTTPRequestFailures.With("network", kind, host, path), 1)
	default:
		d.answered(h, metrics.HTTPRequestDuration.With(kind, d.labels.value(metrics.HTTPRequests.Labels[0], h.status)))
	}
}

func (d *Decoder) answered(h hidden, labels metrics.Labels) {
	d.recorder.Add(metrics.HTTPRequests, labels, 1)
	d.observe(metrics.HTTPRequestDuration, labels, h.micros)
	if n := math.Trunc(h.bytes); n > 0 && countable(metrics.HTTPBytesReceived, n) {
		d.recorder.Add(metrics.HTTPBytesReceived, labels, int64(n))
	}
}

// pageRequest is the type of requests that Playwright makes for a script, without a page.
const pageRequest = "page-request"

// Requested records a request that no page has made. With a status of 0 there was no answer, for a reason.
func (d *Decoder) Requested(url string, status int, took time.Duration, reason string) {
	host, path := metrics.HostLabel(url), d.labels.pages.PageLabel(url)
	if status == 0 {
		d.recorder.Add(metrics.HTTPRequests, metrics.HTTPRequests.With("failed", pageRequest, "", host, path), 1)
		d.recorder.Add(metrics.HTTPRequestFailures, metrics.HTTPRequestFailures.With(reason, pageRequest, host, path), 1)
		return
	}
	labels := metrics.HTTPRequestDuration.With(pageRequest, fmt.Sprintf("%dxx", status/100), strconv.Itoa(status), host, path)
	d.recorder.Add(metrics.HTTPRequests, labels, 1)
	d.recorder.Observe(metrics.HTTPRequestDuration, labels, float64(took)/float64(time.Microsecond))
}
