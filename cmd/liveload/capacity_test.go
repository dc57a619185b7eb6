package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/liveload/liveload/browserpool"
	"github.com/liveload/liveload/cluster/providers"
	"github.com/liveload/liveload/cluster/providers/table"
	"github.com/liveload/liveload/cluster/sizing"
	"github.com/liveload/liveload/node"
	"github.com/liveload/liveload/plan"
)

// TestUsersPerBrowser: what is calculated with is what browsers get, and what the documentation says.
func TestUsersPerBrowser(t *testing.T) {
	if n := sizing.Light().SessionsPerBrowser; n != browserpool.SessionsPerBrowser {
		t.Errorf("sizing calculates with %d users of a browser, the pool gives it %d", n, browserpool.SessionsPerBrowser)
	}
	for file, phrase := range map[string]string{
		"../../docs/performance.md": "one for %d users", "../../docs/from-liveload.md": "A browser serves %d users",
	} {
		text, err := os.ReadFile(file)
		if want := fmt.Sprintf(phrase, browserpool.SessionsPerBrowser); err != nil || !strings.Contains(string(text), want) {
			t.Errorf("%s does not say %q, %v", file, want, err)
		}
	}
}

// doctorOn returns what `liveload doctor` says of a machine's capacity.
func doctorOn(r node.Resources, err error) string {
	var out strings.Builder
	o := outside{stdout: &out, resources: func(context.Context) (node.Resources, error) { return r, err }}
	for _, check := range o.examineCapacity(context.Background()) {
		o.report(check)
	}
	return out.String()
}

func TestDoctorOnMachines(t *testing.T) {
	tests := []struct {
		name string
		of   node.Resources
		err  error
		want string
	}{
		{"a machine with much memory and few processors", node.Resources{
			Processors: 2, Cores: 2, Memory: 24 << 30, MemoryOfMachine: 24 << 30, MemoryAvailable: 23 << 30, FilesSoft: 1024, FilesHard: 20000,
		}, nil, `
ok       Open files: 1024 per process, and up to 20000 for those that ask, enough for about 19900 users
ok       Address space: enough
ok       Memory: 23552 MB free on this machine, enough for about 475 users on light pages
ok       Processors: 2, enough for about 123 users on light pages, who open one and click five times every 10s
ok       Processes and threads: no limit
ok       Users: about 123 on light pages, CPU is the limit: 2 cores, a fifth kept back; a user keeps 1.3 % of a core busy
`},
		{"a small container", node.Resources{
			Processors: 8, Cores: 0.5, Memory: 256 << 20, MemoryOfMachine: 16 << 30, MemoryAvailable: 200 << 20, FilesSoft: 100, FilesHard: 100, Tasks: 64, TasksUsed: 4,
		}, nil, `
warn     Open files: 100 per process, enough for about 3 users
         → run ` + "`ulimit -n 65536`" + ` in the shell before liveload (a service: LimitNOFILE=65536; a container: --ulimit nofile=65536)
ok       Address space: enough
warn     Memory: 200 MB free under this control group's limit of 256 MB, enough for about 0 users on light pages
         → free memory, or raise the limit (a container: --memory=4g)
warn     Processors: this control group may use 0.50 of 8, enough for about 30 users on light pages, who open one and click five times every 10s
         → use a machine with more, or raise the limit (a container: --cpus=2)
warn     Processes and threads: this control group may have 64 and has 4, enough for about 0 users
         → raise the limit (a container: --pids-limit=-1; a service: TasksMax=infinity)
warn     Users: about 0 on light pages, memory is the limit: 200 MB free, 25 MB of it kept back; a user takes 40 MB, a browser for 25 of them 100 MB
         → see above what there is too little of
`},
		{"a system of which little is known", node.Resources{Processors: 4, Cores: 4}, errors.New("read the memory of this machine: not implemented yet"), `
warn     Limits: read the memory of this machine: not implemented yet
         → check that /proc is mounted
ok       Open files: no limit
ok       Address space: enough
ok       Memory: not known on this system
ok       Processors: 4, enough for about 246 users on light pages, who open one and click five times every 10s
ok       Processes and threads: no limit
ok       Users: about 246 on light pages, CPU is the limit: 4 cores, a fifth kept back; a user keeps 1.3 % of a core busy
`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := doctorOn(test.of, test.err); got != strings.TrimPrefix(test.want, "\n") {
				t.Errorf("%s\nwant%s", got, test.want)
			}
		})
	}
}

// sizedMachines are of a size that their provider knows.
type sizedMachines struct {
	providers.Provider
	size providers.Size
}

func (m sizedMachines) Size() providers.Size { return m.size }

// TestCapacityOfMachinesOfKnownSize: what a provider says of its machines counts, not what this machine has.
func TestCapacityOfMachinesOfKnownSize(t *testing.T) {
	p := plan.Plan{Scenarios: []plan.Scenario{{Name: "shop", Users: 400}}}
	here := node.Resources{Cores: 64}
	for want, size := range map[string]providers.Size{
		"400 users at once at most; a node of kind large carries about 246 if their pages are light: CPU is the limit: 4 cores, a fifth kept back; a user keeps 1.3 % of a core busy. It takes 2 such nodes; there are 3": {Cores: 4, Memory: 64 << 30, Kind: "large"},
		"400 users at once at most; a node of kind cloud carries about 18 if their pages are light: memory is the limit: 1024 MB free, 102 MB of it kept back; a user takes 40 MB, a browser for 25 of them 100 MB. " +
			"It takes 23 such nodes; there are 3": {Memory: 1 << 30},
		"400 users at once at most; a node like this machine carries about 3938 if their pages are light: CPU is the limit: 64 cores, a fifth kept back; a user keeps 1.3 % of a core busy. It takes 1 such node; there are 3": {},
	} {
		s := clusterSettings{kind: &table.Kind{Name: "cloud"}, nodes: 3}
		if got, _ := s.capacity(sizedMachines{size: size}, p, here); got != want {
			t.Errorf("%s\nwant %s", got, want)
		}
	}
}
