package lint

import (
	"slices"
	"strings"
	"testing"
)

// A home says which folders may import a dependency. Tests live by the same rule.
type home struct {
	dependency string // import path, with everything below it
	folders    []string
	why        string
}

var homes = []home{
	{"github.com/dop251", []string{"js", "jsmodules"}, "only these know that scripts run in goja"},
	{"github.com/evanw/esbuild", []string{"js/bundle"}, "others take the program that it makes"},
	{"github.com/nlnwa/whatwg-url", []string{"js/web", "jsmodules/fetch"}, "only addresses of scripts are read as browsers read them"},
	{"github.com/agext/levenshtein", []string{"suggest"}, "one rule says which name was probably meant"},
	{"github.com/go-sourcemap", []string{"js/program"}, "js turns places in bundles into places in scripts"},
	{"github.com/playwright-community/playwright-go", []string{"browserpool/playwright", "bench"},
		"it takes no context and may hang: one adapter bounds every call (bench compares with it)"},
	{"github.com/nats-io", []string{"cluster"}, "others speak to the cluster through its Go types"},
	{"github.com/coder/websocket", []string{"examples/demo", "browserpool/telemetry", "cluster/providers/kubernetes/kubetest", "e2e/hostile"}, "only the demo and servers of tests speak WebSocket"},
	{"github.com/go-json-experiment/json", []string{"browserpool", "metrics", "ordered", "report"}, "its gain counts where each message is decoded and where files are streamed; with Go 1.27 it becomes encoding/json/v2"},
	{"k8s.io", []string{"cluster/providers/kubernetes"}, "one provider, one client"},
	{"sigs.k8s.io", []string{"cluster/providers/kubernetes"}, "it reads YAML as Kubernetes does"},
	{"github.com/aws", []string{"cluster/providers/aws"}, "only one provider knows AWS"},
	{"github.com/hashicorp", []string{"cluster/providers"}, "requests to clouds are repeated in one way, and only the provider nomad knows Nomad"},
	{"github.com/urfave/cli", []string{"cmd/liveload"}, "what flags are called is a matter of the command line"},
	{"github.com/DataDog/sketches-go", []string{"metrics"}, "others use the histograms of metrics"},
	{"gonum.org", []string{"metrics/compare"}, "only comparisons need Student's distribution"},
	{"github.com/fxamacker/cbor", []string{"metrics"}, "only snapshots and checkpoints are CBOR"},
	{"github.com/influxdata", []string{"sinks/influxdb"}, "one sink, one client"},
	{"github.com/prometheus", []string{"sinks/prometheus", "probe", "examples/demo"}, "one sink, one client; the probe reads what the demo shows"},
	{"github.com/grafana", []string{"grafana"}, "dashboards are made in one place"},
	{"github.com/klauspost/compress", []string{"sinks/prometheus"}, "only remote write packs with snappy"},
	{"go.opentelemetry.io", []string{"sinks/otlp"}, "one sink, one client"},
	{"google.golang.org/grpc", []string{"sinks/otlp"}, "only OTLP is spoken over gRPC"},
	{"go.yaml.in/yaml", []string{"cmd/liveload"}, "options files are a matter of the command line"},
	{"github.com/shirou/gopsutil", []string{"node", "browserpool", "bench"}, "these measure or find processes"},
}

// leaves may be imported by everybody. They import nothing of ours.
var leaves = []string{"excerpt", "ordered", "suggest", "filelock", "statuses", "redact", "selfsigned", "confined", "space"}

// A layer says what of ours the code of a folder may import; what it needs beyond that it takes as
// an interface of its own. Tests may reach further, to try a package with its real neighbours.
type layer struct {
	folder  string
	imports []string
}

