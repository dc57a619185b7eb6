package telemetry

import (
	"errors"
	"fmt"
	"math"
	"sync/atomic"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/liveload/liveload/browserpool"
	"github.com/liveload/liveload/metrics"
)

// A Decoder records the batches of one session. It may be used concurrently.
type Decoder struct {
	recorder browserpool.Recorder
	labels   labeler
	arrivals arrivals
	outcomes outcomes
	visited  atomic.Bool // a LiveView was connected before
}

// NewDecoder returns a Decoder that records into recorder and labels pages with pages.
func NewDecoder(recorder browserpool.Recorder, pages browserpool.PageLabeler) *Decoder {
	return &Decoder{recorder: recorder, labels: labeler{pages: pages}}
}

// pageMetrics are the metrics that a page may name, since only a page can measure them; it never changes.
var pageMetrics = index(
	metrics.LiveViewConnectionDuration, metrics.LiveViewReconnectionDuration, metrics.LiveViewPageLoadingDuration,
	metrics.LiveViewLoadingClassDuration, metrics.LiveViewJoinDuration, metrics.LiveViewJoinBytes, metrics.LiveViewEventDuration,
	metrics.LiveViewEventWait, metrics.LiveViewPatchDuration, metrics.LiveViewDiffBytes, metrics.LiveViewPushPatchDuration, metrics.LiveViewNavigationReply,
	metrics.WebVitalFCP, metrics.WebVitalLCP, metrics.WebVitalINP, metrics.WebVitalTTFB, metrics.WebVitalCLS,
	metrics.DocumentDOMReady, metrics.DocumentLoad, metrics.DocumentRenderBlocked, metrics.DocumentResources, metrics.DocumentRequests,
	metrics.SoftNavigationDuration, metrics.LongTaskDuration,
	metrics.HTTPRequestDuration, metrics.HTTPRequestTTFB, metrics.HTTPRequestDNS, metrics.HTTPRequestConnect, metrics.HTTPRequestTLS, metrics.HTTPServerTiming,
	metrics.WebSocketFrameSentBytes, metrics.WebSocketFrameReceivedBytes,
	metrics.LiveViewNavigations, metrics.LiveViewDisconnections, metrics.LiveViewReconnections,
	metrics.LiveViewCanceledLoads, metrics.LiveViewEvents, metrics.LiveViewKeystrokes, metrics.LiveViewKeyEvents,
	metrics.LiveViewRepeatedJoins, metrics.LiveViewErrors,
	metrics.LiveViewPushes, metrics.LiveViewPushBytes,
	metrics.WebSocketConnectionsOpened, metrics.WebSocketConnectionsClosed,
	metrics.HTTPRequests, metrics.HTTPRequestFailures, metrics.HTTPBytesReceived, metrics.ServiceWorkerRequests,
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
	Hidden     []hidden            `json:"u"`
}

// A series is [metric, labels, samples]. The labels are values in the order in which the metric declares them, with
// newlines between them.
type series[T any] struct {
	metric, labels string
	samples        T
}

// UnmarshalJSONFrom reads a series.
func (s *series[T]) UnmarshalJSONFrom(from *jsontext.Decoder) error {
	if open, err := from.ReadToken(); err != nil || open.Kind() != '[' {
		return errors.Join(errors.New("a series is a list"), err)
	}
	for _, part := range []any{&s.metric, &s.labels, &s.samples} {
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
		d.recorder.Add(metrics.SamplesDropped, metrics.SamplesDropped.With("unreadable batch"), 1)
		return fmt.Errorf("read telemetry batch: %w", err)
	}
	for _, s := range b.Histograms {
		d.histogram(s)
	}
	for _, s := range b.Counters {
		d.counter(s)
	}
	for _, h := range b.Hidden {
		d.hidden(h)
	}
	d.arrivals.note(b.Document[:min(longestDocument, len(b.Document))], b.Number)
	return nil
}

// Complete is closed once no batch is known to be still on its way: every number up to the highest
// one of each document has been decoded. Ask after the last batch was sent.
func (d *Decoder) Complete() <-chan struct{} { return d.arrivals.complete() }

func (d *Decoder) histogram(s series[[]float64]) {
	m := pageMetrics[s.metric]
	if m == nil || m.Kind != metrics.Histogram {
		d.recorder.Add(metrics.SamplesDropped, metrics.SamplesDropped.With("unknown metric"), int64(len(s.samples)))
		return
	}
	if m == metrics.LiveViewConnectionDuration {
		s.labels += betweenLabels + d.visit()
	}
	labels := d.labels.of(m, s.labels)
	for _, v := range s.samples {
		d.recorder.Observe(m, labels, v)
	}
}

// visit says whether a connection is the first of the session.
func (d *Decoder) visit() string {
	if d.visited.Swap(true) {
		return metrics.LaterVisit
	}
	return metrics.FirstVisit
}

func (d *Decoder) counter(s series[float64]) {
	m := pageMetrics[s.metric]
	if m == nil || m.Kind != metrics.Counter || s.samples < 0 || s.samples > 1<<53 || s.samples != math.Trunc(s.samples) {
		d.recorder.Add(metrics.SamplesDropped, metrics.SamplesDropped.With("unknown metric"), 1)
		return
	}
	d.recorder.Add(m, d.labels.of(m, s.labels), int64(s.samples))
}

const longestDocument = 32 // bytes
