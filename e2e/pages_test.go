package e2e

import (
	"testing"

	"github.com/liveload/liveload/examples/demo"
	"github.com/liveload/liveload/metrics"
)

// Each script works one page with users, each for iterations.
const (
	users      = 3
	iterations = 2
	times      = users * iterations
)

// A pageTest is what one iteration of a script must come to, so that two sides that count nothing are
// not taken for equal.
type pageTest struct {
	name   string
	events map[string]int64
	joins  int64
	// late is how many frames, or answers to long-poll requests, may come after the page: replies to what
	// it says when it leaves, to the event that cuts its connection, or to what the client says by itself
	// when a component is gone.
	late int64
	// check looks at what only this page has.
	check func(t *testing.T, r metrics.Result, truth demo.Stats)
}

var pageTests = []pageTest{
	{name: "index", joins: 1},
	{name: "counter", joins: 1, events: map[string]int64{"inc": 5, "dec": 2}},
	{name: "form", joins: 1, events: map[string]int64{"validate": 12, "save": 2}},
	{name: "shop", joins: 6, events: map[string]int64{"add_to_cart": 2, "more": 1, "less": 1, "remove": 1, "checkout": 1, "lv:clear-flash": 1}, late: 3, check: checkShop},
	{name: "chat", joins: 1, events: map[string]int64{"typing": 2, "send": 2}},
	{name: "todos", joins: 1, events: map[string]int64{"add": 2, "toggle": 1, "delete": 1, "clear": 1, "toggle_form": 2}, late: 2},
	{name: "async", joins: 1, events: map[string]int64{"reload": 1}},
	{name: "account", joins: 1, events: map[string]int64{"rename": 1}, late: 3, check: checkAccount},
	{name: "live-login", joins: 2, events: map[string]int64{"check": 2}, late: 6},
	{name: "nested", joins: 9, events: map[string]int64{"inc": 1, "toggle_child": 2, "child_inc": 5}},
	{name: "crash", joins: 3, events: map[string]int64{"inc": 2, "crash": 1, "disconnect": 1}, late: 1, check: checkCrash},
	{name: "crash-mount", late: 2, check: checkCrashMount},
	{name: "upload", joins: 1, events: map[string]int64{"validate": 1, "cancel": 1, "save": 1}, check: checkUpload},
	{name: "table", joins: 1, events: map[string]int64{"sort": 2, "update": 2}},
	{name: "hooks", joins: 2, events: map[string]int64{"inc": 1, "echo": 1, "js_push": 1, "keydown": 1, "keyup": 1, "focus": 1, "blur": 1, "search": 1}},
	{name: "plain"},
	{name: "chatty"},
}

// TestPages holds the Result of a run against every page of the demo to the demo's own counts.
func TestPages(t *testing.T) {
	for _, transport := range []string{"websocket", "longpoll"} {
		t.Run(transport, func(t *testing.T) {
			for _, tt := range pageTests {
				if transport == "longpoll" && (tt.name == "plain" || tt.name == "chatty") {
					continue // a page without LiveView has no transport
				}
				t.Run(tt.name, func(t *testing.T) { tt.run(t, startApp(t), transport) })
			}
		})
	}
}

func (tt *pageTest) run(t *testing.T, a *app, transport string) {
	r := run(t, "testdata/pages/"+tt.name+".js", "--config", "baseURL="+a.url, "--config", "transport="+transport)
	truth := a.settled(t, counter(r, metrics.HTTPRequests).Aggregate)

	same(t, "iterations that succeeded", counter(r, metrics.Iterations).By["ok"], times)
	if none(t, r, metrics.IterationFailures); t.Failed() {
		t.Logf("failures: %+v", r.Global.FailureSamples)
	}
	none(t, r, metrics.BrowserJSErrors)
	want := map[string]int64{}
	for event, n := range tt.events {
		want[event] = n * times
	}
	sameMap(t, "events of the script", want, truth.Events)
	same(t, "joins of the script", tt.joins*times, truth.JoinsTotal)
	compare(t, r, truth, tt.late*times)
	if tt.check == nil {
		checkQuiet(t, r)
	} else {
		tt.check(t, r, truth)
	}
}

// checkQuiet says that nothing went wrong between client and server.
func checkQuiet(t *testing.T, r metrics.Result) {
	t.Helper()
	none(t, r, metrics.BrowserConsoleErrors)
	none(t, r, metrics.LiveViewErrors)
	none(t, r, metrics.LiveViewDisconnections)
	none(t, r, metrics.LiveViewReconnections)
	events, replies := counter(r, metrics.LiveViewEvents).Aggregate, histogram(r, metrics.LiveViewEventDuration).Aggregate.Count
	same(t, "replies to events", replies, events)
}

func checkShop(t *testing.T, r metrics.Result, truth demo.Stats) {
	checkQuiet(t, r)
	if truth.Navigations.Patch != 2*times || truth.Navigations.Redirect == 0 {
		t.Errorf("navigations = %+v, want 2 patches an iteration, and redirects", truth.Navigations)
	}
}

func checkAccount(t *testing.T, r metrics.Result, truth demo.Stats) {
	checkQuiet(t, r)
	for _, status := range []string{"302", "303", "401"} {
		if truth.HTTPRequests.ByStatus[status] == 0 {
			t.Errorf("the demo has never answered with %s: %v", status, truth.HTTPRequests.ByStatus)
		}
	}
}

// checkCrash: a crash and a cut connection lose the connected state once each.
func checkCrash(t *testing.T, r metrics.Result, truth demo.Stats) {
	crashes := truth.Errors["/crash"]
	same(t, "channel errors", counter(r, metrics.LiveViewErrors).By["channel error"], crashes)
	same(t, "disconnections", counter(r, metrics.LiveViewDisconnections).By["/crash"], crashes+truth.DisconnectsForced)
	same(t, "reconnections", counter(r, metrics.LiveViewReconnections).By["/crash"], truth.Rejoins)
	same(t, "reconnections measured", histogram(r, metrics.LiveViewReconnectionDuration).Aggregate.Count, truth.Rejoins)
	same(t, "crashes of the script", times, crashes)
}

func checkCrashMount(t *testing.T, r metrics.Result, truth demo.Stats) {
	same(t, "joins that crashed", counter(r, metrics.LiveViewErrors).By["join crash"], truth.JoinsRefused["/crash"])
	if truth.JoinsRefused["/crash"] < times {
		t.Errorf("%d joins were refused, want %d", truth.JoinsRefused["/crash"], times)
	}
}

func checkUpload(t *testing.T, r metrics.Result, truth demo.Stats) {
	checkQuiet(t, r)
	same(t, "uploads of the script", times, truth.Uploads.Finished)
}
