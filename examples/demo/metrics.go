package demo

import (
	"net/http"
	"strconv"
	"unicode/utf8"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// metricsHandler serves /metrics for Prometheus: the Go runtime, the process, and what /__stats counts.
func (s *Server) metricsHandler() http.Handler {
	registry := prometheus.NewRegistry()
	registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}), statsCollector{s.recorder})
	return promhttp.HandlerFor(registry, promhttp.HandlerOpts{})
}

var (
	httpRequestsDesc = prometheus.NewDesc("demo_http_requests_total", "Responses whose status was sent.", []string{"path", "status"}, nil)
	eventsDesc       = prometheus.NewDesc("demo_events_total", "Events that views have handled.", []string{"event"}, nil)
	joinsDesc        = prometheus.NewDesc("demo_joins_total", "Joins that were accepted.", []string{"page"}, nil)
	crashesDesc      = prometheus.NewDesc("demo_crashes_total", "Views that crashed.", []string{"page"}, nil)
	openedDesc       = prometheus.NewDesc("demo_sockets_opened_total", "Sockets that were opened.", []string{"transport"}, nil)
	// What the code in docs/why-slow.md has Phoenix applications answer.
	handlersDesc = prometheus.NewDesc("liveload_handle_event_duration_seconds", "How long handle_event took, and the render after it.", []string{"event", "view"}, nil)
	socketsDesc  = prometheus.NewDesc("demo_sockets", "Sockets that are open.", nil, nil)
)

// A statsCollector shows the counters of a recorder. It implements prometheus.Collector.
type statsCollector struct{ recorder *recorder }

// Describe implements prometheus.Collector.
func (statsCollector) Describe(out chan<- *prometheus.Desc) {
	for _, desc := range []*prometheus.Desc{httpRequestsDesc, eventsDesc, joinsDesc, crashesDesc, openedDesc, socketsDesc, handlersDesc} {
		out <- desc
	}
}

// Collect implements prometheus.Collector.
func (c statsCollector) Collect(out chan<- prometheus.Metric) {
	stats := c.recorder.snapshot()
	for path, byStatus := range stats.HTTPRequests.Detail {
		for status, n := range byStatus {
			out <- prometheus.MustNewConstMetric(httpRequestsDesc, prometheus.CounterValue, float64(n), printable(path), status)
		}
	}
	for desc, counts := range map[*prometheus.Desc]map[string]int64{
		eventsDesc: stats.Events, joinsDesc: stats.Joins, crashesDesc: stats.Errors, openedDesc: stats.Transports,
	} {
		for label, n := range counts {
			out <- prometheus.MustNewConstMetric(desc, prometheus.CounterValue, float64(n), label)
		}
	}
	for of, t := range c.recorder.handlerTimes() {
		out <- prometheus.MustNewConstSummary(handlersDesc, t.count, t.sum.Seconds(), nil, printable(of.event), of.view)
	}
	out <- prometheus.MustNewConstMetric(socketsDesc, prometheus.GaugeValue, float64(stats.SocketsNow))
}

// printable quotes a path that a client made of bytes that are no text, which no label can hold.
func printable(path string) string {
	if utf8.ValidString(path) {
		return path
	}
	return strconv.Quote(path)
}
