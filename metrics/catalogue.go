package metrics

import "strings"

// Values of labels that are recorded in one package and read in another.
const (
	OutcomeLabel = "outcome"

	OutcomeOK      = "ok" // of an iteration or an operation
	OutcomeFailed  = "failed"
	OutcomeTimeout = "timeout"
	OutcomePass    = "pass" // of a check
	OutcomeFail    = "fail"

	CauseNoUser    = "no free user" // of a dropped iteration
	CauseNoSession = "no session"
	CauseUnbegun   = "not begun in time"
	CauseStarting  = "user was starting" // of a late iteration
	CauseGenerator = "load generator was late"

	VisitLabel = "visit" // of a LiveView connection
	FirstVisit = "first"
	LaterVisit = "later"
)

// Histograms of the runner.
var (
	ScenarioDuration  = histogram("scenario_duration_us", Microseconds, "A user ended: the time since it started.")
	IterationDuration = histogram("iteration_duration_us", Microseconds, "An iteration ended.", ended)
	IterationResponse = histogram("iteration_response_us", Microseconds, "An iteration of the open model ended: from when it was due.", ended)
	ActionDuration    = histogram("action_duration_us", Microseconds, "A user operation such as click succeeded.", open("operation"))
	ActionFailureTime = histogram("action_failure_duration_us", Microseconds, "A user operation failed: how long it had taken.", open("operation"))
	StepDuration      = histogram("step_duration_us", Microseconds, "A named step succeeded.", open("step"))
	StepFailureTime   = histogram("step_failure_duration_us", Microseconds, "A named step ended in which something failed.", open("step"))
	StepOffset        = histogram("step_offset_us", Microseconds, "A named step began: the time since its iteration did.", open("step"))
	ThrottleWait      = histogram("throttle_wait_us", Microseconds, "A throttle let a user pass: how long it had waited, 0 for not at all.", open("name"))
)

// Histograms of LiveView, measured in the page.
var (
	LiveViewConnectionDuration   = histogram("liveview_connection_duration_us", Microseconds, "First .phx-connected after a page load, from navigation start; first is that of a user's session.", open("page"), oneOf(VisitLabel, FirstVisit, LaterVisit))
	LiveViewReconnectionDuration = histogram("liveview_reconnection_duration_us", Microseconds, ".phx-connected regained, since it was lost.", open("page"))
	LiveViewPageLoadingDuration  = histogram("liveview_page_loading_duration_us", Microseconds, "phx:page-loading-stop, or a load cancelled by the next (initial, redirect, patch, element, error).", open("kind"), open("page"))
	LiveViewLoadingClassDuration = histogram("liveview_loading_class_duration_us", Microseconds, "A phx-*-loading class left an element.", loadingClass, open("page"))
	LiveViewJoinDuration         = histogram("liveview_join_duration_us", Microseconds, "phx_join sent until it was accepted, for each view, nested views too.", open("page"))
	LiveViewJoinBytes            = histogram("liveview_join_bytes", Bytes, "Size of the reply to such a join: what the view shows, once more after the page.", open("page"))
	LiveViewEventDuration        = histogram("liveview_event_duration_us", Microseconds, "A pushed event until its reply on the wire.", eventLabels...)
	LiveViewEventWait            = histogram("liveview_event_wait_us", Microseconds, "A user's input until the event that it caused was sent: a debounce, and what kept the page busy.", eventLabels...)
	LiveViewPatchDuration        = histogram("liveview_patch_duration_us", Microseconds, "The reply of a pushed event until the DOM is patched.", eventLabels...)
	LiveViewDiffBytes            = histogram("liveview_diff_bytes", Bytes, "Size of the diff in the reply of an event.", eventLabels...)
	LiveViewPushPatchDuration    = histogram("liveview_push_patch_duration_us", Microseconds, "A diff that the server pushed by itself until the DOM is patched.", viewLabels...)
	LiveViewNavigationReply      = histogram("liveview_navigation_reply_us", Microseconds, "A live navigation was asked for until its reply on the wire.", navigationType, open("page"))
)

