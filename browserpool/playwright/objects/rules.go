package objects

import (
	"encoding/json"
	"fmt"
	"maps"

	pw "github.com/playwright-community/playwright-go"

	"github.com/liveload/liveload/browserpool"
)

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

// prepare turns the arguments of JavaScript into those that playwright-go's method of a like name
// takes. Keys are members of one kind, or of all.
var prepare = map[string]func(args []any) ([]any, error){
	"setViewportSize":   spread("width", "height"),
	"waitForLoadState":  fold("state"),
	"addInitScript":     initScript,
	"storageState":      unfold(0, "path"),
	"Tracing.stop":      unfold(0, "path"),
	"Tracing.stopChunk": unfold(0, "path"),
	"setInputFiles":     files,
	"setFiles":          files,
	"fulfill":           fulfil,
	"Route.abort":       aborting,
	"APIRequestContext.fetch": func(args []any) ([]any, error) {
		if len(args) > 0 {
			if _, ok := args[0].(object); ok {
				return nil, fmt.Errorf("takes a URL here: request.url(), with method, headers and data")
			}
		}
		return args, nil
	},
	"BrowserContext.cookies": func(args []any) ([]any, error) {
		if len(args) == 1 {
			if list, ok := args[0].([]any); ok {
				return list, nil
			}
		}
		return args, nil
	},
}

// spread makes arguments of the fields of one object.
func spread(names ...string) func([]any) ([]any, error) {
	return func(args []any) ([]any, error) {
		var object map[string]any
		if len(args) == 1 {
			object, _ = args[0].(map[string]any)
		}
		var list []any
		for _, name := range names {
			value, ok := object[name]
			if !ok {
				return nil, fmt.Errorf("takes an object with %v", names)
			}
			list = append(list, value)
		}
		return list, nil
	}
}

// fold makes an option of a first argument that is a text.
func fold(name string) func([]any) ([]any, error) {
	return func(args []any) ([]any, error) {
		if len(args) == 0 {
			return nil, nil
		}
		if _, ok := args[0].(map[string]any); ok {
			return args, nil
		}
		options := map[string]any{}
		if len(args) > 1 {
			given, _ := args[1].(map[string]any)
			maps.Copy(options, given)
		}
		if args[0] != nil {
			options[name] = args[0]
		}
		return []any{options}, nil
	}
}

// unfold makes an argument of the one option that a method has.
func unfold(at int, name string) func([]any) ([]any, error) {
	return func(args []any) ([]any, error) {
		if len(args) <= at {
			return args, nil
		}
		options, ok := args[at].(map[string]any)
		if !ok {
			return args, nil
		}
		for key := range options {
			if key != name {
				return nil, fmt.Errorf("has no option %q: there is %q", key, name)
			}
		}
		if value, ok := options[name]; ok {
			return append(args[:at:at], value), nil
		}
		return args[:at], nil
	}
}

// initScript makes one script of a function and its argument.
func initScript(args []any) ([]any, error) {
	if len(args) == 0 {
		return nil, fmt.Errorf("takes a function, a text or { path }")
	}
	switch script := args[0].(type) {
	case string:
		return []any{map[string]any{"content": script}}, nil
	case *browserpool.Function:
		source, err := call1(script, args[1:])
		return []any{map[string]any{"content": source}}, err
	}
	return args[:1], nil
}

// files makes lists of texts what playwright-go takes for lists of files.
func files(args []any) ([]any, error) {
	made := make([]any, len(args))
	for i, arg := range args {
		made[i] = arg
		if list, ok := arg.([]any); ok {
			if paths := allOf[string](list); paths != nil || len(list) == 0 {
				made[i] = paths
			}
		}
	}
	return made, nil
}

// fulfil writes the option json into body, and merges a response with what is to differ from it.
func fulfil(args []any) ([]any, error) {
	if len(args) != 1 {
		return args, nil
	}
	given, _ := args[0].(map[string]any)
	options := maps.Clone(given)
	if value, ok := given["json"]; ok {
		encoded, err := json.Marshal(value)
		if err != nil {
			return nil, fmt.Errorf("option json is not plain data: %w", err)
		}
		delete(options, "json")
		options["body"] = string(encoded)
		if options["contentType"] == nil {
			options["contentType"] = "application/json"
		}
	}
	if response, ok := options["response"].(object); ok && options["body"] != nil {
		overrideBody(options, response)
	}
	return []any{options}, nil
}

// overrideBody fills in from a response what the options leave out. playwright-go would prefer the body
// of the response.
func overrideBody(options map[string]any, response object) {
	from, ok := response.value.(pw.APIResponse)
	if !ok {
		return // refused as an option of the wrong type
	}
	delete(options, "response")
	if options["status"] == nil {
		options["status"] = float64(from.Status())
	}
	if options["headers"] == nil {
		headers := map[string]any{}
		for name, value := range from.Headers() {
			if name != "content-length" && name != "content-encoding" {
				headers[name] = value
			}
		}
		options["headers"] = headers
	}
}

// rule finds what a table says about a member: for its kind, or for all.
func rule[T any](table map[string]T, k *kind, m *member) T {
	if r, ok := table[k.name+"."+m.name]; ok {
		return r
	}
	return table[m.name]
}
