package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/liveload/liveload/browserpool"
	"github.com/liveload/liveload/browserpool/engines"
	"github.com/liveload/liveload/browserpool/rundir"
	"github.com/liveload/liveload/js/scripterr"
	"github.com/liveload/liveload/node"
	"github.com/liveload/liveload/redact"
	"github.com/liveload/liveload/sinks/outputs"
)

// An outside is everything that the program touches outside of itself, but for files. Tests replace
// parts of it and run the real commands.
type outside struct {
	args           []string // without the program's name
	env            map[string]string
	stdin          io.Reader
	stdout, stderr io.Writer
	bare           io.Writer        // stdout for what other programs read, as it is
	secrets        *redact.Redactor // what nothing shows
	flush          func()           // has stdout and stderr show all that was written; nil before guard
	stdoutTTY      bool
	stderrTTY      bool
	exit           func(code int)                    // ends the process at once; may be nil
	width          func() int                        // columns of the terminal; 0 when unknown
	interrupts     func() (<-chan os.Signal, func()) // signals that ask to end, and how to stop listening
	cores          float64                           // that we and the browsers may use; 0 is what Go uses
	resources      func(context.Context) (node.Resources, error)
	findEngine     func(name string, options engines.Options) (engine, error)
	watch          func(*rundir.Dir) error // has what a run with browsers leaves swept when this process is killed; may be nil
	outputs        outputs.Table
	pages          func() error              // why there are no web pages, nil when there are
	program        func() (string, error)    // the file of liveload, which local workers run
	fleet          func(w *wiring) node.Node // carries the users in place of this process; may be nil
}

// An engine makes the browsers of one scenario after the other, in the folder of the run. *engines.Ready is one.
type engine interface {
	Open(dir *rundir.Dir, recorder browserpool.Recorder) (browserpool.Engine, error)
}

// Exit codes.
const (
	exitOK          = 0
	exitError       = 1
	exitUsage       = 2
	exitCutShort    = 97
	exitFailures    = 98
	exitThresholds  = 99
	exitInterrupted = 130
)

// An interruption says that somebody ended the command early. What it did until then was written,
// except for what Also says.
type interruption struct{ Also error }

func (e *interruption) Error() string {
	if e.Also == nil {
		return "interrupted"
	}
	return "interrupted: " + e.Also.Error()
}

// A brokenError says what was promised of the run and did not hold: thresholds, or any load of a search.
type brokenError struct{ statement string }

func (e *brokenError) Error() string { return e.statement }

// A usageError is a mistake on the command line or in the environment.
type usageError struct {
	problem string
	command string // whose help to suggest, such as "liveload run"; execute fills it in
}

func (e *usageError) Error() string {
	return fmt.Sprintf("%s\nSee `%s --help`.", e.problem, e.command)
}

// main runs the command and returns the exit code.
func (o *outside) main() int {
	defer o.guard()()
	err := o.execute()
	if err == nil {
		return exitOK
	}
	if interrupted, ok := errors.AsType[*interruption](err); ok {
		if interrupted.Also != nil {
			o.tell(describe(interrupted.Also))
		}
		return exitInterrupted
	}
	if elsewhere, ok := errors.AsType[*elsewhereError](err); ok {
		return elsewhere.code
	}
	if usage, ok := errors.AsType[*usageError](err); ok {
		o.tell(usage.Error())
		return exitUsage
	}
	o.tell(describe(err))
	if _, ok := errors.AsType[*cutShortError](err); ok {
		return exitCutShort
	}
	if _, ok := errors.AsType[*brokenError](err); ok {
		return exitThresholds
	}
	if _, ok := errors.AsType[*failuresError](err); ok {
		return exitFailures
	}
	return exitError
}

// tell prints an error.
func (o *outside) tell(text string) { fmt.Fprintln(o.stderr, "Error:", o.secrets.Text(text)) }

// describe shows errors of scripts with the lines of the scripts that they are about.
func describe(err error) string {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		var each []string
		for _, one := range joined.Unwrap() {
			each = append(each, describe(one))
		}
		return strings.Join(each, "\n")
	}
	if script, ok := errors.AsType[*scripterr.Error](err); ok {
		return strings.TrimRight(script.Pretty(), "\n")
	}
	return err.Error()
}
