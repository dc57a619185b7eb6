package liveload

import (
	"errors"
	"maps"
	"regexp"
	"slices"

	"github.com/liveload/liveload/js/scripterr"
	"github.com/liveload/liveload/suggest"
)

// noMember matches goja's message about a method that does not exist.
var noMember = regexp.MustCompile(`^Object has no member '([\w$]+)'`)

// notDefined matches goja's message about a name that does not exist, which nobody has explained yet.
var notDefined = regexp.MustCompile(`^(\w+) is not defined$`)

// elsewhere says what to use instead of globals of Node.js, k6 and Playwright's test runner.
var elsewhere = map[string]string{
	"__ENV":   "import { env } from 'liveload'",
	"__ITER":  "it is user.iteration",
	"__VU":    "it is user.id",
	"expect":  "user.waitForText, user.waitForSelector and the like wait for what is expected, and check of 'liveload' counts it",
	"fetch":   "import http from 'liveload/http'; in the page there is one: user.evaluate(() => fetch(...))",
	"fs":      "import { open } from 'liveload'",
	"http":    "import http from 'liveload/http'",
	"page":    "it is user.page",
	"process": "import { env } from 'liveload'",
	"require": "use import",
	"sleep":   "import { sleep } from 'liveload'",
	"check":   "import { check } from 'liveload'",
	"group":   "import { group } from 'liveload'",
}

// ofPage says what to use instead of a method of Playwright's page; "" is that method of user.page.
var ofPage = map[string]string{
	"$": "", "$$": "", "addInitScript": "", "bringToFront": "", "exposeFunction": "", "frame": "", "frameLocator": "", "getByAltText": "",
	"getByLabel": "", "getByPlaceholder": "", "getByRole": "", "getByTestId": "", "getByText": "", "getByTitle": "", "locator": "", "on": "",
	"once": "", "route": "", "setContent": "", "setViewportSize": "", "waitForLoadState": "",
	"waitForRequest": "", "waitForResponse": "",
	"content":           "use pageContent",
	"goto":              "use navigate",
	"dragTo":            "use dragAndDrop(source, target)",
	"isHidden":          "use isVisible",
	"pressSequentially": "use type",
	"sleep":             "import { sleep } from 'liveload', or use think",
	"wait":              "import { sleep } from 'liveload', or use think",
	"waitForEvent":      "Playwright's waitForEvent is a method of user.page; waitForPhxReply waits for the answer to an event of LiveView",
	"waitForTimeout":    "import { sleep } from 'liveload', or use think",
}

// explainMissing adds a suggestion to the error of a script that used something that does not exist.
func explainMissing(err error) error {
	var script *scripterr.Error
	if !errors.As(err, &script) {
		return err
	}
	switch script.Name {
	case "TypeError":
		if found := noMember.FindStringSubmatch(script.Message); found != nil {
			script.Message += suggestOperation(found[1])
		}
	case "ReferenceError":
		if found := notDefined.FindStringSubmatch(script.Message); found != nil && elsewhere[found[1]] != "" {
			script.Message += ": " + elsewhere[found[1]]
		}
	}
	return err
}

// suggestOperation suggests what to call instead of a method that an object lacks. An object that lacks an operation is
// mostly a plain promise.
func suggestOperation(name string) string {
	if operationTable()[name] != nil {
		return ": " + name + " is an operation of the user and of a chain; then() and async functions give plain promises: await them, then call user." + name
	}
	if here, ok := ofPage[name]; ok && here != "" {
		return ": " + here
	} else if ok {
		return ": Playwright's " + name + " is a method of user.page"
	}
	if near := suggest.Closest(name, slices.Sorted(maps.Keys(operationTable()))); near != "" {
		return ": did you mean " + near + "?"
	}
	return ""
}
