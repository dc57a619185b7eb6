package main

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/sinks"
	"github.com/liveload/liveload/web"
)

// said is what the command line, the environment and the options file say of the dashboard, the strongest first.
func said(texts ...map[string]string) *flagReader {
	r := &flagReader{}
	for _, one := range texts {
		s := source{texts: map[string][]string{}, place: func(flag string) string { return "--" + flag }}
		for flag, text := range one {
			s.texts[flag] = []string{text}
		}
		r.layered = append(r.layered, s)
	}
	return r
}

// A brokenSink cannot start, and must not be used then.
type brokenSink struct{ sinks.Sink }

func (brokenSink) Start(context.Context, metrics.RunInfo) error {
	return errors.New("there is no loopback")
}

// TestADashboardThatNobodyAskedFor does not fail the run.
func TestADashboardThatNobodyAskedFor(t *testing.T) {
	var log bytes.Buffer
	f := sinks.NewFanout(slog.New(slog.DiscardHandler), nil, sinks.Named{Sink: &unaskedDashboard{Sink: brokenSink{}, log: slog.New(slog.NewTextHandler(&log, nil))}})
	if err := errors.Join(f.Start(t.Context(), metrics.RunInfo{}), f.Write(t.Context(), &metrics.Interval{}), f.Close(t.Context(), nil)); err != nil {
		t.Error(err)
	}
	if text := log.String(); !strings.Contains(text, `level=WARN msg="there is no dashboard" error="there is no loopback"`) {
		t.Errorf("the log has %q", text)
	}
}

func TestWhenThereIsADashboard(t *testing.T) {
	type texts = map[string]string
	for _, c := range []struct {
		name       string
		said       []texts
		tty, quiet bool
		ci         string
		missing    bool // there are no pages
		on         bool
		address    string
		problem    string
	}{
		{name: "in a terminal", tty: true, on: true},
		{name: "in a pipe"},
		{name: "quiet", tty: true, quiet: true},
		{name: "in CI", tty: true, ci: "true"},
		{name: "without pages", tty: true, missing: true},
		{name: "asked for in CI", said: []texts{{"dashboard": "true"}}, ci: "true", on: true},
		{name: "in words", said: []texts{{"dashboard": "On"}}, on: true},
		{name: "at an address", said: []texts{{"dashboard": "8080"}}, on: true, address: "8080"},
		{name: "off", said: []texts{{"dashboard": "off"}}, tty: true},
		{name: "false", said: []texts{{"dashboard": "false"}}, tty: true},
		{name: "0, as other flags take it", said: []texts{{"dashboard": "0"}}, tty: true},
		{name: "1, as other flags take it", said: []texts{{"dashboard": "1"}}, on: true},
		{name: "no", said: []texts{{"no-dashboard": "true"}}, tty: true},
		{name: "no beats a weaker source", said: []texts{{"no-dashboard": "true"}, {"dashboard": "8080"}}, tty: true},
		{name: "yes beats a weaker source", said: []texts{{"dashboard": "true"}, {"no-dashboard": "true"}}, on: true},
		{name: "not no", said: []texts{{"no-dashboard": "false"}}, tty: true, on: true},
		{name: "both", said: []texts{{"dashboard": "true", "no-dashboard": "true"}}, problem: "say one of them"},
		{name: "a wrong address", said: []texts{{"dashboard": "host:port"}}, problem: "cannot be read: write HOST:PORT"},
		{name: "asked for without pages", said: []texts{{"dashboard": "true"}}, missing: true, problem: "cannot be served: this liveload was built without its web pages"},
	} {
		o := &outside{stdoutTTY: c.tty, env: map[string]string{"CI": c.ci}, pages: func() error { return nil }}
		if c.missing {
			o.pages = func() error { return web.ErrMissing }
		}
		r := said(c.said...)
		got := r.dashboard(o, c.quiet)
		if c.problem != "" {
			if usage, ok := errors.AsType[*usageError](r.err); !ok || !strings.Contains(usage.problem, c.problem) {
				t.Errorf("%s: %v, want %q", c.name, r.err, c.problem)
			}
		} else if r.err != nil || got.on != c.on || got.address != c.address {
			t.Errorf("%s: %+v, %v", c.name, got, r.err)
		}
	}
}
