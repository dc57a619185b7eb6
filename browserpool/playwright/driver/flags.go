package driver

// launchFlags are given to Chromium beyond what Playwright gives it. None of them may change what a page
// can do or see: what is measured has to be what a person's browser would do. What each saves, and what
// was tried and refused, is in docs/browser-flags.md. Never --enable-features or --disable-features:
// Chromium obeys the last of each alone, and would drop Playwright's.
func launchFlags() []string {
	return []string{
		// Load generators have no GPU, or one of many kinds: with this, pages are drawn by software
		// everywhere, WebGL as well.
		"--disable-gpu",
		// HTTP over TCP alone: whether the race against QUIC is won depends on the network between,
		// and would make runs hard to compare. LiveView's WebSockets use TCP in any case.
		"--disable-quic",
	}
}
