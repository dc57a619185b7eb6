package main

import (
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/urfave/cli/v2"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/metrics/threshold"
	"github.com/liveload/liveload/runner"
	"github.com/liveload/liveload/runner/evidence"
)

// runSettings are the decisions of the command line and the environment for a run.
type runSettings struct {
	runID       string         // a UUID
	options     runner.Options // of every scenario, above those of the script
	config      map[string]string
	thresholds  []threshold.Spec  // of every scenario, in place of those of the script about the same number
	metrics     *metrics.Registry // the catalogue, and what the scripts of the run declare
	result      string
	junit       string // file
	evidence    evidence.Options
	headed      bool
	browserPath string
	quiet       bool
	noColor     bool
	log         logSettings
}

type logSettings struct {
	level  slog.Level
	format string
}

func readRunSettings(c *cli.Context) (runSettings, error) {
	s := runSettings{
		runID: uuid.NewString(), result: c.String("result"), junit: c.String("summary-junit"), headed: c.Bool("headed"), browserPath: c.String("browser-path"),
		quiet: c.Bool("quiet"), noColor: c.Bool("no-color"),
	}
	r := flagReader{c: c}
	s.options = runner.Options{
		Users:            r.number("users"),
		Duration:         r.positive("duration"),
		IterationTimeout: r.positive("iteration-timeout"),
		RampUp:           r.duration("ramp-up"),
		OnFailure:        r.policy("on-failure"),
	}
	s.config = r.pairs("config")
	s.thresholds, s.metrics = r.thresholds("threshold"), metrics.NewRegistry()
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
	return s, r.err
}

// A flagReader turns texts into values and keeps the first error.
type flagReader struct {
	c   *cli.Context
	err error
}

func (r *flagReader) refuse(flag, format string, args ...any) {
	if r.err == nil {
		f, _ := mustFind(r.c.Command.Name).flag(flag)
		problem := fmt.Sprintf(format, args...)
		r.err = &usageError{problem: fmt.Sprintf("--%s (or %s) %s", flag, f.variable(), problem), command: r.c.Command.Name}
	}
}

func mustFind(name string) command { c, _ := find(name); return c }

func (r *flagReader) number(flag string) *int {
	text := r.c.String(flag)
	if text == "" {
		return nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		r.refuse(flag, "is %q, but must be a whole number from 1 up", text)
		return nil
	}
	return &n
}

func (r *flagReader) duration(flag string) *time.Duration {
	text := r.c.String(flag)
	if text == "" {
		return nil
	}
	d, err := runner.ParseDuration(text)
	if err != nil {
		r.refuse(flag, "cannot be read: %v", err)
		return nil
	}
	return &d
}

// positive reads a time longer than 0.
func (r *flagReader) positive(flag string) *time.Duration {
	d := r.duration(flag)
	if d != nil && *d <= 0 {
		r.refuse(flag, "is %q, but must be longer than 0, such as 5m", r.c.String(flag))
	}
	return d
}

func (r *flagReader) policy(flag string) *runner.OnFailure {
	text := r.c.String(flag)
	if text == "" {
		return nil
	}
	policies := []string{string(runner.Stop), string(runner.Continue), string(runner.Restart)}
	for _, p := range policies {
		if p == text {
			policy := runner.OnFailure(text)
			return &policy
		}
	}
	hint := ""
	if near := runner.Closest(text, policies); near != "" {
		hint = fmt.Sprintf(" (did you mean %s?)", near)
	}
	r.refuse(flag, "is %q, but must be stop, continue or restart%s", text, hint)
	return nil
}

func (r *flagReader) pairs(flag string) map[string]string {
	pairs := map[string]string{}
	for _, text := range r.c.StringSlice(flag) {
		key, value, ok := strings.Cut(text, "=")
		if !ok || key == "" {
			r.refuse(flag, "is %q, but must be KEY=VALUE, such as baseURL=http://127.0.0.1:4000", text)
			return nil
		}
		pairs[key] = value
	}
	return pairs
}

// choice reads one of a few words.
func (r *flagReader) choice(flag, fallback string, words ...string) string {
	text := r.c.String(flag)
	if text == "" {
		return fallback
	}
	if !slices.Contains(words, text) {
		r.refuse(flag, "is %q, but must be one of: %s", text, strings.Join(words, ", "))
	}
	return text
}

// evidenceDir is where a run keeps what it finds about failures.
func (r *flagReader) evidenceDir(runID string) string {
	if dir := r.c.String("evidence-dir"); dir != "" {
		return dir
	}
	return filepath.Join("liveload-results", time.Now().Format("2006-01-02-150405")+"-"+runID[:8])
}

// port reads a TCP port; 0 asks for a free one.
func (r *flagReader) port(flag string, fallback int) int {
	text := r.c.String(flag)
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
	s := logSettings{level: fallback, format: "text"}
	if text := r.c.String("log-level"); text != "" {
		levels := map[string]slog.Level{"debug": slog.LevelDebug, "info": slog.LevelInfo, "warn": slog.LevelWarn, "error": slog.LevelError}
		level, ok := levels[strings.ToLower(text)]
		if !ok {
			r.refuse("log-level", "is %q, but must be debug, info, warn or error", text)
		}
		s.level = level
	}
	if text := r.c.String("log-format"); text != "" {
		if text != "text" && text != "json" {
			r.refuse("log-format", "is %q, but must be text or json", text)
		}
		s.format = text
	}
	return s
}
