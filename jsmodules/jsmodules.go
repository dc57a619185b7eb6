// Package jsmodules lists what a script can import. Each module is a folder of its own; this file is
// the only place that names them all.
package jsmodules

import (
	"github.com/liveload/liveload/js"
	"github.com/liveload/liveload/jsmodules/data"
	"github.com/liveload/liveload/jsmodules/execution"
	"github.com/liveload/liveload/jsmodules/fetch"
	"github.com/liveload/liveload/jsmodules/liveload"
	"github.com/liveload/liveload/jsmodules/measure"
	"github.com/liveload/liveload/jsmodules/throttles"
	"github.com/liveload/liveload/metrics"
)

// Options are what modules need from outside.
type Options struct {
	// Env is what the script sees as env. The caller must not change it afterwards.
	Env map[string]string
	// Metrics get those that scripts define, and learn which operations there are. Nil is a registry of the modules' own.
	Metrics *metrics.Registry
}

// All returns the modules by the name that a script imports. Make them once per process: a module
// holds what its instances share.
func All(opts Options) js.Modules {
	if opts.Metrics == nil {
		opts.Metrics = metrics.NewRegistry()
	}
	opts.Metrics.SetValues(metrics.ActionDuration, "operation", liveload.BrowserOperations())
	opts.Metrics.SetValues(metrics.ActionFailureTime, "operation", liveload.BrowserOperations())
	return js.Modules{
		"liveload":           liveload.NewModule(opts.Env),
		"liveload/data":      &data.Module{},
		"liveload/execution": execution.Module{},
		"liveload/http":      fetch.NewModule(),
		"liveload/metrics":   measure.NewModule(opts.Metrics),
		"liveload/throttles": throttles.Module{},
	}
}
