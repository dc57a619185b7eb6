package main

import (
	"cmp"
	"context"
	"errors"
	"io"
	"log"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/liveload/liveload/browserpool"
	"github.com/liveload/liveload/browserpool/engines"
	"github.com/liveload/liveload/browserpool/rundir"
	"github.com/liveload/liveload/cluster"
	"github.com/liveload/liveload/cluster/shared"
	"github.com/liveload/liveload/control"
	"github.com/liveload/liveload/js"
	"github.com/liveload/liveload/jsmodules"
	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/metrics/journal"
	"github.com/liveload/liveload/node"
	"github.com/liveload/liveload/node/cgroup"
	"github.com/liveload/liveload/plan"
	"github.com/liveload/liveload/probe"
	"github.com/liveload/liveload/runner/evidence"
	"github.com/liveload/liveload/sinks"
	"github.com/liveload/liveload/sinks/dashboard"
	"github.com/liveload/liveload/sinks/junit"
	"github.com/liveload/liveload/sinks/outputs"
	"github.com/liveload/liveload/sinks/stepsummary"
	"github.com/liveload/liveload/sinks/terminal"
	"github.com/liveload/liveload/sinks/wholefile"
	"github.com/liveload/liveload/space"
)

// closeTimeout bounds what is done after the last scenario.
const closeTimeout = 20 * time.Second

// A wiring connects the packages for one run on this machine.
type wiring struct {
	outside  *outside
	settings runSettings
	display  *terminal.Display
	log      *slog.Logger
	modules  js.Modules
	engine   engine
	dir      *rundir.Dir // of the run
	cache    string      // folder of this machine
	outputs  []sinks.Named
	notes    []string                                      // for every Result
	shared   *shared.Local                                 // of the users, after a trial; nil without one
	setups   *cluster.Setups                               // that a trial has called; nil without one
	probe    *probe.Probe                                  // of the tested application
	clocks   func() map[string]time.Duration               // of the nodes of a cluster; nil without one
	used     func(batch []plan.Scenario) *metrics.Machines // by a batch that has ended; nil without a cluster
	commands *control.Server                               // from other processes; nil when none can come
	journal  *journal.Writer                               // nil for none
	written  *resultFile                                   // the Result file; nil for none
	folders  []string                                      // in which paths of Results begin, besides the current one

	dashboard *dashboard.Sink // nil for none
	space     *space.Budget   // of the disk; nil for no bound
	limits    *node.Limits    // of this machine, watched while the run has a folder
}

func (o *outside) wire(settings runSettings) *wiring {
	w := &wiring{outside: o, settings: settings, display: o.display(settings), modules: jsmodules.All(jsmodules.Options{Env: o.env, Metrics: settings.metrics})}
	w.log = o.newLogger(o.logWriter(w.display), settings.log)
	if shown, ok := o.stdout.(*screen); ok {
		shown.lost = func() { go w.log.Warn("nobody sees any more what the run shows: it goes on, and Ctrl-C ends it") } // the display may log, too
	}
	log.SetFlags(0) // net/http tells there of servers that misbehave
	log.SetOutput(slog.NewLogLogger(w.log.Handler(), slog.LevelDebug).Writer())
	return w
}

func (o *outside) display(settings runSettings) *terminal.Display {
	return terminal.New(terminal.Options{
		Out: o.stdout, TTY: o.stdoutTTY, Width: o.width, Quiet: settings.quiet,
		Color: o.colored(settings.noColor), Summary: settings.summary, Files: settings.files(), Evidence: settings.evidence.Dir,
	})
}

// colored says whether the output has colours.
func (o *outside) colored(off bool) bool {
	return o.stdoutTTY && !off && o.env["NO_COLOR"] == "" && o.env["TERM"] != "dumb"
}

// columns is the width of the terminal, 0 where there is none.
func (o *outside) columns() int {
	if !o.stdoutTTY || o.width == nil {
		return 0
	}
	return o.width()
}

// files are what the summary points to.
func (s runSettings) files() (files []terminal.File) {
	for _, f := range []terminal.File{{What: "Result", Path: s.result}, {What: "JUnit", Path: s.junit}} {
		if f.Path != "" && !wholefile.IsStdout(f.Path) {
			files = append(files, f)
		}
	}
	for _, path := range s.reports {
		files = append(files, terminal.File{What: "Report", Path: path})
	}
	return files
}

// logWriter keeps log lines and the drawing apart when both are on one screen.
func (o *outside) logWriter(display *terminal.Display) io.Writer {
	if o.stdoutTTY && o.stderrTTY {
		return display.LogWriter()
	}
	return o.stderr
}

// newLogger makes a log, which has no secrets.
func (o *outside) newLogger(out io.Writer, settings logSettings) *slog.Logger {
	options := &slog.HandlerOptions{Level: settings.level}
	var handler slog.Handler = slog.NewTextHandler(out, options)
	if settings.format == "json" {
		handler = slog.NewJSONHandler(out, options)
	}
	return slog.New(o.secrets.Handler(handler))
}

func (w *wiring) scriptOptions() node.ScriptOptions {
	return node.ScriptOptions{Modules: w.modules, Log: w.log, AllowRead: w.settings.allowRead, Secrets: w.outside.secrets}
}

