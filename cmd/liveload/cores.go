package main

import (
	"os"
	"runtime"
	"runtime/debug"
)

// gcPercent lets the heap grow threefold between collections: it is small beside the browsers, and
// collecting it takes their time.
const gcPercent = 200

// leaveCores leaves half of the cores to the browsers, which need them more: a scheduler with fewer
// threads spends less on waking them. GOMAXPROCS and GOGC in the environment win.
func leaveCores() {
	if os.Getenv("GOMAXPROCS") == "" {
		runtime.GOMAXPROCS(max(1, runtime.GOMAXPROCS(0)/2))
	}
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
}
