package playwright

import "github.com/liveload/liveload/browserpool"

// footprint is what docs/browser-flags.md measured with the demo's pages, rounded up.
var footprint = browserpool.Footprint{
	BrowserBytes:    140 << 20,
	SessionBytes:    40 << 20,
	SessionsPerCore: 2,
}
