// Package telemetry measures from inside the page: Script runs in every frame before the page's own
// scripts, gathers samples and sends them in batches through one binding; Decoder records a batch. It
// knows nothing of the browser that carries the batches.
package telemetry

import _ "embed"

// Script is the JavaScript to run in every frame before the page's own scripts. It sends batches
// through the function named Binding, a few times a second and when the page goes.
//
//go:embed telemetry.js
var Script string

const (
	// Binding is the name of the global function that takes a batch, a string.
	Binding = "__liveloadSend"
	// DrainExpression gives what a page has gathered and not yet sent, as a batch or "".
	DrainExpression = "globalThis.__liveloadTelemetry ? __liveloadTelemetry.drain() : ''"
	// EndFunction takes a number of milliseconds to wait for replies that are still under way and
	// gives a promise of the page's last batch.
	EndFunction = "(patience) => globalThis.__liveloadTelemetry ? __liveloadTelemetry.end(patience) : ''"
)
