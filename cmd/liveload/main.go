// Command liveload load-tests web applications with real browsers. This package owns the command
// line: flags, help, what is printed and the exit code. It builds a plan and hands it to package
// cluster; wiring.go is where everything is put together.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"runtime"
	"runtime/debug"
	"strings"
	"syscall"

	"github.com/mattn/go-isatty"
	"golang.org/x/term"

	"github.com/liveload/liveload/browserpool/engines"
	"github.com/liveload/liveload/browserpool/rundir"
	"github.com/liveload/liveload/node"
	"github.com/liveload/liveload/sinks/outputs"
	"github.com/liveload/liveload/web"
)

// version is set by the build.
var version = "dev"

func main() {
	if err := rundir.Begin(); err != nil {
		fmt.Fprintln(os.Stderr, "Error:", err)
		os.Exit(exitError)
	}
	os.Exit(system().main())
}

// findEngine also prepares this process to share the machine with browsers.
func findEngine(name string, options engines.Options) (engine, error) {
	leaveCores()
	collectSeldom()
	return engines.Find(name, options)
}

// system is the outside of a real process, which it has live on when nobody reads what it prints.
func system() *outside {
	surviveOutput()
	o := &outside{
		args:      os.Args[1:],
		env:       map[string]string{},
		stdin:     os.Stdin,
		stdout:    &screen{out: os.Stdout},
		stderr:    &screen{out: os.Stderr},
		stdoutTTY: isatty.IsTerminal(os.Stdout.Fd()),
		stderrTTY: isatty.IsTerminal(os.Stderr.Fd()),
		interrupts: func() (<-chan os.Signal, func()) {
			signals := make(chan os.Signal, 3) // all presses of an impatient person
			signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
			if !signal.Ignored(syscall.SIGHUP) { // as nohup has it
				signal.Notify(signals, syscall.SIGHUP)
			}
			return signals, func() { signal.Stop(signals) }
		},
		exit: os.Exit,
		width: func() int {
			columns, _, err := term.GetSize(int(os.Stdout.Fd()))
			if err != nil {
				return 0
			}
			return columns
		},
		cores:      node.Cores(),
		resources:  func(ctx context.Context) (node.Resources, error) { return node.ReadResources(ctx, "/") },
		findEngine: findEngine,
		watch:      (*rundir.Dir).Watch,
		outputs:    outputs.All(),
		pages:      web.Check,
		program:    os.Executable,
	}
	for _, pair := range os.Environ() {
		name, value, _ := strings.Cut(pair, "=")
		o.env[name] = value
	}
	return o
}

// leaveCores leaves half of the cores to the browsers, which need them more: a scheduler with fewer
// threads spends less on waking them. GOMAXPROCS in the environment wins.
func leaveCores() {
	if os.Getenv("GOMAXPROCS") == "" {
		runtime.GOMAXPROCS(max(1, runtime.GOMAXPROCS(0)/2))
	}
}

// collectSeldom lets the heap grow to three times what is in use between garbage collections, during which
// users wait: it is small compared with the browsers. GOGC in the environment wins.
func collectSeldom() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(200)
	}
}
