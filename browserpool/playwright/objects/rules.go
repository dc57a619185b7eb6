package objects

import "github.com/liveload/liveload/browserpool"

// What follows is all that the binding of objects knows beyond reflection.

// renamed are the methods whose name in JavaScript is not just theirs with a lower-case first letter; "" is one that
// JavaScript does not have.
var renamed = map[string]string{
	"URL": "url", "JSON": "json", "PDF": "pdf", "JSONValue": "jsonValue", "String": "",
	"QuerySelector": "$", "QuerySelectorAll": "$$", "EvalOnSelector": "$eval", "EvalOnSelectorAll": "$$eval",
	"Emit": "", "ListenerCount": "", "On": "", "Once": "", "RemoveListener": "", "RemoveListeners": "", "WaitForEvent": "",
}

// onlyInGo are methods that JavaScript does not have.
var onlyInGo = map[string]bool{"Locator.Err": true, "WebSocket.ExpectEvent": true}

// shapes are the members whose shape does not follow from playwright-go's signature.
var shapes = map[string]browserpool.Shape{
	"Page.clock": browserpool.Property, "Page.keyboard": browserpool.Property, "Page.mouse": browserpool.Property,
	"Page.request": browserpool.Property, "Page.touchscreen": browserpool.Property,
	"BrowserContext.clock": browserpool.Property, "BrowserContext.request": browserpool.Property,
	"BrowserContext.tracing": browserpool.Property,

	"Page.waitForTimeout": browserpool.Promised, "Frame.waitForTimeout": browserpool.Promised,
	"ConsoleMessage.worker": browserpool.Immediate, "Locator.description": browserpool.Immediate,
	"Locator.page": browserpool.Immediate, "Request.failure": browserpool.Immediate,
	"Request.postData": browserpool.Immediate, "Request.postDataBuffer": browserpool.Immediate,
	"Request.postDataJSON": browserpool.Immediate, "WebError.error": browserpool.Immediate,
}

// arranging are the members, of whatever kind, that set something up and need nothing of the page to return.
var arranging = map[string]bool{
	"route": true, "unroute": true, "unrouteAll": true, "exposeFunction": true, "addInitScript": true,
	"setExtraHTTPHeaders": true, "setViewportSize": true, "emulateMedia": true, "setOffline": true, "setGeolocation": true,
	"addCookies": true, "clearCookies": true, "grantPermissions": true, "clearPermissions": true,
	"install": true, "setFixedTime": true, "setSystemTime": true, // of a clock
}

// waits are the members that wait for an event, with the kinds that have them.
var waits = map[string][]string{
	"waitForEvent":    {"Page", "BrowserContext", "WebSocket", "Worker"},
	"waitForRequest":  {"Page"},
	"waitForResponse": {"Page"},
}

// refused are members of Playwright's API that scripts cannot use here, with the reason and the way
// around it. The parity test allows no other difference.
var refused = map[string]string{
	"Browser.close":               "the browser serves other users too: user.halt() ends this one",
	"Browser.newContext":          "a context of its own would not be measured nor cleaned up: use user.context, and more users",
	"Browser.newPage":             "it would open a context that is not measured: use user.context.newPage()",
	"Browser.startTracing":        "it traces all users of the browser: use --trace",
	"Browser.stopTracing":         "it traces all users of the browser: use --trace",
	"BrowserContext.close":        "the context ends with the user: user.halt() ends it",
	"BrowserType.launch":          "browsers are started by liveload, as many as its users need",
	"BrowserType.connect":         "browsers are started by liveload",
	"Page.pause":                  "there is no inspector in a load test",
	"Page.exposeBinding":          "it gives a page objects of Playwright: use exposeFunction",
	"Page.routeWebSocket":         "it would answer in the place of the server that is measured",
	"Page.coverage":               "playwright-go has no coverage",
	"Page.waitForNavigation":      "it is deprecated: use waitForURL",
	"Frame.waitForNavigation":     "it is deprecated: use waitForURL",
	"Download.createReadStream":   "there are no streams of Node.js: use saveAs(path) or path()",
	"Request.serviceWorker":       "playwright-go does not report it",
	"Page.pageErrors":             "playwright-go has no such list: use on('pageerror')",
	"Page.addLocatorHandler":      "playwright-go's list of handlers cannot be changed safely while a page runs: wait for what covers the page, and close it",
	"Page.removeLocatorHandler":   "there are no locator handlers",
	"Page.routeFromHAR":           "it would answer in the place of the server that is measured: use route for what third parties answer",
	"Page.video":                  "no videos are made: use user.screenshot or --trace",
	"Request.redirectedTo":        "playwright-go may learn of it at any time: ask the request that follows for redirectedFrom()",
	"APIRequestContext.dispose":   "the session needs it, and ends it",
	"Browser.on":                  browserEvents,
	"Browser.once":                browserEvents,
	"Browser.off":                 browserEvents,
	"Browser.addListener":         browserEvents,
	"Browser.removeListener":      browserEvents,
	"Browser.removeAllListeners":  browserEvents,
	"BrowserContext.routeFromHAR": "it would answer in the place of the server that is measured: use route for what third parties answer",
	"BrowserContext.tracing":      "traces are liveload's: use --trace",

	"BrowserContext.exposeBinding":        "it gives pages objects of Playwright: use exposeFunction",
	"BrowserContext.routeWebSocket":       "it would answer in the place of the server that is measured",
	"BrowserContext.setHTTPCredentials":   "it is deprecated: use options.context.httpCredentials",
	"BrowserType.connectOverCDP":          "browsers are started by liveload",
	"BrowserType.launchPersistentContext": "browsers are started by liveload",
	"BrowserType.launchServer":            "browsers are started by liveload",
	"Browser.newBrowserCDPSession":        "it reaches the pages of other users: use user.context.newCDPSession(page)",
	"BrowserContext.backgroundPages":      "it is deprecated, and Chromium no longer has any",
}

// browserEvents is why scripts cannot listen to their browser.
const browserEvents = "its only event is that it is gone, which ends the iteration anyway"

// rule finds what a table says about a member: for its kind, or for all.
func rule[T any](table map[string]T, k *kind, m *member) T {
	if r, ok := table[k.name+"."+m.name]; ok {
		return r
	}
	return table[m.name]
}