// Histograms of every page that a window shows, with LiveView or without. docs/vitals.md says how each is defined.
var (
	WebVitalFCP            = histogram("web_vital_fcp_us", Microseconds, "First Contentful Paint: the first text or image was drawn.", visitLabels...)
	WebVitalLCP            = histogram("web_vital_lcp_us", Microseconds, "Largest Contentful Paint, known when the page was left: when its largest text or image was drawn.", visitLabels...)
	WebVitalINP            = histogram("web_vital_inp_us", Microseconds, "Interaction to Next Paint, known when the page was left: the slowest interaction, ignoring one for every fifty.", visitLabels...)
	WebVitalTTFB           = histogram("web_vital_ttfb_us", Microseconds, "Time to First Byte of the document, from navigation start; 0 for a soft navigation.", visitLabels...)
	WebVitalCLS            = histogram("web_vital_cls", Ratio, "Cumulative Layout Shift, known when the page was left: how much moved without the user's doing.", visitLabels...)
	DocumentDOMReady       = histogram("document_dom_ready_us", Microseconds, "The listeners of DOMContentLoaded have run, from navigation start.", open("page"))
	DocumentLoad           = histogram("document_load_us", Microseconds, "The listeners of load have run, from navigation start.", open("page"))
	DocumentRenderBlocked  = histogram("document_render_blocked_us", Microseconds, "Load: from the document's last byte until the last resource had come that kept the page from being drawn, 0 when they came before.", open("page"))
	DocumentResources      = histogram("document_resources_us", Microseconds, "Load: from the document's last byte until the last resource had come that it waited for, 0 when they came before.", open("page"))
	DocumentRequests       = histogram("document_requests", Events, "The listeners of load have run: how many requests beside its own the page had made, without those that the cache answered.", open("page"))
	SoftNavigationDuration = histogram("soft_navigation_duration_us", Microseconds, "The address changed without a new document, until the page was quiet or the next change.", open("page"))
	LongTaskDuration       = histogram("long_task_duration_us", Microseconds, "A task kept the page busy for 50 ms or more.", open("page"))
)

// Histograms of HTTP and WebSocket traffic, measured in the page.
var (
	HTTPRequestDuration         = histogram("http_request_duration_us", Microseconds, "A request ended, from its start to the last byte.", byType...)
	HTTPRequestTTFB             = histogram("http_request_ttfb_us", Microseconds, "Request sent until the first byte of the answer.", byType...)
	HTTPRequestDNS              = histogram("http_request_dns_us", Microseconds, "A name was resolved for a request.", byType...)
	HTTPRequestConnect          = histogram("http_request_connect_us", Microseconds, "A connection was opened for a request, TLS included.", byType...)
	HTTPRequestTLS              = histogram("http_request_tls_us", Microseconds, "A TLS handshake was done for a request.", byType...)
	HTTPServerTiming            = histogram("http_server_timing_us", Microseconds, "An answer to a document, fetch or XHR said in its header Server-Timing how long something took.", open("entry"), resource, open("host"), open("path"))
	WebSocketFrameSentBytes     = histogram("websocket_frame_sent_bytes", Bytes, "A frame was sent, or a message of a LiveView socket over long poll.", socketLabels...)
	WebSocketFrameReceivedBytes = histogram("websocket_frame_received_bytes", Bytes, "A frame arrived, or a message of a LiveView socket over long poll.", socketLabels...)
)

// Histograms of the load generator's own health, recorded in the NodeScope once a second.
var (
	GeneratorCPUPercent   = histogram("generator_cpu_percent", Percent, "Share of the machine's CPU that is busy, 0 to 100.", open("node"))
	GeneratorMemory       = histogram("generator_memory_percent", Percent, "Share of the memory that liveload may use which is taken, by anybody, 0 to 100: of the machine's, or of a control group's limit.", open("node"))
	GeneratorLimit        = histogram("generator_limit_percent", Percent, "Share of a limit that is taken, 0 to 100: of processes and threads, of the open files of one process, of the disk that browsers write to (100 when it has no room for them).", oneOf("limit", LimitProcesses, LimitFiles, LimitDisk), open("node"))
	GeneratorRSSBytes     = histogram("generator_rss_bytes", Bytes, "Resident memory of liveload, its drivers and browsers.", open("node"))
	GeneratorPrivateBytes = histogram("generator_private_bytes", Bytes, "What of that memory processes do not share with others, which is what more users take.", open("node"))
	GeneratorLag          = histogram("generator_lag_us", Microseconds, "How late a timer of the node fires.", open("node"))
)

