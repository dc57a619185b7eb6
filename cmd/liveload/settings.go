package main

import (
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/url"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/urfave/cli/v2"

	"github.com/liveload/liveload/browserpool/engines"
	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/plan"
	"github.com/liveload/liveload/plan/shape"
	"github.com/liveload/liveload/probe"
	"github.com/liveload/liveload/runner/evidence"
	"github.com/liveload/liveload/sinks/outputs"
	"github.com/liveload/liveload/suggest"
)

// runSettings are the decisions of the command line and the environment for a run.
type runSettings struct {
	sources     layered
	runID       string       // a UUID
	above       []plan.Layer // options of every scenario that beat those of its script: flags, environment
	below       []plan.Layer // options that the script's beat: those of the options file
	seed        uint64
	seedFrom    string
	findLimit   *plan.FindLimit // nil for a run with a load of its own
	config      map[string]string
	configFrom  []string          // the places that say it, the weakest first
	thresholds  []thresholdLayer  // the strongest first; the last one is of the options file, which the script's beat
	metrics     *metrics.Registry // the catalogue, and what the scripts of the run declare
	result      string
	junit       string // file
	outputs     []outputs.Target
	outTimeout  time.Duration // that the end of the run waits for them
	outNodes    bool          // they get each node's own numbers too
	probe       probe.Options // without targets when nothing is read of the application
	grafana     *url.URL      // nil when nobody said where it is
	evidence    evidence.Options
	engine      string
	headed      bool
	browserPath string
	quiet       bool
	noColor     bool
	log         logSettings
	cluster     clusterSettings
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
		runID:   uuid.NewString(), metrics: metrics.NewRegistry(), result: v.text("result"), junit: v.text("summary-junit"),
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
	s.grafana = r.grafanaURL()
	s.engine = r.choice("engine", engines.Default, engines.Names()...)
	s.seed, s.seedFrom = r.seed("seed")
	s.config, s.configFrom = r.pairs("config"), v.keyPlaces("config")
	s.evidence = evidence.Options{
		Dir:      r.evidenceDir(s.runID),
		Failures: r.choice("evidence", "on", "on", "off") == "on",
		Trace:    evidence.TraceMode(r.choice("trace", string(evidence.TraceOff), string(evidence.TraceOff), string(evidence.TraceOnFailure), string(evidence.TraceOn))),
	}
	fallback := slog.LevelInfo
	if s.quiet {
		fallback = slog.LevelWarn
	}
	s.log = r.log(fallback)
	s.cluster = r.cluster()
	return s, r.err
}

// A flagReader turns texts into values and keeps the first error.
type flagReader struct {
	layered
	err error
}

func (r *flagReader) refuse(flag, format string, args ...any) {
	if r.err != nil {
		return
	}
	name := fmt.Sprintf("--%s (or %s)", flag, variable(flag))
	if place := r.place(flag); strings.Contains(place, ":") {
		name = place + ": " + flag
	}
	r.err = &usageError{problem: name + " " + fmt.Sprintf(format, args...)}
}

func (r *flagReader) number(flag string) *int { return r.numberFrom(flag, 1) }

