package report

import (
	"cmp"
	"slices"
	"strings"

	"github.com/liveload/liveload/metrics"
)

// A Request is all requests of a kind: to the same host and path, with the same status.
type Request struct {
	Type   string  `json:"type"`
	Host   string  `json:"host"`
	Path   string  `json:"path"`
	Status string  `json:"status"` // the code or its class, or why there was no answer
	Count  int64   `json:"count"`
	Failed bool    `json:"failed,omitempty"`
	Bytes  int64   `json:"bytes,omitempty"` // received
	Timed  int64   `json:"timed,omitempty"` // how many the times are of, in microseconds
	P50    float64 `json:"p50,omitempty"`
	P95    float64 `json:"p95,omitempty"`
	P99    float64 `json:"p99,omitempty"`
	Max    float64 `json:"max,omitempty"`
}

// requests returns the kinds of requests, those that failed first, the most frequent before the others. That of a node only
// knows statuses.
func requests(r *metrics.Result, of *metrics.ScenarioResult) []Request {
	all, failures := []Request{}, of.Counters[metrics.HTTPRequestFailures.Name]
	durations := valuesOf(of.Histograms[metrics.HTTPRequestDuration.Name])
	bytes := valuesOf(of.Counters[metrics.HTTPBytesReceived.Name])
	for _, one := range setsOf(metrics.HTTPRequests, of.Counters[metrics.HTTPRequests.Name]) {
		l := one.Labels
		if l.Get("status") == "failed" && failures.Aggregate > 0 {
			continue // these say why
		}
		request := requestOf(l, cmp.Or(l.Get("code"), l.Get("status")), one.Value)
		request.Failed, request.Bytes = r.IsErrorAnswer(l), bytes[l]
		if d := durations[l]; d.Count > 0 {
			request.Timed, request.Max = d.Count, d.Sketch.Max()
			request.P50, request.P95, request.P99 = digits(d.Percentile(50)), digits(d.Percentile(95)), digits(d.Percentile(99))
		}
		all = append(all, request)
	}
	for _, one := range setsOf(metrics.HTTPRequestFailures, failures) {
		request := requestOf(one.Labels, one.Labels.Get("reason"), one.Value)
		request.Failed = !metrics.IsOrdinary(request.Status)
		all = append(all, request)
	}
	for _, one := range setsOf(metrics.WebSocketConnectionFailures, of.Counters[metrics.WebSocketConnectionFailures.Name]) {
		_, address, _ := strings.Cut(one.Labels.Get("url"), "://")
		host, path, _ := strings.Cut(address, "/")
		if path != "" {
			path = "/" + path
		}
		reason := strings.TrimPrefix(one.Labels.Get("reason"), "status ")
		all = append(all, Request{Type: "websocket", Host: host, Path: path, Status: reason, Count: one.Value, Failed: !metrics.IsOrdinary(reason)})
	}
	slices.SortStableFunc(all, func(a, b Request) int {
		if a.Failed != b.Failed {
			return map[bool]int{true: -1, false: 1}[a.Failed]
		}
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Host, b.Host), cmp.Compare(a.Path, b.Path), cmp.Compare(a.Status, b.Status), cmp.Compare(a.Type, b.Type))
	})
	return all
}

func requestOf(l metrics.Labels, status string, count int64) Request {
	return Request{Type: l.Get("type"), Host: l.Get("host"), Path: l.Get("path"), Status: status, Count: count}
}

// valuesOf are the numbers of a metric by labels, as far as these are known in full.
func valuesOf[T any](by metrics.By[T]) map[metrics.Labels]T {
	all := make(map[metrics.Labels]T, len(by.Series))
	for _, one := range by.Series {
		all[one.Labels] = one.Value
	}
	return all
}

// setsOf are the numbers of a metric for each set of labels. In the part of a node that is the first label.
func setsOf[T any](m *metrics.Metric, by metrics.By[T]) []metrics.LabelledValue[T] {
	if by.Series != nil {
		return by.Series
	}
	all := make([]metrics.LabelledValue[T], 0, len(by.By))
	for label, value := range by.By {
		all = append(all, metrics.LabelledValue[T]{Labels: m.With(label), Value: value})
	}
	return all
}
