package grafana

import "github.com/grafana/grafana-foundation-sdk/go/timeseries"

// requestsBoard shows HTTP and WebSocket traffic.
func requestsBoard() *board {
	ofHost := matches("host", "host") + " AND " + matches("path", "path") + " AND " + inTime
	return &board{
		source: influx, uid: "liveload-requests", title: "Requests", description: "HTTP by host, path and status, and WebSocket.",
		variables: []variable{
			runVariable(), scenarioVariable(),
			tagVariable("host", "Host", "http_requests", "host", ofScenario),
			tagVariable("path", "Path", "http_requests", "path", ofScenario+` AND "host" =~ /^${host:regex}$/`),
		},
		sections: []section{
			{"HTTP", []panel{
				statuses(stacked("Requests by status", "Requests that ended per second. Failed ones have no answer.", requests,
					series("$tag_status", "%s", rate("http_requests", ofHost, "status")))),
				graph("Duration by type, p95", "From the start of a request to its last byte. "+worstSecond, micros,
					series("$tag_type", "%s", worst("p95", "http_request_duration_us", ofHost, "type"))),
				list("Slowest requests", "Documents, fetch, XHR and liveload/http with the largest 95th percentile. "+untilNow, micros,
					[]string{"scenario", "type", "host", "path", "code", "count", "p50", "p95", "p99", "max"},
					rows("%s", distribution("http_request_duration_us", `"path" != '' AND `+ofHost, "scenario", "type", "host", "path", "code"))).
					WithTransformation(sorted("p95")).WithTransformation(limited(mostRows)).OverrideByName("p95", append(bar(blue), wide(150)...)).Span(full),
			}},
			{"What fails", []panel{
				failing("Failed requests by reason", "Requests that failed per second, by reason.", requests,
					series("$tag_reason", "%s", rate("http_request_failures", ofHost, "reason"))),
				most("Bad answers", "Requests that were answered with 4xx or 5xx, in the time that is shown.", red,
					"http_requests", `"status" =~ /^[45]xx$/ AND `+ofHost, "type", "host", "path", "code"),
				most("Requests without an answer", "By reason, in the time that is shown.", red, "http_request_failures", ofHost, "reason", "type", "host", "path").Span(full),
			}},
			{"Where the time goes", []panel{
				graph("Phases, p95", "Of all requests of the chosen scenarios. A request on a connection that was open already has no DNS, connection and TLS. "+worstSecond, micros,
					series("DNS", "%s", worstOverall("p95", "http_request_dns_us")),
					series("connection", "%s", worstOverall("p95", "http_request_connect_us")),
					series("TLS", "%s", worstOverall("p95", "http_request_tls_us")),
					series("first byte", "%s", worstOverall("p95", "http_request_ttfb_us")),
					series("whole request", "%s", worstOverall("p95", "http_request_duration_us"))),
				stacked("Bytes received", "Bytes received over HTTP per second, as transferred, by type.", bytesRate,
					series("$tag_type", "%s", rate("http_bytes_received", ofHost, "type"))),
			}},
			{"WebSocket", []panel{
				graph("Connections", "WebSockets that were opened and closed per second.", perSecond,
					series("opened", "%s", rate("websocket_connections_opened", inTime)), series("closed", "%s", rate("websocket_connections_closed", inTime))).Span(third).
					OverrideByName("opened", colour(green)).OverrideByName("closed", colour(orange)),
				graph("Traffic", "Bytes in frames per second, and in messages of LiveView over long poll.", bytesRate,
					series("sent", "%s", sumRate("websocket_frame_sent_bytes", inTime)), series("received", "%s", sumRate("websocket_frame_received_bytes", inTime))).Span(third),
				graph("Size of frames, p95", "Of all frames of the chosen scenarios. "+worstSecond, inBytes,
					series("sent", "%s", worstOverall("p95", "websocket_frame_sent_bytes")), series("received", "%s", worstOverall("p95", "websocket_frame_received_bytes"))).Span(third),
				slowest("Frames received", "Size of frames, by address.", inBytes, "websocket_frame_received_bytes", inTime, "scenario", "url", "transport").Span(full),
			}},
		},
	}
}

// statuses colours the classes of HTTP statuses.
func statuses(p *timeseries.PanelBuilder) *timeseries.PanelBuilder {
	for _, one := range []struct{ status, colour string }{
		{"1xx", grey}, {"2xx", green}, {"3xx", blue}, {"4xx", orange}, {"5xx", red}, {"failed", darkRed}, {"opaque", lightBlue}, {"unknown", grey},
	} {
		p.OverrideByName(one.status, colour(one.colour))
	}
	return p
}