// prepare gets ready to start browsers.
func (w *wiring) prepare(ctx context.Context) error {
	env, err := w.outside.environment(w.settings.browserPath, w.settings.headed)
	if err != nil {
		return err
	}
	options := w.outside.outputOptions(w.settings.outTimeout, w.log)
	options.Spool = filepath.Join(w.settings.evidence.Dir, "spool")
	if w.outputs, err = outputs.Open(w.settings.outputs, options); err != nil {
		return err
	}
	w.limits = &node.Limits{}
	if w.settings.cluster.kind == nil { // else the workers have browsers
		if err := cmp.Or(checkLimits(w.outside.limits(ctx)), checkDisk(env.Cache, diskNeeded)); err != nil {
			return err
		}
		if w.engine, err = w.outside.findEngine(w.settings.engine, engines.Options{Environment: env, Args: w.settings.browserArgs, Logger: w.log, MemoryKills: memoryKills, NearLimit: w.limits.Near}); err != nil {
			return err
		}
	}
	w.cache = env.Cache
	if w.dir, err = openRunFolder(ctx, env.Cache, w.log); err != nil {
		return err
	}
	w.limits.Watch(w.dir.Path())
	if w.space, err = w.settings.maxDisk.budget(w.dir.Path(), w.settings.evidence.Dir, w.settings.diskSharing); err != nil {
		return err
	}
	if w.engine != nil && w.outside.watch != nil {
		if err := w.outside.watch(w.dir); err != nil {
			w.log.Warn("nothing will end the browsers of this run at once if it is killed: the next start will", "error", err)
		}
	}
	return nil
}

func memoryKills() int64 { return cgroup.MemoryKills("/") }

// local returns the node of this process.
func (w *wiring) local(name string) *node.Local {
	return &node.Local{Evidence: w.evidence(name), Space: w.space, NodeName: name, Metrics: w.settings.metrics, Probe: &node.Machine{Cores: w.outside.cores, Limits: w.limits}, Secrets: w.outside.secrets, Log: w.log, Load: w.load,
		Open: func(_ context.Context, recorder browserpool.Recorder) (browserpool.Engine, error) {
			return w.engine.Open(w.dir, recorder)
		},
	}
}

// controller puts the node, the sinks and the controller together.
func (w *wiring) controller(p plan.Plan, users node.Node) *cluster.Controller {
	return &cluster.Controller{
		Node: users, Application: w.probe, Sink: sinks.NewFanout(w.log, w.outside.secrets, w.outlets()...), Version: version, Labels: labels(p), Secrets: w.outside.secrets, Log: w.log,
		MaxFailures: w.settings.maxFailures, Notes: w.notes, Shared: w.shared, Setups: w.setups, ByNode: w.settings.outNodes, Lead: w.lead(), Clocks: w.clocks, Machines: w.used,
		Metrics: w.settings.metrics, Journal: w.journal, Closing: max(cluster.DefaultClosing, sinks.ClosingFor(w.settings.outTimeout)),
	}
}

// outlets are where the numbers of the run go.
func (w *wiring) outlets() []sinks.Named {
	var outlets []sinks.Named // the terminal is last: what cannot start says so before anything is shown
	if file := w.settings.result; file != "" {
		w.written = &resultFile{Sink: wholefile.New(file, "the result file", "result.json", metrics.WriteResults)}
		outlets = append(outlets, sinks.Named{Name: "the result file", Sink: w.written})
	}
	if file := w.settings.junit; file != "" {
		outlets = append(outlets, sinks.Named{Name: "the JUnit file", Sink: junit.New(file)})
	}
	outlets = append(outlets, w.reportOutlets()...)
	if file := w.outside.env["GITHUB_STEP_SUMMARY"]; file != "" {
		outlets = append(outlets, sinks.Named{Name: "the summary for GitHub Actions", Sink: stepsummary.New(file, w.log)})
	}
	outlets = slices.Concat(outlets, w.outputs, w.dashboardOutlet())
	return append(outlets, sinks.Named{Name: "the terminal", Sink: w.display, Display: true})
}

// evidence keeps the evidence of a node's scenarios.
func (w *wiring) evidence(node string) func(string, evidence.Sequences) *evidence.Store {
	options := w.settings.evidence
	options.Node, options.Secrets, options.Log, options.Space = node, w.outside.secrets, w.log, w.space
	return func(scenario string, sequences evidence.Sequences) *evidence.Store {
		return evidence.New(options, scenario, sequences)
	}
}

func (w *wiring) load(ctx context.Context, first *plan.Scenario, shared node.Shared) (node.Script, error) {
	options := w.scriptOptions()
	options.Shared = shared
	return node.LoadScript(ctx, first, options)
}

func (w *wiring) close() error {
	ctx, cancel := context.WithTimeout(context.Background(), closeTimeout)
	defer cancel()
	var err error
	if w.commands != nil {
		err = w.commands.Close(ctx)
	}
	return errors.Join(err, w.dir.Close(ctx))
}

func hostName() string {
	name, err := os.Hostname()
	if err != nil || name == "" {
		return "local"
	}
	return name
}

// labels say where a Result comes from.
func labels(p plan.Plan) map[string]string {
	found := map[string]string{"host": hostName(), "os": runtime.GOOS + "/" + runtime.GOARCH}
	if len(p.Scenarios) > 0 {
		if commit := gitState(filepath.Dir(p.Scenarios[0].Script)); commit != "" {
			found["git"] = commit
		}
	}
	return found
}

// gitState describes the commit of the scripts' folder; "" when it is not under git.
func gitState(folder string) string {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	text, err := exec.CommandContext(ctx, "git", "-C", folder, "describe", "--always", "--dirty").Output()
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(text))
}
