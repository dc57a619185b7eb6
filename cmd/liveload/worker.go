package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/liveload/liveload/cluster/providers"
	"github.com/liveload/liveload/cluster/providers/aws/ecstask"
	"github.com/liveload/liveload/cluster/upload"
	"github.com/liveload/liveload/cluster/worker"
	"github.com/liveload/liveload/cluster/workerlog"
	"github.com/liveload/liveload/jsmodules"
	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/node"
	"github.com/liveload/liveload/plan"
	"github.com/liveload/liveload/plan/files"
	"github.com/liveload/liveload/redact"
	"github.com/liveload/liveload/runner/evidence"
	"github.com/liveload/liveload/sinks/wholefile"
)

const (
	joinFlag     = "join"
	lifetimeFlag = "lifetime"
)

// workerFlags say which run a worker joins.
func workerFlags() []cli.Flag {
	return append([]cli.Flag{
		newFlag(joinFlag, "the run's `TOKEN`, or the file that has it, or - to read it from standard input"),
		newFlag("name", "call this node `NAME` (the host's name); ecs-task is for the id of the Amazon ECS task in which it runs"),
		newFlag(lifetimeFlag, "leave after `TIME`, whatever becomes of the run (never)"),
		browserPathFlag(),
	}, logFlags()...)
}

// worker carries users of a run whose controller is elsewhere.
func (o *outside) worker(c *cli.Context) error {
	v, err := sources(c)
	if err != nil {
		return err
	}
	r := flagReader{layered: v}
	settings := runSettings{browserPath: v.text("browser-path"), log: r.log(0), metrics: metrics.NewRegistry()}
	lifetime := r.lifetime(lifetimeFlag)
	if r.err != nil {
		return r.err
	}
	token, gone, err := o.joinToken(v.text(joinFlag))
	if err != nil {
		return err
	}
	os.Unsetenv(variable(joinFlag)) // browsers have no business with it
	expired, forget := after(lifetime)
	defer forget()
	ends, release := o.listen(c.Context)
	defer release()
	name, err := o.nodeName(ends.stop, v.text("name"))
	if err != nil {
		return err
	}
	logs := workerlog.NewSender()
	here := o.newLogger(o.stderr, settings.log).Handler()
	log, scripts := slog.New(slog.NewMultiHandler(here, o.secrets.Handler(logs.Workers()))), slog.New(slog.NewMultiHandler(here, o.secrets.Handler(logs.Scripts())))
	resources, err := o.resources(ends.stop)
	if err != nil {
		log.Warn("this machine does not say all that it has", "error", err)
	}
	resources.Versions = o.versions(ends.stop, settings.browserPath)
	err = worker.Run(ends.stop, worker.Options{
		Token: token, Name: name, Version: version, Resources: resources, Gone: gone, Expired: expired, Logs: logs, Log: log, Keep: o.keepPart,
		Make: func(ctx context.Context, a worker.Assignment) (worker.Machine, error) {
			return o.workerNode(ctx, settings, a, log, scripts)
		},
	})
	if errors.Is(err, context.Canceled) {
		return interrupted(err)
	}
	return err
}

// after returns a channel that is closed after a time; nil for 0. The caller calls forget.
func after(lifetime time.Duration) (over <-chan struct{}, forget func()) {
	if lifetime == 0 {
		return nil, func() {}
	}
	ctx, cancel := context.WithTimeout(context.Background(), lifetime)
	return ctx.Done(), cancel
}

// nodeName is the name that was said, or else one that people know the machine by.
func (o *outside) nodeName(ctx context.Context, said string) (string, error) {
	switch said {
	case "":
		return hostName(), nil
	case ecstask.Own:
		return ecstask.OwnName(ctx, func(name string) string { return o.env[name] })
	}
	return said, nil
}

// keepPart writes the Results of a node whose controller is gone to a file in the working folder.
func (o *outside) keepPart(results []metrics.Result) (path string, err error) {
	if path, err = filepath.Abs(keptName(results[0].RunID, results[0].Nodes[0].Node) + ".json"); err != nil {
		return "", err
	}
	file := wholefile.New(path, "the result file", "result.json", metrics.WriteResults)
	return path, file.Close(context.Background(), redact.Deep(o.secrets, results))
}

// keptName is how what a node keeps of a run is called in the working folder.
func keptName(run, node string) string {
	return fmt.Sprintf("liveload-%s-%s", run, filepath.Base(node))
}

