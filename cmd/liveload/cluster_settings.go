package main

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"net/url"
	"regexp"
	"slices"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/liveload/liveload/cluster/cost"
	"github.com/liveload/liveload/cluster/fleet"
	"github.com/liveload/liveload/cluster/providers/local"
	"github.com/liveload/liveload/cluster/providers/table"
	"github.com/liveload/liveload/plan"
	"github.com/liveload/liveload/runner/evidence"
)

const (
	clusterFlag        = "cluster"
	clusterOptFlag     = "cluster-opt"
	clusterListenFlag  = "cluster-listen"
	clusterAddressFlag = "cluster-address"
	nodesFlag          = "nodes"
	clusterKeyFlag     = "cluster-key"
	natsFlag           = "nats"
	onNodeLossFlag     = "on-node-loss"
	nodeTimeoutFlag    = "node-timeout"
	workerLogsFlag     = "worker-logs"

	// leastNodeTimeout is above what a busy machine takes to give a sign of life.
	leastNodeTimeout = 5 * time.Second
)

// clusterFlags spread the users of a run over several machines.
func clusterFlags() []cli.Flag {
	return append([]cli.Flag{
		newFlag(clusterFlag, "run on several nodes that `PROVIDER` starts: "+table.All().Usage()),
		newListFlag(clusterOptFlag, "\n", "an option of the provider, `NAME=VALUE`, such as host=USER@HOST for ssh: see liveload cluster --help"),
		newFlag(clusterKeyFlag, "use the key in `FILE`, whose token waiting workers have: see liveload cluster --help"),
		newFlag(clusterListenFlag, "let workers connect to `HOST:PORT` of this machine, with TLS beyond 127.0.0.1 (a free port; for local, on 127.0.0.1)"),
		newFlag(clusterAddressFlag, "tell workers to connect to `HOST:PORT`, where that is another address"),
		newFlag(natsFlag, "connect workers through the NATS server at `URL`, such as nats://host:4222, instead of one of its own"),
		newListFlag(machinePriceFlag, ";", "a machine costs `PRICE`, such as 0.05/h or '0.05 EUR/h', or one of a kind, KIND=PRICE: what the run costs is told before and after it"),
		newFlag(joinTimeoutFlag, "replace a machine whose worker has not joined within `TIME`, once (2m; 5m for rented ones, and 30m for workers that you start)"),
		newFlag(clusterLifetimeFlag, "machines end by themselves after `TIME`, whatever becomes of this process (for rented ones, what the run may take)"),
		keepFlag(),
		newFlag(onNodeLossFlag, "what becomes of the load of a node that is lost: `POLICY` redistribute, continue without it, or abort (redistribute)"),
		newFlag(nodeTimeoutFlag, "a node is lost when it gives no sign of life for `TIME` (30s)"),
		newFlag(workerLogsFlag, "show what the workers log: `LEVEL` off, warn, info or debug (warn)"),
	}, sizingFlags()...)
}

// clusterSettings say where the users of a run are. Without a kind they are in this process.
type clusterSettings struct {
	kind        *table.Kind
	options     table.Values
	nodes       int // 0 until the provider is asked
	sizing      sizingSettings
	listen      string
	address     string
	nats        string
	key         string // file
	onLoss      fleet.OnLoss
	silence     time.Duration
	logs        *slog.Level   // of what workers log; nil for nothing
	keep        time.Duration // of what a run elsewhere has written
	lifetime    time.Duration // that --cluster-lifetime says; 0 when it says none
	joinTimeout time.Duration // that --join-timeout says; 0 when it says none
	prices      cost.Prices   // of machines
	elastic     *bool         // whether machines come and go; nil when nobody has said
}

