package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strconv"
	"strings"

	"github.com/liveload/liveload/control"
	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/sinks"
	"github.com/liveload/liveload/sinks/dashboard"
	"github.com/liveload/liveload/web"
)

const (
	dashboardFlag   = "dashboard"
	noDashboardFlag = "no-dashboard"
)

// dashboardSettings say whether a page in the browser shows the run.
type dashboardSettings struct {
	on      bool
	asked   bool   // somebody wants it, or does not; otherwise it is on when a person watches
	address string // "" for a free port of this machine
}

// dashboard reads whether there is a dashboard. The strongest source that says something counts.
func (r *flagReader) dashboard(o *outside, quiet bool) dashboardSettings {
	var s dashboardSettings
	for _, from := range r.layered {
		one := flagReader{layered: layered{from}}
		text := one.text(dashboardFlag)
		switch off := one.isOn(noDashboardFlag); {
		case off && text != "" && r.err == nil:
			r.refuse(dashboardFlag, "is %q, but --%s is there too: say one of them", text, noDashboardFlag)
		case off:
			return dashboardSettings{asked: true}
		case text == "":
			continue
		}
		s.on, s.asked, s.address = readDashboard(text)
		break
	}
	if !s.asked {
		s.on = o.stdoutTTY && !quiet && o.env["CI"] == "" && o.pages() == nil
		return s
	}
	if !s.on {
		return s
	}
	if err := o.pages(); err != nil {
		r.refuse(dashboardFlag, "cannot be served: %v", err)
	} else if _, err := dashboard.New(dashboard.Options{Address: s.address}); err != nil {
		r.refuse(dashboardFlag, "cannot be read: %v", err)
	}
	return s
}

// readDashboard reads on, off, what other flags take for true and false, or an address.
func readDashboard(text string) (on, asked bool, address string) {
	switch on, err := strconv.ParseBool(text); {
	case err == nil:
		return on, true, ""
	case strings.EqualFold(text, "on"):
		return true, true, ""
	case strings.EqualFold(text, "off"):
		return false, true, ""
	}
	return true, true, text
}

// dashboardOutlet is the dashboard of the run, if there is one.
func (w *wiring) dashboardOutlet() []sinks.Named {
	if !w.settings.dashboard.on {
		return nil
	}
	page, err := web.Live("liveload dashboard")
	if err == nil {
		w.dashboard, err = dashboard.New(dashboard.Options{Address: w.settings.dashboard.address, Page: page, Opened: w.tellDashboard, Evidence: []string{""}, Log: w.log})
	}
	if err != nil { // it was found in order before
		w.log.Warn("there is no dashboard", "error", err)
		return nil
	}
	var sink sinks.Sink = w.dashboard
	if !w.settings.dashboard.asked {
		sink = &unaskedDashboard{Sink: sink, log: w.log}
	}
	return []sinks.Named{{Name: "the dashboard", Sink: sink}}
}

// An unaskedDashboard is one that nobody asked for: where it cannot be served, the run goes on without.
type unaskedDashboard struct {
	sinks.Sink
	log *slog.Logger
	off bool
}

// Start serves it, if possible.
func (d *unaskedDashboard) Start(ctx context.Context, run metrics.RunInfo) error {
	if err := d.Sink.Start(ctx, run); err != nil {
		d.off = true
		d.log.Warn("there is no dashboard", "error", err)
	}
	return nil
}

// Write shows an interval.
func (d *unaskedDashboard) Write(ctx context.Context, i *metrics.Interval) error {
	if d.off {
		return nil
	}
	return d.Sink.Write(ctx, i)
}

// Close ends it.
func (d *unaskedDashboard) Close(ctx context.Context, results []metrics.Result) error {
	if d.off {
		return nil
	}
	return d.Sink.Close(ctx, results)
}

// tellDashboard prints what a person opens. It is a secret, and so no log line.
func (w *wiring) tellDashboard(url, fingerprint string) {
	var out io.Writer = w.outside.stdout
	if w.settings.quiet {
		out = w.outside.stderr
	}
	fmt.Fprintf(out, "Dashboard: %s\n", url)
	if fingerprint != "" {
		fmt.Fprintf(out, "           The browser will warn of its certificate, which was made for this run. Its SHA-256 fingerprint is\n           %s\n", fingerprint)
	}
}

// A steeredPage lets the dashboard steer a run by the same commands as `liveload control`. It implements dashboard.Run.
type steeredPage struct {
	http.Handler
	run *steeredRun
}

func newSteeredPage(run *steeredRun) steeredPage { return steeredPage{control.Handler(run), run} }

// Status implements dashboard.Run.
func (p steeredPage) Status() any { return p.run.Status() }