func (r *flagReader) numberFrom(flag string, least int) *int {
	text := r.text(flag)
	if text == "" {
		return nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < least {
		r.refuse(flag, "is %q, but must be a whole number from %d up", text, least)
		return nil
	}
	return &n
}

// read reads a value; nil when there is none, or it is refused.
func read[T any](r *flagReader, flag string, parse func(string) (T, error)) *T {
	text := r.text(flag)
	if text == "" {
		return nil
	}
	value, err := parse(text)
	if err != nil {
		r.refuse(flag, "cannot be read: %v", err)
		return nil
	}
	return &value
}

func (r *flagReader) duration(flag string) *time.Duration { return read(r, flag, plan.ParseDuration) }

func (r *flagReader) rate(flag string) *shape.Rate { return read(r, flag, shape.ParseRate) }

// positive reads a time longer than 0.
func (r *flagReader) positive(flag string) *time.Duration {
	d := r.duration(flag)
	if d != nil && *d <= 0 {
		r.refuse(flag, "is %q, but must be longer than 0, such as 5m", r.text(flag))
	}
	return d
}

func (r *flagReader) policy(flag string) *plan.OnFailure {
	policy := plan.OnFailure(r.choice(flag, "", string(plan.Stop), string(plan.Continue), string(plan.Restart)))
	if policy == "" {
		return nil
	}
	return &policy
}

func (r *flagReader) pairs(flag string) map[string]string {
	pairs := map[string]string{}
	for _, text := range r.all(flag) {
		key, value, ok := strings.Cut(text, "=")
		if !ok || key == "" {
			r.refuse(flag, "is %q, but must be KEY=VALUE, such as baseURL=http://127.0.0.1:4000", text)
			return nil
		}
		pairs[key] = value
	}
	return pairs
}

// choice reads one of a few words, whose case does not count.
func (r *flagReader) choice(flag, fallback string, words ...string) string {
	text := r.text(flag)
	if text == "" {
		return fallback
	}
	if i := slices.Index(words, strings.ToLower(text)); i >= 0 {
		return words[i]
	}
	hint := ""
	if near := suggest.Closest(text, words); near != "" {
		hint = fmt.Sprintf(" (did you mean %s?)", near)
	}
	allowed := strings.Join(words, ", ")
	if i := strings.LastIndex(allowed, ", "); i >= 0 {
		allowed = allowed[:i] + " or " + allowed[i+2:]
	}
	r.refuse(flag, "is %q, but must be %s%s", text, allowed, hint)
	return fallback
}

// evidenceDir is where a run keeps what it finds about failures.
func (r *flagReader) evidenceDir(runID string) string {
	if dir := r.text("evidence-dir"); dir != "" {
		return dir
	}
	return filepath.Join("liveload-results", time.Now().Format("2006-01-02-150405")+"-"+runID[:8])
}

// port reads a TCP port; 0 asks for a free one.
func (r *flagReader) port(flag string, fallback int) int {
	text := r.text(flag)
	if text == "" {
		return fallback
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 || n > 65535 {
		r.refuse(flag, "is %q, but must be a number from 0 to 65535", text)
	}
	return n
}

func (r *flagReader) log(fallback slog.Level) logSettings {
	s := logSettings{format: r.choice("log-format", "text", "text", "json")}
	level := r.choice("log-level", fallback.String(), "debug", "info", "warn", "error")
	if err := s.level.UnmarshalText([]byte(level)); err != nil {
		r.refuse("log-level", "cannot be read: %v", err)
	}
	return s
}

func (r *flagReader) stages(flag string) []plan.Stage {
	var stages []plan.Stage
	for _, text := range r.all(flag) {
		stage, err := plan.ParseStage(text)
		if err != nil {
			r.refuse(flag, "cannot be read: %v", err)
			return nil
		}
		if len(stages) > 0 && (stages[0].Rate == nil) != (stage.Rate == nil) {
			r.refuse(flag, "is %q, but the stages before it lead to %s: use one of both", text, goalOf(stages[0]))
			return nil
		}
		stages = append(stages, stage)
	}
	return stages
}

func goalOf(s plan.Stage) string {
	if s.Rate != nil {
		return "rates"
	}
	return "numbers of users"
}

// mostSeed is the largest whole number that JavaScript, and so every reader of JSON, keeps exactly.
const mostSeed = 1<<53 - 1

// seed reads a seed, or chooses one.
func (r *flagReader) seed(flag string) (seed uint64, from string) {
	text := r.text(flag)
	if text == "" {
		return 1 + rand.Uint64N(mostSeed), "chosen at random"
	}
	n, err := strconv.ParseUint(text, 10, 64)
	if err != nil || n < 1 || n > mostSeed {
		r.refuse(flag, "is %q, but must be a whole number from 1 to %d", text, uint64(mostSeed))
	}
	return n, r.place(flag)
}
