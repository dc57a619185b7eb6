package words

import "github.com/liveload/liveload/metrics"

// table has a row for every metric of the catalogue. A name begins with a small letter unless it is a name itself.
var table = []Word{
	// What a user waits for.
	{metrics.DocumentLoad, "page opened", "ms", "From the start of a navigation until the page and everything that belongs to it had loaded."},
	{metrics.WebVitalTTFB, "page answered (TTFB)", "ms", "From the start of a navigation until the first byte of the page arrived."},
	{metrics.WebVitalFCP, "first content shown (FCP)", "ms", "From the start of a navigation until the first text or image was drawn."},
	{metrics.WebVitalLCP, "main content shown (LCP)", "ms", "From the start of a navigation until the largest text or image was drawn."},
	{metrics.DocumentDOMReady, "page parsed", "ms", "From the start of a navigation until the page was read and its scripts had run."},
	{metrics.DocumentRenderBlocked, "page held back", "ms", "From the last byte of a page until the last style sheet or script had come without which it is not drawn."},
	{metrics.DocumentResources, "resources waited for", "ms", "From the last byte of a page until the last style sheet, script or image had come that belongs to it."},
	{metrics.DocumentRequests, "requests of a page", "", "How many requests beside its own a page had made by the time it was loaded, without what the cache had."},
	{metrics.LiveViewConnectionDuration, "LiveView connected", "ms", "From the start of a navigation until LiveView was connected and the page could be used."},
	{metrics.LiveViewEventDuration, "click answered", "ms", "From sending an event to the server (a click, a key, a form) until its answer arrived."},
	{metrics.LiveViewEventWait, "click sent", "ms", "From a click, a key or another input until its event was sent: a debounce, and a page that was busy."},
	{metrics.LiveViewPatchDuration, "answer shown", "ms", "From the arrival of an event's answer until the page showed it."},
	{metrics.LiveViewNavigationReply, "live navigation answered", "ms", "From asking the server for a live navigation until its answer arrived."},
	{metrics.SoftNavigationDuration, "page changed", "ms", "From a change of the address without a new document until the page was quiet."},
	{metrics.WebVitalINP, "page reacted (INP)", "ms", "From a click or a key until the page had drawn what came of it, for about the slowest on a page."},
	{metrics.WebVitalCLS, "layout shift (CLS)", "", "How much of a page moved without the user's doing: up to 0.1 is good."},
	{metrics.LongTaskDuration, "page was busy", "ms", "How long a script kept a page from reacting, when it took 50 ms or more."},

	// The journey, as the script writes it.
	{metrics.StepDuration, "step done", "s", "How long a named step of the script took, when nothing in it failed."},
	{metrics.StepOffset, "step begins", "s", "When a named step begins, from the start of its pass through the script."},
	{metrics.StepFailureTime, "step failed", "s", "How long a named step of the script took in which something failed."},
	{metrics.ActionDuration, "operation done", "ms", "How long a click, a fill or another operation of the script took, with waiting for its element."},
	{metrics.ActionFailureTime, "operation failed", "ms", "How long an operation of the script was tried before it failed."},
	{metrics.IterationDuration, "iteration done", "s", "How long one pass through the script took, pauses included."},
	{metrics.IterationResponse, "iteration done, since it was due", "s", "How long one pass through the script took, with waiting for a free user."},
	{metrics.ScenarioDuration, "user ended", "s", "How long a user was there, from its start to its end."},
	{metrics.ThrottleWait, "throttle wait", "ms", "How long a user waited for a throttle of the script."},

	// LiveView.
	{metrics.LiveViewJoinDuration, "LiveView joined", "ms", "From asking the server for a LiveView until it was accepted, nested ones too."},
	{metrics.LiveViewJoinBytes, "LiveView join size", "kB", "Size of what the server sends when a LiveView joins: its page, once more after the HTML."},
	{metrics.LiveViewReconnectionDuration, "LiveView reconnected", "ms", "How long a page was without its LiveView connection before it had one again."},
	{metrics.LiveViewPageLoadingDuration, "LiveView loaded", "ms", "How long LiveView said that it was loading: a page, a live navigation or a form."},
	{metrics.LiveViewLoadingClassDuration, "element done waiting", "ms", "How long an element was marked as waiting for the server, after a click for example."},
	{metrics.LiveViewDiffBytes, "answer size", "kB", "Size of the change to the page that answered an event."},
	{metrics.LiveViewPushPatchDuration, "push shown", "ms", "From the arrival of what the server sent by itself until the page showed it."},

	// Requests.
	{metrics.HTTPRequestDuration, "request answered", "ms", "From the start of a request to the last byte of its answer."},
	{metrics.HTTPRequestTTFB, "first byte of an answer", "ms", "From sending a request until the first byte of its answer."},
	{metrics.HTTPServerTiming, "server's own time", "ms", "How long something took in the application, as the header Server-Timing of an answer says."},
	{metrics.HTTPRequestDNS, "host name looked up", "ms", "How long it took to look up the name of a host."},
	{metrics.HTTPRequestConnect, "connection opened", "ms", "How long it took to open a connection, TLS included."},
	{metrics.HTTPRequestTLS, "TLS handshake done", "ms", "How long a TLS handshake took."},
	{metrics.WebSocketFrameSentBytes, "WebSocket message sent", "kB", "Size of a message from a page to the server."},
	{metrics.WebSocketFrameReceivedBytes, "WebSocket message received", "kB", "Size of a message from the server to a page."},

	// How much there was.
	{metrics.Iterations, "iterations", "/s", "How many passes through the script ended."},
	{metrics.HTTPRequests, "requests to the server", "/s", "How many requests ended, with an answer or without."},
	{metrics.LiveViewEvents, "LiveView events", "/s", "How many clicks, keys, forms and other events went to the server."},
	{metrics.LiveViewKeystrokes, "keys typed", "/s", "How many keys quickly followed another one in a field whose changes go to a LiveView."},
	{metrics.LiveViewKeyEvents, "events of keys typed", "/s", "How many events went to the server after such keys: few with a debounce, one for each key without."},
	{metrics.LiveViewPushes, "server pushes", "/s", "How often the server changed a page by itself."},
	{metrics.LiveViewPushBytes, "pushed by the server", "kB/s", "How much the server sent to change pages by itself."},
	{metrics.LiveViewNavigations, "live navigations", "/s", "How often LiveView changed the address."},
	{metrics.WebSocketConnectionsOpened, "WebSockets opened", "/s", "How many WebSockets were opened."},
	{metrics.WebSocketConnectionsClosed, "WebSockets closed", "/s", "How many WebSockets were closed."},
	{metrics.HTTPBytesReceived, "received over HTTP", "kB/s", "How many bytes arrived over HTTP, as transferred."},
	{metrics.ServiceWorkerRequests, "requests to service workers", "/s", "How many requests went to a service worker of the page."},
	{metrics.Checks, "checks", "/s", "How many checks of the script were evaluated."},
	{metrics.ThrottleWaits, "waits for throttles", "/s", "How often a throttle made a user wait."},

	// What went wrong.
	{metrics.IterationFailures, "failed iterations", "/s", "How many passes through the script failed or took too long."},
	{metrics.FailureCauses, "failures by cause", "/s", "Why iterations failed, and why users got no browser session."},
	{metrics.ScenarioFailures, "failed users", "/s", "How many users ended because something failed."},
	{metrics.StepFailures, "failures in steps", "/s", "How often something failed in a named step."},
	{metrics.DroppedIterations, "iterations never begun", "/s", "How many iterations were due, or asked for, and never began."},
	{metrics.LateIterations, "iterations begun late", "/s", "How many iterations began more than 100 ms after they were due."},
	{metrics.HTTPRequestFailures, "requests without an answer", "/s", "How many requests failed on the network, were given up, or were never sent."},
	{metrics.WebSocketConnectionFailures, "WebSockets refused", "/s", "How many WebSockets could not be opened."},
	{metrics.LiveViewErrors, "LiveView crashes", "/s", "How often a LiveView crashed when it joined, or its channel closed with an error."},
	{metrics.LiveViewRepeatedJoins, "LiveView joins repeated", "/s", "How often a LiveView had to ask again to join: it had crashed, was refused, or got no answer in time."},
	{metrics.LiveViewDisconnections, "LiveView connections lost", "/s", "How often a page lost its LiveView connection."},
	{metrics.LiveViewReconnections, "LiveView connections regained", "/s", "How often a page got its LiveView connection back."},
	{metrics.LiveViewCanceledLoads, "page loads given up", "/s", "How often a LiveView page was left for the next one before it had loaded."},
	{metrics.BrowserJSErrors, "errors in pages", "/s", "How many errors of a page's scripts nobody caught."},
	{metrics.BrowserConsoleErrors, "errors in the console", "/s", "How often a page wrote an error to its console."},

	// Whether the numbers can be trusted.
	{metrics.GeneratorCPUPercent, "load generator's CPU", "%", "How busy the machine was that made the load: above 90 % it measures itself."},
	{metrics.GeneratorMemory, "memory taken on the load generator", "%", "How much of the memory was taken that the load generator may use: when none is left, the system kills browsers."},
	{metrics.GeneratorRSSBytes, "load generator's memory", "MB", "Memory of liveload and its browsers."},
	{metrics.GeneratorPrivateBytes, "load generator's own memory", "MB", "Memory of liveload and its browsers that they share with nobody."},
	{metrics.GeneratorLag, "load generator's delay", "ms", "How late the load generator came to what it had to do."},
	{metrics.GeneratorCPUTime, "load generator's CPU time", "s/s", "CPU time of liveload and its browsers."},
	{metrics.BrowserCrashes, "browser crashes", "/s", "How many browsers, pages and drivers crashed, were killed or hung."},
	{metrics.SessionsLost, "sessions lost", "/s", "How many sessions ended with their browser or page, whose last numbers are missing."},
	{metrics.BrowserStalls, "browser stalls", "/s", "How often a browser or driver stood still for 5 s or longer: what was measured then is its own time."},
	{metrics.ServerProbeFailures, "failed readings of the application", "/s", "How often the metrics of the tested application could not be read."},
	{metrics.SamplesDropped, "values not recorded", "/s", "How many measured values could not be recorded."},
	{metrics.FilesDropped, "files not kept", "/s", "How many files were not kept, since the run had its share of the disk."},
	{metrics.SinkPointsSpooled, "points kept on disk", "/s", "How many points for an output waited on disk until it took them."},
	{metrics.SinkPointsLost, "points lost", "/s", "How many points for an output were lost."},
}