func (r *flagReader) cluster() (s clusterSettings) {
	name := r.text(clusterFlag)
	if name == "" {
		for _, flag := range flagNames(clusterFlags()) {
			if r.text(flag) != "" {
				r.refuse(flag, "needs a cluster: add --%s, such as --%s local", clusterFlag, clusterFlag)
			}
		}
		return s
	}
	kind, options := r.provider("")
	s.kind, s.options = &kind, options
	s.sizing, s.nodes = r.sizing()
	s.elastic = r.elastic(kind.Manual)
	s.onLoss = fleet.OnLoss(r.choice(onNodeLossFlag, string(fleet.Redistribute), string(fleet.Redistribute), string(fleet.Continue), string(fleet.Abort)))
	s.silence = fleet.Silence
	if d := r.duration(nodeTimeoutFlag); d != nil {
		s.silence = *d
	}
	if s.silence < leastNodeTimeout {
		r.refuse(nodeTimeoutFlag, "is %v, but must be at least %v, which a busy machine may need to give a sign of life", s.silence, leastNodeTimeout)
	}
	s.listen, s.address, s.nats = r.text(clusterListenFlag), r.text(clusterAddressFlag), r.text(natsFlag)
	s.key = r.text(clusterKeyFlag)
	for _, flag := range []string{clusterListenFlag, clusterAddressFlag, natsFlag} {
		if s.key != "" && r.text(flag) != "" {
			r.refuse(flag, "cannot be combined with --%s, which says where workers connect", clusterKeyFlag)
		}
	}
	if s.listen == "" && kind.Remote {
		s.listen = ":0"
	}
	if at, err := url.Parse(s.nats); s.nats != "" && (err != nil || at.Host == "") {
		r.refuse(natsFlag, "must look like nats://HOST:4222") // its value may have a password
	}
	for _, flag := range []string{clusterListenFlag, clusterAddressFlag} {
		if s.nats != "" && r.text(flag) != "" {
			r.refuse(flag, "cannot be combined with --%s: workers connect there", natsFlag)
		}
	}
	s.keep = r.keep()
	s.lifetime, s.joinTimeout = r.lifetime(clusterLifetimeFlag), r.lifetime(joinTimeoutFlag)
	s.prices = r.prices()
	s.logs = r.workerLogs()
	return s
}

// provider is the one that --cluster names, or that of the default name.
func (r *flagReader) provider(name string) (table.Kind, table.Values) {
	if text := r.text(clusterFlag); text != "" {
		name = text
	}
	kind, err := table.All().Find(name)
	if err != nil {
		r.refuse(clusterFlag, "%v", err)
		return kind, nil
	}
	options, err := kind.Read(r.optionsOf(name))
	if err != nil {
		r.refuse(clusterOptFlag, "%v", err)
	}
	return kind, options
}

// optionsOf are the options of a provider, the strongest last. Those of a source that names another provider are for that
// one.
func (l layered) optionsOf(provider string) (all []string) {
	for _, s := range slices.Backward(l) {
		if named := s.text(clusterFlag); named == "" || named == provider {
			all = append(all, s.texts[clusterOptFlag]...)
		}
	}
	return all
}

// workerLogs reads from which level on log records of workers are shown; nil is none.
func (r *flagReader) workerLogs() *slog.Level {
	text := r.choice(workerLogsFlag, "warn", "off", "warn", "info", "debug")
	if text == "off" {
		return nil
	}
	var level slog.Level
	if err := level.UnmarshalText([]byte(text)); err != nil {
		r.refuse(workerLogsFlag, "cannot be read: %v", err)
	}
	return &level
}

// farSettings are what a worker gets of the command line, besides the plan. They travel as JSON.
type farSettings struct {
	Engine   string             `json:"engine"`
	Headed   bool               `json:"headed,omitempty"`
	Args     []string           `json:"browser_args,omitempty"`
	Evidence bool               `json:"evidence,omitempty"`
	Trace    evidence.TraceMode `json:"trace,omitempty"`
	Folder   string             `json:"evidence_dir"`
	Env      map[string]string  `json:"env,omitempty"` // for scripts
	MaxDisk  diskLimit          `json:"max_disk,omitempty"`
	Sharing  int                `json:"sharing,omitempty"` // how many nodes share what their machine gives of its disk
}

// far returns the settings for workers.
func (s runSettings) far(p plan.Plan, env map[string]string) (json.RawMessage, error) {
	packed, err := json.Marshal(farSettings{
		Engine: s.engine, Headed: s.headed, Args: s.browserArgs, Evidence: s.evidence.Failures, Trace: s.evidence.Trace, Folder: s.evidence.Dir,
		Env: namedVariables(p, env), MaxDisk: s.maxDisk, Sharing: s.cluster.sharing(),
	})
	if err != nil {
		return nil, fmt.Errorf("pack the settings for workers: %w", err)
	}
	return packed, nil
}

// sharing is how many nodes are on one machine.
func (s clusterSettings) sharing() int {
	if s.kind != nil && s.kind.Name == local.Name {
		return s.nodes
	}
	return 1
}

// word is what can be the name of a variable.
var word = regexp.MustCompile(`[A-Za-z_][A-Za-z0-9_]*`)

// namedVariables are those variables of the environment that a script or its --config names, so that no other secret of
// this machine travels.
func namedVariables(p plan.Plan, env map[string]string) map[string]string {
	named := map[string]string{}
	take := func(text string) {
		for _, name := range word.FindAllString(text, -1) {
			if value, ok := env[name]; ok {
				named[name] = value
			}
		}
	}
	for _, s := range firstOfScripts(p) {
		take(s.Program.Code)
		for _, value := range s.Config {
			take(value)
		}
	}
	return named
}