// The limits of GeneratorLimit.
const (
	LimitProcesses = "processes and threads"
	LimitFiles     = "open files"
	LimitDisk      = "disk"
)

// GeneratorCPUTime counts beside these.
var GeneratorCPUTime = &Metric{Name: "generator_cpu_us", Kind: Counter, Unit: Microseconds, Help: "CPU time of liveload, its drivers and browsers.", Labels: []Label{open("node")}}

// Counters of the runner.
var (
	Iterations        = counter("iterations", "An iteration ended.", ended)
	IterationFailures = partOf(Iterations, counter("iteration_failures", "An iteration failed or timed out.", open("class")))
	FailureCauses     = counter("failure_causes", "An iteration failed, or a user got no session: why.", open("reason"), open("class"), open("target"), open("step"))
	ScenarioFailures  = partOf(ScenarioDuration, counter("scenario_failures", "A user ended as failed.", open("class")))
	DroppedIterations = shareWith(Iterations, counter("dropped_iterations", "An iteration that was due, or asked for, never began.", oneOf("cause", CauseNoUser, CauseNoSession, CauseUnbegun)))
	LateIterations    = counter("late_iterations", "An iteration of the open model began more than 100 ms after it was due.", oneOf("cause", CauseStarting, CauseGenerator))
	Checks            = &Metric{Name: "checks", Kind: Counter, Unit: Events, Help: "A check was evaluated.", Labels: []Label{open("name"), passOrFail}, Tagged: true}
	StepFailures      = counter("step_failures", "Something failed in a named step; it counts in the innermost one only.", open("step"))
	ThrottleWaits     = counter("throttle_waits", "A throttle let a user pass that it had made wait.", open("name"))
)

// Counters of LiveView, measured in the page.
var (
	LiveViewNavigations    = counter("liveview_navigations", "phx:navigate.", navigationType, open("page"))
	LiveViewDisconnections = counter("liveview_disconnections", ".phx-connected was lost.", open("page"))
	LiveViewReconnections  = counter("liveview_reconnections", ".phx-connected was regained.", open("page"))
	LiveViewCanceledLoads  = counter("liveview_canceled_loads", "A page load was cancelled by the next of its kind.", open("kind"), open("page"))
	LiveViewEvents         = counter("liveview_events", "An event was pushed to a LiveView.", eventLabels...)
	LiveViewKeystrokes     = counter("liveview_keystrokes", "A key changed a field whose changes go to a LiveView, within a second of the key before.", eventLabels...)
	LiveViewKeyEvents      = partOf(LiveViewKeystrokes, counter("liveview_keystroke_events", "An event was pushed after such keys: 1 for each key without debounce, 1 for many with it.", eventLabels...))
	LiveViewRepeatedJoins  = counter("liveview_repeated_joins", "A view asked again to join on the same socket, without having left: it had crashed, or the join was refused or took too long.", open("page"))
	LiveViewErrors         = counter("liveview_errors", "A join crashed or a channel closed with an error.", oneOf("kind", "join crash", "channel error"), open("page"))
	LiveViewPushes         = counter("liveview_pushes", "The server pushed a diff that no event had asked for.", viewLabels...)
	LiveViewPushBytes      = &Metric{Name: "liveview_push_bytes", Kind: Counter, Unit: Bytes, Help: "Size of such diffs.", Labels: viewLabels}
)