// The first row whose folder holds a package counts, so that inner folders stand before outer ones.
var layers = []layer{
	{"metrics", nil},
	{"throttle", nil},
	{"js/scripterr", nil},
	{"js/sourcemap", nil},
	{"js/webcrypto", nil},
	{"js/web", []string{"js/webcrypto"}},
	{"js/intl", nil},
	{"js/memory", nil},
	{"js/nesting", nil},
	{"js/regex", []string{"js/nesting"}},
	{"js/guard", []string{"js/nesting", "js/program"}},
	{"js/language", []string{"js/regex", "js/intl", "js/nesting"}},
	{"js/eventloop", []string{"js/scripterr"}},
	{"js/inspect", []string{"js/scripterr"}},
	{"js/program", []string{"js/scripterr", "js/sourcemap", "js/regex", "js/nesting"}},
	{"js/bundle", []string{"js/program", "js/scripterr", "js/sourcemap", "js/nesting"}},
	{"js", nil},
	{"sinks/dashboard", []string{"metrics", "report", "sinks", "web"}},
	{"sinks", []string{"metrics"}},
	{"web", nil},
	{"report", []string{"metrics", "sinks/plaintext", "sinks/readable", "sinks/standout", "sinks/timesplit", "sinks/verdict", "web"}},
	{"grafana", nil},
	{"browserpool/browsertest", []string{"browserpool", "metrics", "examples/demo"}},
	{"browserpool", []string{"metrics"}},
	{"jsmodules", []string{"js", "browserpool", "metrics", "throttle"}},
	{"plan", []string{"metrics"}},
	{"probe", []string{"metrics", "sinks/destination"}},
	{"runner", []string{"browserpool", "metrics", "plan"}},
	{"node", []string{"runner", "js", "jsmodules", "browserpool", "metrics", "throttle", "plan"}},
	{"cluster/elastic", []string{"plan"}},
	{"cluster/shared", []string{"throttle"}},
	{"cluster/workerlog", []string{"metrics"}},
	{"cluster/wire", []string{"cluster/workerlog", "cluster/shared", "node", "runner", "plan", "js/scripterr"}},
	{"cluster/elsewhere", []string{"cluster/providers"}},
	{"cluster/providers", []string{"browserpool/rundir"}},
	{"cluster", []string{"node", "runner", "metrics", "sinks", "plan"}},
	{"control", []string{"cluster", "plan"}},
	{"examples", nil},
	{"e2e", []string{"browserpool/installation", "browserpool/browsertest", "browserpool/cdp", "report", "web", "metrics", "control", "examples/demo", "examples/site", "sinks/readable", "sinks/plaintext", "sinks/dashboard", "sinks/standout", "sinks/timesplit", "sinks/outputtest", "sinks/influxdb/influxtest", "cluster/providers/ssh/sshtest"}},
	{"lint", nil},
	{"docs", nil},
	{"suggest", nil},
	{"excerpt", nil},
	{"filelock", nil},
	{"statuses", nil},
	{"redact", nil},
	{"selfsigned", nil},
	{"bench", []string{"cmd", "cluster", "node", "runner", "plan", "js", "jsmodules", "browserpool", "metrics", "sinks", "examples"}},
	{"cmd", []string{"control", "cluster", "node", "runner", "plan", "js", "jsmodules", "browserpool", "metrics", "sinks", "probe", "grafana", "docs", "report", "web", "examples/demo"}},
}

func TestHeavyDependenciesStayAtHome(t *testing.T) {
	for _, p := range packages(t) {
		for _, imported := range p.all() {
			if message := checkHome(p.folder(), imported); message != "" {
				t.Error(message)
			}
		}
	}
}

func TestDependenciesPointOneWay(t *testing.T) {
	for _, p := range packages(t) {
		for _, imported := range p.Imports {
			if message := checkLayer(p.folder(), imported); message != "" {
				t.Error(message)
			}
		}
	}
}

func checkHome(folder, imported string) string {
	for _, h := range homes {
		if !within(imported, h.dependency) {
			continue
		}
		for _, allowed := range h.folders {
			if within(folder, allowed) {
				return ""
			}
		}
		return folder + " imports " + imported + ", whose home is " + strings.Join(h.folders, ", ") + ": " + h.why +
			". Call the home's package, or declare an interface and let the caller hand it in."
	}
	return ""
}

func checkLayer(folder, imported string) string {
	target, ours := strings.CutPrefix(imported, module+"/")
	if !ours {
		return ""
	}
	for _, l := range layers {
		if !within(folder, l.folder) {
			continue
		}
		for _, allowed := range slices.Concat(l.imports, leaves, []string{l.folder}) {
			if within(target, allowed) {
				return ""
			}
		}
		return folder + " imports " + target + ", but " + l.folder + " may import only " + orNothing(l.imports) +
			" of ours. Declare the small interface that it needs where it needs it, and let a layer above connect the two."
	}
	return folder + " has no row in the table `layers`: say what it may import."
}

func orNothing(folders []string) string {
	if len(folders) == 0 {
		return "nothing"
	}
	return strings.Join(folders, ", ")
}

// within says whether a slash-separated path is outer or lies below it. A version suffix and a name
// that merely begins alike do not count: "cmdline" is not within "cmd".
func within(path, outer string) bool {
	return path == outer || strings.HasPrefix(path, outer+"/")
}

func TestTheRulesBite(t *testing.T) {
	tests := []struct {
		folder, imported string
		home, layer      bool // whether each rule must complain
	}{
		{"runner", "github.com/dop251/goja", true, false},
		{"js/vm", "github.com/dop251/goja_nodejs/eventloop", false, false},
		{"cmd/liveload", "github.com/urfave/cli/v2", false, false},
		{"browserpool", "github.com/playwright-community/playwright-go", true, false},
		{"browserpool/playwright", "github.com/playwright-community/playwright-go", false, false},
		{"metrics", module + "/runner", false, true},
		{"browserpool/telemetry", module + "/js", false, true},
		{"js", module + "/browserpool", false, true},
		{"js", module + "/jsmodules/liveload", false, true},
		{"jsmodules/liveload", module + "/js", false, false},
		{"sinks/terminal", module + "/sinks", false, false},
		{"sinks/terminal", module + "/runner", false, true},
		{"cmd/liveload", module + "/examples/demo", false, false},
		{"newfolder", module + "/metrics", false, true},
		{"metrics", "fmt", false, false},
		{"metrics", module + "/suggest", false, false},
	}
	for _, test := range tests {
		if got := checkHome(test.folder, test.imported); (got != "") != test.home {
			t.Errorf("home of %s in %s: %q", test.imported, test.folder, got)
		}
		if got := checkLayer(test.folder, test.imported); (got != "") != test.layer {
			t.Errorf("layer of %s in %s: %q", test.imported, test.folder, got)
		}
	}
}
