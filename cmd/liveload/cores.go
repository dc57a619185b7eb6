package main

import (
	"os"
	"runtime"

	"github.com/liveload/liveload/runner"
)

// leaveCores leaves half of the cores to the browsers, which need them more: a scheduler with fewer
// threads spends less on waking them. GOMAXPROCS in the environment wins.
func leaveCores() {
	if os.Getenv("GOMAXPROCS") == "" {
		runtime.GOMAXPROCS(max(1, runtime.GOMAXPROCS(0)/2))
	}
}

// collectFor has the garbage collector suit the number of users. GOGC in the environment wins.
func collectFor(users int) {
	if os.Getenv("GOGC") == "" {
		runner.CollectFor(users)
	}
}