// joinToken finds the token of the run. gone is nil where nothing tells of the controller's end.
func (o *outside) joinToken(said string) (token string, gone <-chan struct{}, err error) {
	switch {
	case said == "":
		return "", nil, &usageError{problem: "which run? `liveload worker --join TOKEN` needs the token that the controller prints, or a file that has it"}
	case said == providers.FromStdin:
		return providers.Receive(o.stdin)
	}
	content, err := os.ReadFile(said)
	switch {
	case err == nil:
		return strings.TrimSpace(string(content)), nil, nil
	case errors.Is(err, os.ErrNotExist) && !strings.ContainsRune(said, filepath.Separator), len(said) > longestPath:
		return said, nil, nil
	}
	return "", nil, fmt.Errorf("read the token of the run: %w", err)
}

// longestPath is shorter than a token.
const longestPath = 255

// Folders of a worker in that of its run: files of scripts, and evidence that is still to be sent.
const (
	workerFiles    = "files"
	workerEvidence = "evidence"
)

// A workerNode is the node of a worker, which has of the author's disk only what the plan says.
type workerNode struct {
	*node.Local
	own      *wiring
	evidence *upload.Sender // of the newest job
	send     func(ctx context.Context, message []byte) error
}

// workerNode makes the node that a controller wants. scripts takes what scripts write to their console.
func (o *outside) workerNode(ctx context.Context, settings runSettings, a worker.Assignment, log, scripts *slog.Logger) (worker.Machine, error) {
	var far farSettings
	if err := json.Unmarshal(a.Settings, &far); err != nil {
		return nil, fmt.Errorf("read the settings of the run: %w", err)
	}
	o.secrets.LearnEnvironment(far.Env)
	settings.runID, settings.engine, settings.headed, settings.browserArgs = a.RunID, far.Engine, far.Headed, far.Args
	settings.maxDisk, settings.diskSharing = far.MaxDisk, far.Sharing
	own := &wiring{outside: o, settings: settings, log: log, modules: jsmodules.All(jsmodules.Options{Env: far.Env, Metrics: settings.metrics})}
	if err := own.prepare(ctx); err != nil {
		return nil, err
	}
	n := &workerNode{own: own, send: a.Evidence}
	own.settings.evidence = evidence.Options{
		Dir: n.kept(), Shown: far.Folder, Kept: func(file string) { n.evidence.Add(file) }, Failures: far.Evidence, Trace: far.Trace,
	}
	n.Local = own.local(a.Name)
	n.Load = func(ctx context.Context, first *plan.Scenario, shared node.Shared) (node.Script, error) {
		stored, err := files.Fetch(ctx, a.Files, filepath.Join(own.dir.Path(), workerFiles), first.Files)
		if err != nil {
			return nil, err
		}
		options := own.scriptOptions()
		options.Shared, options.Files, options.Log = shared, stored, scripts
		return node.LoadScript(ctx, first, options)
	}
	return n, nil
}

// kept is the folder of evidence that is still to be sent.
func (n *workerNode) kept() string { return filepath.Join(n.own.dir.Path(), workerEvidence) }

// Prepare implements node.Node.
func (n *workerNode) Prepare(ctx context.Context, batch []plan.Scenario, shared node.Shared) (node.Job, error) {
	n.evidence = upload.NewSender(n.kept(), n.send, n.own.log)
	job, err := n.Local.Prepare(ctx, batch, shared)
	if err != nil {
		return nil, err
	}
	sending, stop := context.WithCancel(context.Background())
	go n.evidence.Run(sending)
	return &workerJob{Job: job, evidence: n.evidence, stop: stop}, nil
}

// Close implements worker.Machine. Evidence that the controller does not have goes to the working folder.
func (n *workerNode) Close(ctx context.Context) error {
	folder := keptName(n.own.settings.runID, n.NodeName)
	files, err := upload.Keep(n.kept(), folder)
	if files > 0 {
		n.own.log.Warn("evidence did not reach the controller, and is here", "files", files, "folder", folder)
	}
	return errors.Join(err, n.own.dir.Close(ctx))
}

// A workerJob is closed when its evidence has arrived.
type workerJob struct {
	node.Job
	evidence *upload.Sender
	stop     context.CancelFunc
}

// Close implements node.Job.
func (j *workerJob) Close(ctx context.Context) error {
	err := j.Job.Close(ctx)
	j.evidence.Finish(ctx)
	j.stop()
	<-j.evidence.Ended()
	return err
}
