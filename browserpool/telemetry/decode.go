package telemetry

import (
	"errors"
	"fmt"
	"math"
	"regexp"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/liveload/liveload/metrics"
)

// A Recorder takes measurements; safe for concurrent use.
type Recorder interface {
	Observe(m *metrics.Metric, label string, value float64)
	Add(m *metrics.Metric, label string, n int64)
}

// A PageLabeler makes a label of bounded cardinality out of an address; safe for concurrent use.
type PageLabeler interface {
	PageLabel(rawURL string) string
}

// A Decoder records the batches of one session. It may be used concurrently.
type Decoder struct {
	byName   map[string]*metrics.Metric
	recorder Recorder
	pages    PageLabeler
	arrivals arrivals
}

// NewDecoder returns a Decoder that records into recorder and labels pages with pages.
func NewDecoder(recorder Recorder, pages PageLabeler) *Decoder {
	return &Decoder{byName: pageMetrics, recorder: recorder, pages: pages}
}

// pageMetrics are the metrics that a page may name, since only a page can measure them; it never changes.
var pageMetrics = index(
	metrics.LiveViewConnectionDuration, metrics.LiveViewReconnectionDuration, metrics.LiveViewPageLoadingDuration,
	metrics.LiveViewLoadingClassDuration, metrics.LiveViewJoinDuration, metrics.LiveViewEventDuration,
	metrics.LiveViewPatchDuration, metrics.LiveViewDiffBytes,
	metrics.HTTPRequestDuration, metrics.HTTPRequestTTFB, metrics.HTTPRequestDNS, metrics.HTTPRequestConnect, metrics.HTTPRequestTLS,
	metrics.WebSocketFrameSentBytes, metrics.WebSocketFrameReceivedBytes,
	metrics.WebVitalFCP, metrics.WebVitalLCP, metrics.WebVitalTTFB, metrics.WebVitalINP, metrics.WebVitalCLS,
	metrics.LiveViewNavigations, metrics.LiveViewDisconnections, metrics.LiveViewReconnections,
	metrics.LiveViewCanceledLoads, metrics.LiveViewEvents, metrics.LiveViewErrors,
	metrics.WebSocketConnectionsOpened, metrics.WebSocketConnectionsClosed,
	metrics.HTTPRequests, metrics.HTTPRequestFailures, metrics.HTTPBytesReceived,
	metrics.BrowserJSErrors, metrics.BrowserConsoleErrors, metrics.SamplesDropped,
)

func index(all ...*metrics.Metric) map[string]*metrics.Metric {
	byName := make(map[string]*metrics.Metric, len(all))
	for _, m := range all {
		byName[m.Name] = m
	}
	return byName
}

type batch struct {
	Document   string              `json:"d"`
	Number     int                 `json:"n"`
	Histograms []series[[]float64] `json:"h"`
	Counters   []series[float64]   `json:"c"`
}

// A series is [metric, label, samples].
type series[T any] struct {
	metric, label string
	samples       T
}

// UnmarshalJSONFrom reads a series.
func (s *series[T]) UnmarshalJSONFrom(from *jsontext.Decoder) error {
	if open, err := from.ReadToken(); err != nil || open.Kind() != '[' {
		return errors.Join(errors.New("a series is a list"), err)
	}
	for _, part := range []any{&s.metric, &s.label, &s.samples} {
		if err := json.UnmarshalDecode(from, part); err != nil {
			return err
		}
	}
	if end, err := from.ReadToken(); err != nil || end.Kind() != ']' {
		return errors.Join(errors.New("a series has 3 parts"), err)
	}
	return nil
}

// lenient takes the strings of JavaScript, which may hold half a surrogate pair.
var lenient = jsontext.AllowInvalidUTF8(true)

// Decode records one batch. A page can send anything, so what is not understood is an error and, where
// single series are unknown, counted as dropped.
func (d *Decoder) Decode(payload string) error {
	if payload == "" {
		return nil
	}
	var b batch
	if err := json.Unmarshal([]byte(payload), &b, lenient); err != nil {
		d.recorder.Add(metrics.SamplesDropped, "unreadable batch", 1)
		return fmt.Errorf("read telemetry batch: %w", err)
	}
	for _, s := range b.Histograms {
		d.histogram(s)
	}
	for _, s := range b.Counters {
		d.counter(s)
	}
	d.arrivals.note(b.Document[:min(longestDocument, len(b.Document))], b.Number)
	return nil
}

// Complete is closed once no batch is known to be still on its way: every number up to the highest
// one of each document has been decoded. Ask after the last batch was sent.
func (d *Decoder) Complete() <-chan struct{} { return d.arrivals.complete() }

func (d *Decoder) histogram(s series[[]float64]) {
	m := d.byName[s.metric]
	if m == nil || m.Kind != metrics.Histogram {
		d.recorder.Add(metrics.SamplesDropped, "unknown metric", int64(len(s.samples)))
		return
	}
	label := d.label(m, s.label)
	for _, v := range s.samples {
		d.recorder.Observe(m, label, v)
	}
}

func (d *Decoder) counter(s series[float64]) {
	m := d.byName[s.metric]
	if m == nil || m.Kind != metrics.Counter || s.samples < 0 || s.samples > 1<<53 || s.samples != math.Trunc(s.samples) {
		d.recorder.Add(metrics.SamplesDropped, "unknown metric", 1)
		return
	}
	d.recorder.Add(m, d.label(m, s.label), int64(s.samples))
}

const (
	longestLabel    = 120 // runes
	longestDocument = 32  // bytes
)

var variable = regexp.MustCompile(`https?://\S+|0x[0-9a-fA-F]+|\d+`)

// label bounds what a page can call its samples.
func (d *Decoder) label(m *metrics.Metric, raw string) string {
	switch m.By {
	case "page":
		return d.pages.PageLabel(raw)
	case "url":
		// The transport stands behind the address.
		address, transport, _ := strings.Cut(raw, " ")
		label := metrics.SocketLabel(address)
		if transport != "" {
			label += " " + shorten(transport)
		}
		return label
	case "message":
		raw = variable.ReplaceAllString(raw, "#")
	}
	return shorten(raw)
}

func shorten(text string) string {
	if len(text) <= longestLabel {
		return text
	}
	runes := []rune(text)
	return string(runes[:min(longestLabel, len(runes))])
}
