// Package installation owns what liveload needs on a machine before it can run: the Playwright
// driver, a browser, and the LiveView clients of the demo application. Install puts them into the
// user's cache folder, Locate finds them again, and Doctor reports whether the machine is fit for them.
//
// The package runs npm, Node.js, browsers and apt-get, all through the Runner of its Env; it never
// prints, and it does not know playwright-go.
package installation
