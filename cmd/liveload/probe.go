package main

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/plan"
	"github.com/liveload/liveload/probe"
	"github.com/liveload/liveload/redact"
	"github.com/liveload/liveload/suggest"
)

const (
	probeFlag       = "probe"
	probeMatchFlag  = "probe-match"
	probeHeaderFlag = "probe-header"
)

// probe reads what is read of the tested application.
func (r *flagReader) probe() probe.Options {
	o := probe.Options{Match: r.of(probeMatchFlag).texts[probeMatchFlag], Header: http.Header{}}
	for _, text := range r.of(probeFlag).texts[probeFlag] {
		target, err := probe.ParseTarget(text)
		if err != nil {
			r.refuse(probeFlag, "%v", err)
			return o
		}
		o.Targets = append(o.Targets, target)
	}
	for _, pattern := range o.Match {
		if err := probe.CheckPattern(pattern); err != nil {
			r.refuse(probeMatchFlag, "%v", err)
		}
	}
	for _, text := range r.of(probeHeaderFlag).texts[probeHeaderFlag] {
		name, value, err := probe.ParseHeader(text)
		if err != nil {
			r.refuse(probeHeaderFlag, "%v", err)
		}
		o.Header.Add(name, value)
	}
	for _, flag := range []string{probeMatchFlag, probeHeaderFlag} {
		if len(o.Targets) == 0 && r.text(flag) != "" {
			r.refuse(flag, "has no effect without --%s", probeFlag)
		}
	}
	return o
}

// openProbe reads the tested application for the first time, so that thresholds can name its metrics. The caller closes
// the probe.
func (w *wiring) openProbe(ctx context.Context) error {
	options := w.settings.probe
	options.Log = w.log
	var err error
	if w.probe, err = probe.New(options); err != nil {
		return &usageError{problem: err.Error()}
	}
	if err := w.probe.Check(ctx); err != nil {
		return err
	}
	for _, m := range w.probe.Metrics() {
		if _, err := w.settings.metrics.Register(*m); err != nil {
			return err
		}
	}
	return nil
}

// unshown warns about metrics that thresholds name and the tested application does not show, or not yet.
func (s runSettings) unshown(p plan.Plan) (warnings []string) {
	var names []string
	for _, m := range s.metrics.All() {
		if name, ok := strings.CutPrefix(m.Name, metrics.ServerPrefix); ok {
			names = append(names, name)
		}
	}
	for _, scenario := range p.Scenarios {
		for _, spec := range scenario.Thresholds {
			name, _, _ := strings.Cut(spec.Metric, "{")
			name, ok := strings.CutPrefix(strings.TrimSpace(name), metrics.ServerPrefix)
			if !ok || slices.Contains(names, name) {
				continue
			}
			warning := fmt.Sprintf("the application does not show the metric %s of a threshold, or not yet", metrics.ServerPrefix+name)
			if near := suggest.Closest(name, names); near != "" {
				warning += ": did you mean " + metrics.ServerPrefix + near + "?"
			}
			warnings = append(warnings, warning)
		}
	}
	return slices.Compact(warnings)
}

// withoutSecrets shows the value of a flag of the whole run.
func (s runSettings) withoutSecrets(flag string) string {
	switch flag {
	case "out":
		return joined(s.outputs)
	case probeFlag:
		return joined(s.probe.Targets)
	case probeMatchFlag:
		return strings.Join(s.probe.Match, " ")
	case probeHeaderFlag:
		return strings.Join(slices.Sorted(maps.Keys(s.probe.Header)), ": ..., ") + ": ..."
	case clusterOptFlag:
		return strings.Join(s.sources.optionsOf(s.sources.text(clusterFlag)), ", ")
	case natsFlag:
		if at, err := url.Parse(s.sources.text(flag)); err == nil {
			return at.Redacted()
		}
		return "..."
	}
	return redact.Text(s.sources.text(flag))
}
