package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"sync/atomic"
	"syscall"
)

// An ending is how people end a run early.
type ending struct {
	drain chan struct{}   // closed by the first signal: no new iterations
	stop  context.Context // over after the second one: no iterations
	kill  func()          // ends the process, at the third one
	log   chan *slog.Logger
	asked chan struct{} // holds the request of another process, which counts as the first signal
	kept  atomic.Bool   // a journal has what summary and Result would say
}

// listen waits for signals until release is called.
func (o *outside) listen(parent context.Context) (e *ending, release func()) {
	stop, cancel := context.WithCancel(parent)
	e = &ending{drain: make(chan struct{}), stop: stop, log: make(chan *slog.Logger, 1), asked: make(chan struct{}, 1)}
	e.kill = func() { o.endAtOnce(e.kept.Load()) }
	signals, unlisten := o.interrupts()
	released, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		e.follow(signals, released, cancel)
	}()
	return e, func() { unlisten(); cancel(); close(released); <-done }
}

func (e *ending) follow(signals <-chan os.Signal, done <-chan struct{}, cancel func()) {
	var log *slog.Logger
	signalled, hungUp := 0, false
	for presses := 0; ; {
		select {
		case log = <-e.log:
		case <-e.asked:
			presses = max(presses, 1)
		case signal := <-signals:
			if signal == syscall.SIGHUP && hungUp { // a terminal that is closed says so more than once
				continue
			}
			hungUp = hungUp || signal == syscall.SIGHUP
			signalled++
			presses++
			if log == nil { // nothing runs yet: there is nothing to finish
				presses = max(presses, 2)
			}
		case <-done:
			return
		}
		if presses > 0 && !e.early() {
			e.begin(log)
		}
		if presses > 1 && e.stop.Err() == nil {
			cancel()
			if log != nil {
				log.Warn("interrupting the running iterations; press Ctrl-C again to end at once, without a Result")
			}
		}
		if signalled > 2 {
			e.kill()
			return
		}
	}
}

// endAtOnce ends the process, and says what that costs. kept says whether a journal stays.
func (o *outside) endAtOnce(kept bool) {
	lost := "what was not written yet is lost."
	if kept {
		lost = "summary and Result were not written. `liveload recover` makes them of what was measured until now."
	}
	fmt.Fprint(o.stderr, "Ended at once: "+lost+"\n"+
		"Browsers and temporary files go by themselves now; `liveload cluster cleanup` removes machines that are left.\n")
	if o.flush != nil {
		o.flush()
	}
	if o.exit != nil {
		o.exit(exitInterrupted)
	}
}

// begin begins the end. There is no log before something runs.
func (e *ending) begin(log *slog.Logger) {
	close(e.drain)
	if log != nil {
		log.Warn("finishing the running iterations; press Ctrl-C again to stop at once")
	}
}

// finish asks for what the first signal asks for. It may be called at any time by anyone.
func (e *ending) finish() {
	select {
	case e.asked <- struct{}{}:
	default: // it was asked for already
	}
}

// announce says that users are about to run, so that a signal has something to finish.
func (e *ending) announce(log *slog.Logger) { e.log <- log }

func (e *ending) early() bool {
	select {
	case <-e.drain:
		return true
	default:
		return false
	}
}