// Counters of HTTP, WebSocket and the browser.
var (
	WebSocketConnectionsOpened  = counter("websocket_connections_opened", "A WebSocket was opened.", socketLabels...)
	WebSocketConnectionsClosed  = counter("websocket_connections_closed", "A WebSocket was closed.", socketLabels...)
	WebSocketConnectionFailures = counter("websocket_connection_failures", "A WebSocket was not opened: its handshake was answered with another status than 101, or not at all.", open("reason"), open("url"))
	HTTPRequests                = counter("http_requests", "A request ended, with an answer or without (see metrics-truth.md).", byStatus...)
	HTTPRequestFailures         = counter("http_request_failures", "A request got no answer (network, timeout, aborted), or was blocked and never sent.", byReason...)
	HTTPBytesReceived           = &Metric{Name: "http_bytes_received", Kind: Counter, Unit: Bytes, Help: "Bytes received over HTTP, as transferred.", Labels: byType}
	ServiceWorkerRequests       = counter("service_worker_requests", "A request went to the page's service worker, which answered it (worker) or left it to the browser (passed).", oneOf("answer", "worker", "passed"), resource)
	BrowserJSErrors             = counter("browser_js_errors", "A page threw an error that it did not catch.", open("message"), open("page"))
	BrowserConsoleErrors        = counter("browser_console_errors", "A page wrote to console.error.", open("message"), open("page"))
	BrowserCrashes              = counter("browser_crashes", "A browser, the process of a page, or a driver ended that should not have, or hung.", oneOf("cause", CrashCrashed, CrashMemory, CrashKilled, CrashHung, CrashFlooded), oneOf("process", ProcessBrowser, ProcessPage, ProcessDriver), open("engine"))
	SessionsLost                = counter("sessions_lost", "A session ended with its browser or page: what its page had measured since its last report, 0.3 s at most, is missing.", oneOf("cause", CrashCrashed, CrashMemory, CrashKilled, CrashHung, CrashFlooded), oneOf("process", ProcessBrowser, ProcessPage, ProcessDriver))
	BrowserStalls               = counter("browser_stalls", "A browser or driver gave no answer to a trivial question for 5 s or longer.", oneOf("process", ProcessBrowser, ProcessDriver))
)

// SamplesDropped counts what liveload could not record.
var SamplesDropped = counter("liveload_samples_dropped", "A sample was not recorded (negative, not a number, too large, page gone).", open("reason"))

// FilesDropped counts files that a run did not keep, since they would have taken more of the disk than it may.
var FilesDropped = counter("liveload_files_dropped", "A file was not kept, or a download was cancelled: the run had its share of the disk.", oneOf("kind", "download", "evidence", "trace", "screenshot", "file"))

// Counters of the sinks that send points. They are known at the end of the run, and are in every Result of it.
var (
	SinkPointsSpooled = counter("sink_points_spooled", "A point for an output went to disk, since the destination did not take it soon.", open("sink"))
	SinkPointsLost    = counter("sink_points_lost", "A point for an output was lost.", open("sink"))
)

// Catalogue returns every metric that liveload measures by itself, in the order of the documentation.
func Catalogue() []*Metric {
	return []*Metric{
		ScenarioDuration, IterationDuration, IterationResponse, ActionDuration, ActionFailureTime, StepDuration, StepFailureTime, StepOffset, ThrottleWait,
		LiveViewConnectionDuration, LiveViewReconnectionDuration, LiveViewPageLoadingDuration,
		LiveViewLoadingClassDuration, LiveViewJoinDuration, LiveViewJoinBytes, LiveViewEventDuration, LiveViewEventWait, LiveViewPatchDuration, LiveViewDiffBytes,
		LiveViewPushPatchDuration, LiveViewNavigationReply,
		WebVitalFCP, WebVitalLCP, WebVitalINP, WebVitalTTFB, WebVitalCLS,
		DocumentDOMReady, DocumentLoad, DocumentRenderBlocked, DocumentResources, DocumentRequests, SoftNavigationDuration, LongTaskDuration,
		HTTPRequestDuration, HTTPRequestTTFB, HTTPRequestDNS, HTTPRequestConnect, HTTPRequestTLS, HTTPServerTiming,
		WebSocketFrameSentBytes, WebSocketFrameReceivedBytes,
		GeneratorCPUPercent, GeneratorMemory, GeneratorLimit, GeneratorRSSBytes, GeneratorPrivateBytes, GeneratorLag,
		GeneratorCPUTime, Iterations, IterationFailures, FailureCauses, ScenarioFailures, DroppedIterations, LateIterations, Checks, StepFailures, ThrottleWaits,
		LiveViewNavigations, LiveViewDisconnections, LiveViewReconnections, LiveViewCanceledLoads, LiveViewEvents, LiveViewKeystrokes, LiveViewKeyEvents, LiveViewRepeatedJoins, LiveViewErrors,
		LiveViewPushes, LiveViewPushBytes,
		WebSocketConnectionsOpened, WebSocketConnectionsClosed, WebSocketConnectionFailures, HTTPRequests, HTTPRequestFailures, HTTPBytesReceived, ServiceWorkerRequests,
		BrowserJSErrors, BrowserConsoleErrors, BrowserCrashes, SessionsLost, BrowserStalls,
		ServerProbeFailures, SamplesDropped, FilesDropped, SinkPointsSpooled, SinkPointsLost,
	}
}

