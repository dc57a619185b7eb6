package telemetry

import (
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"time"

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
	budget   *budget
}

// NewDecoder returns a Decoder that records into recorder and labels pages with pages.
func NewDecoder(recorder browserpool.Recorder, pages browserpool.PageLabeler) *Decoder {
	return &Decoder{recorder: recorder, labels: labeler{pages: pages}, budget: newBudget(time.Now)}
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

// Decode records one batch. A page can send anything, as often as it likes: what is not understood is an error and, where
// single series are unknown, counted as dropped, as is what is over the session's budget.
func (d *Decoder) Decode(payload string) error {
	switch {
	case payload == "":
		return nil
	case len(payload) > longestBatch:
		d.DropBatch(droppedLongBatch)
		return fmt.Errorf("read telemetry batch: it has %d bytes, more than %d", len(payload), longestBatch)
	case !d.budget.takeBytes(len(payload)):
		d.DropBatch(droppedOverBudget)
		return errors.New("read telemetry batch: the session has used up its budget")
	}
	var b batch
	if err := json.Unmarshal([]byte(payload), &b, lenient); err != nil {
		d.DropBatch(droppedUnreadable)
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
	d.arrivals.note(strings.Clone(b.Document[:min(longestDocument, len(b.Document))]), b.Number)
	return nil
}

// Drop counts something of the session's pages that was not read and was no batch, such as a console line.
func (d *Decoder) Drop(why string) { d.drop(why, 1) }

// DropBatch counts what was not read and may have been a batch: Complete no longer waits for any.
func (d *Decoder) DropBatch(why string) {
	d.drop(why, 1)
	d.arrivals.giveUp()
}

func (d *Decoder) drop(why string, samples int64) {
	d.recorder.Add(metrics.SamplesDropped, metrics.SamplesDropped.With(why), samples)
}

// afford returns how many of n samples the session may record, and counts the others as dropped.
func (d *Decoder) afford(n int) int {
	taken := d.budget.takeSamples(n)
	if taken < n {
		d.drop(droppedOverBudget, int64(n-taken))
	}
	return taken
}

// Complete is closed once no batch is known to be still on its way: every number up to the highest
// one of each document has been decoded. Ask after the last batch was sent.
func (d *Decoder) Complete() <-chan struct{} { return d.arrivals.complete() }

func (d *Decoder) histogram(s series[[]float64]) {
	m := pageMetrics[s.metric]
	switch {
	case m == nil || m.Kind != metrics.Histogram:
		d.drop(droppedUnknown, int64(len(s.samples)))
		return
	case len(s.labels) > longestLabels:
		d.drop(droppedLongLabels, int64(len(s.samples)))
		return
	}
	samples := s.samples[:d.afford(len(s.samples))]
	if m == metrics.LiveViewConnectionDuration {
		s.labels += betweenLabels + d.visit()
	}
	labels := d.labels.of(m, s.labels)
	for _, v := range samples {
		d.observe(m, labels, v)
	}
}

func (d *Decoder) observe(m *metrics.Metric, labels metrics.Labels, v float64) {
	if v > limit(m) {
		d.drop(droppedTooLarge, 1)
		return
	}
	d.recorder.Observe(m, labels, rounded(m, v))
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
	switch {
	case m == nil || m.Kind != metrics.Counter || !countable(m, s.samples):
		d.drop(droppedUnknown, 1)
	case m == metrics.SamplesDropped:
		d.drop(reason(s.labels), int64(min(s.samples, limit(m))))
	case len(s.labels) > longestLabels:
		d.drop(droppedLongLabels, 1)
	case d.afford(1) == 1:
		d.recorder.Add(m, d.labels.of(m, s.labels), int64(s.samples))
	}
}

const longestDocument = 32 // bytes
