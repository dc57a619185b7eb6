package metrics

// Histograms of the runner.
var (
	ScenarioDuration  = histogram("scenario_duration_us", Microseconds, "", "A user ended: its whole life.")
	IterationDuration = histogram("iteration_duration_us", Microseconds, "outcome", "An iteration ended (ok, failed, timeout).")
	ActionDuration    = histogram("action_duration_us", Microseconds, "operation", "A user operation such as click ended.")
	StepDuration      = histogram("step_duration_us", Microseconds, "step", "A named step ended.")
	ThrottleWait      = histogram("throttle_wait_us", Microseconds, "name", "A throttle let a user pass: how long it had waited, 0 for not at all.")
)

// Histograms of LiveView, measured in the page.
var (
	LiveViewConnectionDuration   = histogram("liveview_connection_duration_us", Microseconds, "page", "First .phx-connected after a page load, from navigation start.")
	LiveViewReconnectionDuration = histogram("liveview_reconnection_duration_us", Microseconds, "page", ".phx-connected regained, since it was lost.")
	LiveViewPageLoadingDuration  = histogram("liveview_page_loading_duration_us", Microseconds, "kind", "phx:page-loading-stop, or a load cancelled by the next (initial, redirect, patch, element, error).")
	LiveViewLoadingClassDuration = histogram("liveview_loading_class_duration_us", Microseconds, "class", "A phx-*-loading class left an element.")
	LiveViewJoinDuration         = histogram("liveview_join_duration_us", Microseconds, "page", "phx_join sent until it was accepted, for each view, nested views too.")
	LiveViewEventDuration        = histogram("liveview_event_duration_us", Microseconds, "event", "A pushed event until its reply on the wire.")
	LiveViewPatchDuration        = histogram("liveview_patch_duration_us", Microseconds, "event", "The reply of a pushed event until the DOM is patched.")
	LiveViewDiffBytes            = histogram("liveview_diff_bytes", Bytes, "event", "Size of the diff in the reply of an event.")
)

// Histograms of HTTP and WebSocket traffic, measured in the page.
var (
	HTTPRequestDuration         = histogram("http_request_duration_us", Microseconds, "resource type", "A request ended, from its start to the last byte.")
	HTTPRequestTTFB             = histogram("http_request_ttfb_us", Microseconds, "resource type", "Request sent until the first byte of the answer.")
	HTTPRequestDNS              = histogram("http_request_dns_us", Microseconds, "resource type", "A name was resolved for a request.")
	HTTPRequestConnect          = histogram("http_request_connect_us", Microseconds, "resource type", "A connection was opened for a request, TLS included.")
	HTTPRequestTLS              = histogram("http_request_tls_us", Microseconds, "resource type", "A TLS handshake was done for a request.")
	WebSocketFrameSentBytes     = histogram("websocket_frame_sent_bytes", Bytes, "url", "A frame was sent, or a message of a LiveView socket over long poll.")
	WebSocketFrameReceivedBytes = histogram("websocket_frame_received_bytes", Bytes, "url", "A frame arrived, or a message of a LiveView socket over long poll.")
)

// Histograms of Web Vitals, measured in the page.
var (
	WebVitalFCP  = histogram("web_vital_fcp_us", Microseconds, "page", "First Contentful Paint.")
	WebVitalLCP  = histogram("web_vital_lcp_us", Microseconds, "page", "Largest Contentful Paint.")
	WebVitalTTFB = histogram("web_vital_ttfb_us", Microseconds, "page", "Time To First Byte of the document.")
	WebVitalINP  = histogram("web_vital_inp_us", Microseconds, "page", "Interaction to Next Paint.")
	WebVitalCLS  = histogram("web_vital_cls", Ratio, "page", "Cumulative Layout Shift.")
)

// Histograms of the load generator's own health, recorded in the NodeScope once a second.
var (
	GeneratorCPUPercent = histogram("generator_cpu_percent", Percent, "node", "Share of the machine's CPU that is busy, 0 to 100.")
	GeneratorRSSBytes   = histogram("generator_rss_bytes", Bytes, "node", "Resident memory of liveload, its drivers and browsers.")
	GeneratorLag        = histogram("generator_lag_us", Microseconds, "node", "How late a timer of the node fires.")
)

