package main

import (
	"log/slog"
	"net/url"
	"path/filepath"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/liveload/liveload/browserpool/engines"
	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/plan"
	"github.com/liveload/liveload/probe"
	"github.com/liveload/liveload/runner/evidence"
	"github.com/liveload/liveload/sinks/outputs"
	"github.com/liveload/liveload/sinks/terminal"
)

// runSettings are the decisions of the command line and the environment for a run.
type runSettings struct {
	sources      layered
	runID        string       // a UUID
	above        []plan.Layer // options of every scenario that beat those of its script: flags, environment
	below        []plan.Layer // options that the script's beat: those of the options file
	seed         uint64
	seedFrom     string
	scriptMemory int64             // bytes for all scripts of a machine; 0 is a share of what it has
	findLimit    *plan.FindLimit   // nil for a run with a load of its own
	config       map[string]string // with the secret ones
	configSecret []string          // keys of those, sorted
	configFrom   []string          // the places that say it, the weakest first
	maxDisk      diskLimit
	diskSharing  int               // nodes of this machine that share it; 0 is this one alone
	allowRead    []string          // folders besides its own that a script may read
	thresholds   []thresholdLayer  // the strongest first; the last one is of the options file, which the script's beat
	maxFailures  *float64          // share of failures that is too many; nil for none
	metrics      *metrics.Registry // the catalogue, and what the scripts of the run declare
	result       string
	junit        string   // file
	reports      []string // files for people, by their endings
	reportsAsked bool     // somebody has said which
	dashboard    dashboardSettings
	outputs      []outputs.Target
	outTimeout   time.Duration // that the end of the run waits for them
	outNodes     bool          // they get each node's own numbers too
	probe        probe.Options // without targets when nothing is read of the application
	grafana      *url.URL      // nil when nobody said where it is
	evidence     evidence.Options
	engine       string
	headed       bool
	browserPath  string
	browserArgs  []string // more flags of the browser
	quiet        bool
	summary      terminal.Summary
	noColor      bool
	log          logSettings
	cluster      clusterSettings
}

type logSettings struct {
	level  slog.Level
	format string
}

// readRunSettings reads what the command line, the environment and the options file say.
func (o *outside) readRunSettings(c *cli.Context) (runSettings, error) {
	v, err := sources(c)
	if err != nil {
		return runSettings{}, err
	}
	s := runSettings{
		sources: v,
		runID:   o.runID(), metrics: metrics.NewRegistry(), result: v.text("result"), junit: v.text("summary-junit"),
		headed: v.isOn("headed"), browserPath: v.text("browser-path"),
		quiet: v.isOn("quiet"), outNodes: v.isOn("out-nodes"), noColor: v.isOn("no-color"),
	}
	for i, from := range v {
		layer, err := from.layer()
		if err != nil {
			return s, err
		}
		promised, err := from.thresholds()
		if err != nil {
			return s, err
		}
		s.thresholds = append(s.thresholds, promised)
		if i < len(v)-1 {
			s.above = append(s.above, layer)
		} else {
			s.below = append(s.below, layer)
		}
	}
	r := flagReader{layered: v}
	if s.findLimit = r.findLimit(); s.findLimit != nil {
		s.above, s.below = plan.WithoutLoad(s.above...), plan.WithoutLoad(s.below...) // the search has read where it begins
	}
	s.outputs, s.outTimeout = r.outputs("out", v.of("out"), o.outputs), r.outTimeout()
	if s.probe = r.probe(); len(s.probe.Targets) > 0 {
		s.metrics.ExpectServer()
	}
	s.maxFailures = r.maxFailures()
	s.grafana = r.grafanaURL()
	s.allowRead = r.allowRead()
	s.maxDisk = r.maxDisk()
	s.browserArgs = r.browserArgs()
	s.engine = r.choice("engine", engines.Default, engines.Names()...)
	s.seed, s.seedFrom = r.seed("seed")
	s.scriptMemory = r.scriptMemory()
	s.readConfig(&r, o)
	s.evidence = evidence.Options{
		Dir:      r.evidenceDir(s.runID),
		Failures: r.choice("evidence", "on", "on", "off") == "on",
		Trace:    evidence.TraceMode(r.choice("trace", string(evidence.TraceOff), string(evidence.TraceOff), string(evidence.TraceOnFailure), string(evidence.TraceOn))),
	}
	s.reports, s.reportsAsked = r.reports(o, s.evidence.Dir)
	s.summary = r.summary()
	s.dashboard = r.dashboard(o, s.quiet)
	fallback := slog.LevelInfo
	if s.quiet {
		fallback = slog.LevelWarn
	}
	s.log = r.log(fallback)
	s.cluster = r.cluster()
	r.oneOnStdout("result", "summary-junit")
	return s, r.err
}

// summary is how much the run says at its end.
func (r *flagReader) summary() terminal.Summary {
	return terminal.Summary(r.choice("summary", string(terminal.Short), terminal.Summaries()...))
}

// evidenceDir is where a run keeps what it finds about failures.
func (r *flagReader) evidenceDir(runID string) string {
	if dir := r.text("evidence-dir"); dir != "" {
		return dir
	}
	return filepath.Join("liveload-results", time.Now().Format("2006-01-02-150405")+"-"+runID[:8])
}

func (r *flagReader) log(fallback slog.Level) logSettings {
	s := logSettings{format: r.choice("log-format", "text", "text", "json")}
	level := r.choice("log-level", fallback.String(), "debug", "info", "warn", "error")
	if err := s.level.UnmarshalText([]byte(level)); err != nil {
		r.refuse("log-level", "cannot be read: %v", err)
	}
	return s
}
