package main

import (
	"os"
	"runtime"
	"runtime/debug"
)

// leaveCores leaves half of the cores to the browsers, which need them more: a scheduler with fewer
// threads spends less on waking them. GOMAXPROCS in the environment wins.
func leaveCores() {
	if os.Getenv("GOMAXPROCS") == "" {
		runtime.GOMAXPROCS(max(1, runtime.GOMAXPROCS(0)/2))
	}
}

// collectSeldom lets the heap grow to three times what is in use between garbage collections, during which
// users wait: it is small beside the browsers. GOGC in the environment wins.
func collectSeldom() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
}

const gcPercent = 200
