package fetch

import (
	"context"
	"crypto/tls"
	"fmt"
	"net/http/httptrace"
	"strconv"
	"sync"
	"time"

	"github.com/liveload/liveload/metrics"
)

// requestType is the type of these requests in metrics.
const requestType = "script-http"

// A measurement times one request; several addresses may be dialled at once.
type measurement struct {
	began time.Time

	mu                                  sync.Mutex
	dns, connect, secure, sent          time.Time
	dnsTook, connectTook, tlsTook, ttfb time.Duration // of the last of several redirects; 0 did not happen
}

func newMeasurement() *measurement { return &measurement{began: time.Now()} }

func (m *measurement) trace(ctx context.Context) context.Context {
	begin := func(at *time.Time) {
		m.mu.Lock()
		defer m.mu.Unlock()
		*at = time.Now()
	}
	end := func(since *time.Time, took *time.Duration) {
		m.mu.Lock()
		defer m.mu.Unlock()
		if !since.IsZero() {
			*took = time.Since(*since)
		}
	}
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		DNSStart:          func(httptrace.DNSStartInfo) { begin(&m.dns) },
		DNSDone:           func(httptrace.DNSDoneInfo) { end(&m.dns, &m.dnsTook) },
		ConnectStart:      func(_, _ string) { begin(&m.connect) },
		TLSHandshakeStart: func() { begin(&m.secure) },
		TLSHandshakeDone:  func(tls.ConnectionState, error) { end(&m.secure, &m.tlsTook) },
		GotConn: func(info httptrace.GotConnInfo) {
			if !info.Reused {
				end(&m.connect, &m.connectTook)
			}
		},
		WroteRequest:         func(httptrace.WroteRequestInfo) { begin(&m.sent) },
		GotFirstResponseByte: func() { end(&m.sent, &m.ttfb) },
	})
}

// record counts a request with its redirects once, as the browser's timeline does.
func (m *measurement) record(sent *request, found *response, err error) {
	r := sent.recorder
	if err != nil {
		r.Add(metrics.HTTPRequests, metrics.HTTPRequests.With("failed", requestType, "", sent.url.Host, sent.path), 1)
		r.Add(metrics.HTTPRequestFailures, metrics.HTTPRequestFailures.With(reasonOf(err), requestType, sent.url.Host, sent.path), 1)
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	labels := metrics.HTTPRequestDuration.With(requestType, fmt.Sprintf("%dxx", found.status/100), strconv.Itoa(found.status), sent.url.Host, sent.path)
	r.Add(metrics.HTTPRequests, labels, 1)
	r.Add(metrics.HTTPBytesReceived, labels, found.bytes)
	r.Observe(metrics.HTTPRequestDuration, labels, micros(time.Since(m.began)))
	for metric, took := range map[*metrics.Metric]time.Duration{
		metrics.HTTPRequestTTFB: m.ttfb, metrics.HTTPRequestDNS: m.dnsTook,
		metrics.HTTPRequestConnect: m.connectTook, metrics.HTTPRequestTLS: m.tlsTook,
	} {
		if took > 0 {
			r.Observe(metric, labels, micros(took))
		}
	}
}

func micros(d time.Duration) float64 { return float64(d) / float64(time.Microsecond) }
