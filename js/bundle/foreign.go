package bundle

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/evanw/esbuild/pkg/api"
)

// foreign are the packages of other test tools, or single modules of them, and what a scenario has instead. They do not run here, also where they are installed.
var foreign = map[string]string{
	"k6":               "sleep and check are in 'liveload', requests in 'liveload/http', metrics in 'liveload/metrics'",
	"k6/browser":       "every user has a browser: user.navigate opens a page, and Playwright's page is user.page",
	"@playwright/test": "the default function gets the user, whose page is Playwright's: user.page; check is in 'liveload'",
	"playwright":       "Playwright's page, context and browser are user.page, user.context and user.browser",
	"playwright-core":  "Playwright's page, context and browser are user.page, user.context and user.browser",
	"puppeteer":        "the operations of the user, such as user.click, or Playwright's page, user.page",
	"puppeteer-core":   "the operations of the user, such as user.click, or Playwright's page, user.page",
}

// foreignPlugin refuses the packages of other test tools.
func foreignPlugin() api.Plugin {
	return api.Plugin{Name: "foreign", Setup: func(build api.PluginBuild) {
		build.OnResolve(api.OnResolveOptions{Filter: `^(k6|@?playwright|puppeteer)`}, func(args api.OnResolveArgs) (api.OnResolveResult, error) {
			path := strings.TrimSuffix(args.Path, "/")
			instead := cmp.Or(foreign[path], foreign[packageName(path)])
			if instead == "" {
				return api.OnResolveResult{}, nil
			}
			text := fmt.Sprintf("%q does not run in a scenario: %s", path, instead)
			return api.OnResolveResult{Errors: []api.Message{{Text: text}}}, nil
		})
	}}
}
