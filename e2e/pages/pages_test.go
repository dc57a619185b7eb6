// Package pages holds what is measured of every page and operation to the counts of the demo.
package pages

import (
	"maps"
	"slices"
	"testing"

	"github.com/liveload/liveload/browserpool/browsertest"
	"github.com/liveload/liveload/e2e/rig"
	"github.com/liveload/liveload/examples/demo"
	"github.com/liveload/liveload/metrics"
)

func TestMain(m *testing.M) { rig.Main(m) }

// Each script works one page with users, each for iterations.
const (
	users      = 2
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
	// hooked are events that hooks push: over long poll it is not known which input has caused them.
	hooked map[string]int64
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
	{name: "hooks", joins: 2, events: map[string]int64{"inc": 1, "echo": 1, "js_push": 1, "keydown": 1, "keyup": 1, "focus": 1, "blur": 1, "search": 1}, hooked: map[string]int64{"echo": 1}},
	{name: "plain"},
	{name: "chatty"},
}

// TestPages holds the Result of a run against every page of the demo to the demo's own counts.
func TestPages(t *testing.T) {
	t.Parallel()
	for _, transport := range []string{"websocket", "longpoll"} {
		t.Run(transport, func(t *testing.T) {
			for _, tt := range pageTests {
				if transport == "longpoll" && (tt.name == "plain" || tt.name == "chatty") {
					continue // a page without LiveView has no transport
				}
				t.Run(tt.name, func(t *testing.T) {
					t.Parallel()
					tt.run(t, rig.StartApp(t), transport)
				})
			}
		})
	}
}

func (tt *pageTest) run(t *testing.T, a *rig.App, transport string) {
	r := rig.Run(t, "testdata/pages/"+tt.name+".js", "--config", "baseURL="+a.URL, "--config", "transport="+transport)
	truth := a.Settled(t, rig.Counter(r, metrics.HTTPRequests).Aggregate)

	rig.Same(t, "iterations that succeeded", rig.Counter(r, metrics.Iterations).By["ok"], times)
	if rig.None(t, r, metrics.IterationFailures); t.Failed() {
		t.Logf("failures: %+v", r.Global.FailureSamples)
	}
	rig.None(t, r, metrics.BrowserJSErrors)
	want := map[string]int64{}
	for event, n := range tt.events {
		want[event] = n * times
	}
	rig.SameMap(t, "events of the script", want, truth.Events)
	rig.Same(t, "joins of the script", tt.joins*times, truth.JoinsTotal)
	late := tt.late
	if transport == "longpoll" {
		late = max(late, 1) // each page that is left gives up a poll, whose answer may be on its way
	}
	rig.Compare(t, r, truth, late*times)
	tt.compareInputs(t, r, truth, transport)
	if tt.check == nil {
		checkQuiet(t, r)
	} else {
		tt.check(t, r, truth)
	}
}

// compareInputs: of every event it is known how long its input has waited.
func (tt *pageTest) compareInputs(t *testing.T, r metrics.Result, truth demo.Stats, transport string) {
	t.Helper()
	want, waits := maps.Clone(truth.Events), map[string]int64{}
	if transport == "longpoll" {
		for event, n := range tt.hooked {
			want[event] -= n * times
		}
	}
	for event, waited := range rig.Histogram(r, metrics.LiveViewEventWait).By {
		waits[event] = waited.Count
	}
	rig.SameMap(t, "events with their inputs", waits, want)
}

// checkQuiet says that nothing went wrong between client and server.
func checkQuiet(t *testing.T, r metrics.Result) {
	t.Helper()
	rig.None(t, r, metrics.BrowserConsoleErrors)
	rig.None(t, r, metrics.LiveViewErrors)
	rig.None(t, r, metrics.LiveViewDisconnections)
	rig.None(t, r, metrics.LiveViewReconnections)
	events, replies := rig.Counter(r, metrics.LiveViewEvents).Aggregate, rig.Histogram(r, metrics.LiveViewEventDuration).Aggregate.Count
	rig.Same(t, "replies to events", replies, events)
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
	rig.Same(t, "channel errors", rig.Counter(r, metrics.LiveViewErrors).By["channel error"], crashes)
	rig.Same(t, "disconnections", rig.Counter(r, metrics.LiveViewDisconnections).By["/crash"], crashes+truth.DisconnectsForced)
	rig.Same(t, "reconnections", rig.Counter(r, metrics.LiveViewReconnections).By["/crash"], truth.Rejoins)
	rig.Same(t, "reconnections measured", rig.Histogram(r, metrics.LiveViewReconnectionDuration).Aggregate.Count, truth.Rejoins)
	rig.Same(t, "crashes of the script", times, crashes)
}

func checkCrashMount(t *testing.T, r metrics.Result, truth demo.Stats) {
	rig.Same(t, "joins that crashed", rig.Counter(r, metrics.LiveViewErrors).By["join crash"], truth.JoinsRefused["/crash"])
	if truth.JoinsRefused["/crash"] < times {
		t.Errorf("%d joins were refused, want %d", truth.JoinsRefused["/crash"], times)
	}
}

func checkUpload(t *testing.T, r metrics.Result, truth demo.Stats) {
	checkQuiet(t, r)
	rig.Same(t, "uploads of the script", times, truth.Uploads.Finished)
}

// TestOlderClients holds the numbers to those of the demo with the clients of earlier LiveView versions:
// what is measured in the page must not depend on the newest. The demo speaks the wire format of LiveView
// 1.1 and 1.2, so that with 1.0 only pages without lists can be worked.
func TestOlderClients(t *testing.T) {
	t.Parallel()
	for _, client := range []struct {
		packages []string
		pages    []string
	}{
		{[]string{"phoenix@1.7.21", "phoenix_live_view@1.1.32"}, []string{"counter", "form", "shop", "nested", "crash", "upload", "hooks"}},
		{[]string{"phoenix@1.7.21", "phoenix_live_view@1.0.19"}, []string{"counter", "async", "account", "live-login", "nested", "crash", "hooks"}},
	} {
		t.Run(client.packages[1], func(t *testing.T) {
			dir := browsertest.NamedModules(t, client.packages...)
			for _, tt := range pageTests {
				if slices.Contains(client.pages, tt.name) {
					t.Run(tt.name, func(t *testing.T) {
						t.Parallel()
						tt.run(t, rig.StartAppWith(t, dir), "websocket")
					})
				}
			}
		})
	}
}