func histogram(name, unit, help string, labels ...Label) *Metric {
	return &Metric{Name: name, Kind: Histogram, Unit: unit, Help: help, Labels: labels}
}

// OfGenerator says whether the metric is about the load generator itself.
func (m *Metric) OfGenerator() bool { return strings.HasPrefix(m.Name, "generator_") }

// OfSinks says whether the metric counts what became of points after they were measured, which is known at the end only.
func (m *Metric) OfSinks() bool { return strings.HasPrefix(m.Name, "sink_") }

func counter(name, help string, labels ...Label) *Metric {
	return &Metric{Name: name, Kind: Counter, Unit: Events, Help: help, Labels: labels}
}

// partOf makes the rate of m a share of the samples of whole.
func partOf(whole, m *Metric) *Metric {
	m.Wholes = []*Metric{whole}
	return m
}

// shareWith makes the rate of m a share of its own samples and those of another metric.
func shareWith(other, m *Metric) *Metric {
	m.Wholes = []*Metric{other, m}
	return m
}

// Labels that several metrics have.
var (
	ended      = oneOf(OutcomeLabel, OutcomeOK, OutcomeFailed, OutcomeTimeout)
	passOrFail = oneOf(OutcomeLabel, OutcomePass, OutcomeFail)

	status   = oneOf("status", "1xx", "2xx", "3xx", "4xx", "5xx", "failed", "opaque", "unknown")
	resource = oneOf("type", "document", "fetch", "xhr", "script-http", "page-request", "script", "stylesheet", "image", "font", "media",
		"texttrack", "manifest", "ping", "eventsource", "other")
	reason = oneOf("reason", "network", "timeout", "aborted", "blocked", "refused", "name not found", "error")
	// Only documents, fetch, xhr, script-http and page-request have a code, host and path: of other types there are too many.
	byType   = []Label{resource, status, open("code"), open("host"), open("path")}
	byStatus = []Label{status, resource, open("code"), open("host"), open("path")}
	byReason = []Label{reason, resource, open("host"), open("path")}

	navigationType = oneOf("type", "patch", "redirect")
	eventLabels    = []Label{open("event"), open("page")}
	viewLabels     = []Label{open("view"), open("page")}
	visitLabels    = []Label{open("page"), oneOf("navigation", "navigate", "reload", "back-forward", "soft-navigation")}
	socketLabels   = []Label{open("url"), oneOf("transport", "websocket", "longpoll")}
	loadingClass   = oneOf("class", "phx-click-loading", "phx-submit-loading", "phx-change-loading", "phx-focus-loading",
		"phx-blur-loading", "phx-keydown-loading", "phx-keyup-loading", "phx-hook-loading")
)

// open declares a label that can have any value.
func open(name string) Label { return Label{Name: name} }

// oneOf declares a label with a closed list of values.
func oneOf(name string, values ...string) Label { return Label{Name: name, Values: values} }
