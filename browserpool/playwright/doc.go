// Package playwright is the engine that drives Chromium through Playwright. It owns the drivers (Node.js
// processes that speak Playwright's protocol), the browsers that they start, and the sessions in those
// browsers. It is the only package that knows playwright-go. When a browser is started or replaced is
// the pool's decision, and what a page tells about itself is decoded in package telemetry.
package playwright