// Counters of the runner.
var (
	Iterations        = counter("iterations", "outcome", "An iteration ended (ok, failed, timeout).")
	IterationFailures = counter("iteration_failures", "failure class", "An iteration failed or timed out.")
	ScenarioFailures  = counter("scenario_failures", "failure class", "A user ended as failed.")
	DroppedIterations = counter("dropped_iterations", "name", "An iteration could not start on schedule.")
	Checks            = counter("checks", "name and outcome", "A check was evaluated; the label ends in \" pass\" or \" fail\", its tags stand before that in braces.")
	StepFailures      = counter("step_failures", "step", "Something failed in a named step; it counts in the innermost one only.")
	ThrottleWaits     = counter("throttle_waits", "name", "A throttle let a user pass that it had made wait.")
)

// Counters of LiveView, measured in the page.
var (
	LiveViewNavigations    = counter("liveview_navigations", "type", "phx:navigate (patch, redirect).")
	LiveViewDisconnections = counter("liveview_disconnections", "page", ".phx-connected was lost.")
	LiveViewReconnections  = counter("liveview_reconnections", "page", ".phx-connected was regained.")
	LiveViewCanceledLoads  = counter("liveview_canceled_loads", "kind", "A page load was cancelled by the next of its kind.")
	LiveViewEvents         = counter("liveview_events", "event", "An event was pushed to a LiveView.")
	LiveViewErrors         = counter("liveview_errors", "kind", "A join crashed or a channel closed with an error.")
)

// Counters of HTTP, WebSocket and the browser.
var (
	WebSocketConnectionsOpened = counter("websocket_connections_opened", "url", "A WebSocket was opened.")
	WebSocketConnectionsClosed = counter("websocket_connections_closed", "url", "A WebSocket was closed.")
	HTTPRequests               = counter("http_requests", "status class", "A request ended: 2xx to 5xx, failed without an answer, opaque or unknown (see metrics-truth.md).")
	HTTPRequestFailures        = counter("http_request_failures", "reason", "A request got no answer (network, timeout, aborted), or was blocked and never sent.")
	HTTPBytesReceived          = &Metric{Name: "http_bytes_received", Unit: Bytes, By: "resource type", Help: "Bytes received over HTTP, as transferred.", Kind: Counter}
	BrowserJSErrors            = counter("browser_js_errors", "message", "A page threw an error that it did not catch.")
	BrowserConsoleErrors       = counter("browser_console_errors", "message", "A page wrote to console.error.")
	BrowserCrashes             = counter("browser_crashes", "engine", "A browser or driver crashed, or hung and was put down.")
)

// Counters of liveload itself.
var (
	SamplesDropped    = counter("liveload_samples_dropped", "reason", "A sample was not recorded (negative, not a number, too large, page gone).")
	SinkPointsSpooled = counter("sink_points_spooled", "sink", "A point went to a spool file since its sink did not take it.")
)

// Catalogue returns every metric that liveload measures by itself, in the order of the documentation.
func Catalogue() []*Metric {
	return []*Metric{
		ScenarioDuration, IterationDuration, ActionDuration, StepDuration, ThrottleWait,
		LiveViewConnectionDuration, LiveViewReconnectionDuration, LiveViewPageLoadingDuration,
		LiveViewLoadingClassDuration, LiveViewJoinDuration, LiveViewEventDuration, LiveViewPatchDuration, LiveViewDiffBytes,
		HTTPRequestDuration, HTTPRequestTTFB, HTTPRequestDNS, HTTPRequestConnect, HTTPRequestTLS,
		WebSocketFrameSentBytes, WebSocketFrameReceivedBytes,
		WebVitalFCP, WebVitalLCP, WebVitalTTFB, WebVitalINP, WebVitalCLS,
		GeneratorCPUPercent, GeneratorRSSBytes, GeneratorLag,
		Iterations, IterationFailures, ScenarioFailures, DroppedIterations, Checks, StepFailures, ThrottleWaits,
		LiveViewNavigations, LiveViewDisconnections, LiveViewReconnections, LiveViewCanceledLoads, LiveViewEvents, LiveViewErrors,
		WebSocketConnectionsOpened, WebSocketConnectionsClosed, HTTPRequests, HTTPRequestFailures, HTTPBytesReceived,
		BrowserJSErrors, BrowserConsoleErrors, BrowserCrashes,
		SamplesDropped, SinkPointsSpooled,
	}
}

func histogram(name, unit, by, help string) *Metric {
	return &Metric{Name: name, Unit: unit, By: by, Help: help, Kind: Histogram}
}

func counter(name, by, help string) *Metric {
	return &Metric{Name: name, Unit: Events, By: by, Help: help, Kind: Counter}
}
