package sizing

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/liveload/liveload/node"
	"github.com/liveload/liveload/plan"
	"github.com/liveload/liveload/plan/shape"
)

// small are users that are easy to count with: 10 MB each, ten to a browser of 100 MB.
func small() Footprint {
	return Footprint{
		Of: "users", Own: 100 << 20, Browser: 100 << 20, Session: 10 << 20, SessionsPerBrowser: 10,
		CPU: 0.01, IterationCPU: 100 * time.Millisecond,
		OwnTasks: 20, BrowserTasks: 50, SessionTasks: 10, BrowserFiles: 50, SessionFiles: 10,
	}
}

func TestFits(t *testing.T) {
	tests := []struct {
		name  string
		of    node.Resources
		users int
		why   string
	}{
		{"nothing is known", node.Resources{}, 1<<31 - 1, "nothing is known that limits them"},
		{"processors", node.Resources{Cores: 2, Memory: 100 << 30, MemoryAvailable: 100 << 30}, 160,
			"CPU is the limit: 2 cores, a fifth kept back; a user keeps 1 % of a core busy"},
		{"half of a core", node.Resources{Cores: 0.5}, 40, "CPU is the limit: 0.5 cores, a fifth kept back; a user keeps 1 % of a core busy"},
		{"full browsers", node.Resources{Cores: 64, Memory: 1000 << 20, MemoryAvailable: 1000 << 20}, 40,
			"memory is the limit: 1000 MB free, 100 MB of it kept back; a user takes 10 MB, a browser for 10 of them 100 MB"},
		{"a browser that is not full", node.Resources{Memory: 1000 << 20, MemoryAvailable: 550 << 20}, 15, ""},
		{"no memory for another browser", node.Resources{Memory: 1000 << 20, MemoryAvailable: 490 << 20}, 10, ""},
		{"too little memory for one browser", node.Resources{Memory: 1000 << 20, MemoryAvailable: 300 << 20}, 0, ""},
		{"all memory is used", node.Resources{Memory: 1000 << 20}, 0, ""},
		{"open files of a browser", node.Resources{Cores: 64, FilesSoft: 100, FilesHard: 120}, 7,
			"the limit of open files is the limit: a browser may have 120; it has 50, and 10 for each user"},
		{"a browser raises its limit", node.Resources{FilesSoft: 100, FilesHard: 4096}, 3996,
			"the limit of open files is the limit: liveload may have 4096; it has 100, and one for each user"},
		{"no limit of open files", node.Resources{FilesSoft: 100}, 1<<31 - 1, "nothing is known that limits them"},
		{"threads", node.Resources{Cores: 64, Tasks: 500, TasksUsed: 55}, 25,
			"the limit of processes and threads is the limit: 500, of which 55 are taken; a user has 15"},
		{"no threads", node.Resources{Tasks: 50, TasksUsed: 49}, 0, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := Fits(test.of, small())
			if got.Users() != test.users || test.why != "" && got.Why() != test.why {
				t.Errorf("%d users fit, want %d\n%s\n%s", got.Users(), test.users, got.Why(), test.why)
			}
		})
	}
}

func TestSmallestMachineForLightPages(t *testing.T) {
	machine := node.Resources{Cores: 2, Memory: 2 << 30, MemoryAvailable: 1800 << 20, FilesSoft: 1024, FilesHard: 4096}
	if got := Fits(machine, Light()); got.Users() != 32 || got.tightest().Resource != "memory" {
		t.Errorf("%d users fit on a machine of 2 GB, want 32: %s", got.Users(), got.Why())
	}
	machine.Memory, machine.MemoryAvailable = 16<<30, 15<<30
	if got := Fits(machine, Light()); got.Users() != 123 || got.tightest().Resource != "CPU" {
		t.Errorf("%d users fit on a machine of 16 GB, want 123: %s", got.Users(), got.Why())
	}
}

func TestNeedOfABatch(t *testing.T) {
	ten := shape.Rate{Count: 10, Per: time.Second}
	twenty := shape.Rate{Count: 20, Per: time.Second}
	need := NeedOf([]plan.Scenario{
		{Users: 30},
		{Users: 50, Rate: &ten},
		{Users: 20, Rate: &ten, Stages: []plan.Stage{{Duration: plan.Duration(time.Minute), Rate: &twenty}}},
	})
	if want := (Need{Users: 100, Closed: 30, PerSecond: 30}); need != want {
		t.Fatalf("%+v, want %+v", need, want)
	}
	search := []plan.Scenario{{Users: 1, FindLimit: &plan.Limit{Most: 500}}, {Users: 40, Rate: &ten, FindLimit: &plan.Limit{Most: 300}}}
	if need, want := NeedOf(search), (Need{Users: 540, Closed: 500, PerSecond: 300}); need != want {
		t.Errorf("searches: %+v, want %+v", need, want)
	}
	// 30 users with 10 ms of CPU a second each, and 30 iterations of 100 ms.
	if got := small().For(need).CPU; fmt.Sprintf("%.4f", got) != "0.0330" {
		t.Errorf("a user of the batch keeps %v cores busy, want 3.3 s of CPU a second by 100 users", got)
	}
	if got := small().For(Need{Users: 5, Closed: 5}); got != small() {
		t.Errorf("users at their own pace: %+v", got)
	}
}

func TestShares(t *testing.T) {
	r := node.Resources{Machine: "a", Cores: 3, Memory: 900, MemoryAvailable: 600, FilesSoft: 10, FilesHard: 20, Tasks: 90, TasksUsed: 30}
	other := node.Resources{Machine: "b", Cores: 4}
	unknown := node.Resources{Cores: 5}
	third := node.Resources{Machine: "a", Cores: 1, Memory: 300, MemoryAvailable: 200, FilesSoft: 10, FilesHard: 20, Tasks: 30, TasksUsed: 10}
	var got []node.Resources
	for _, m := range Shares([]Machine{{"n1", r}, {"n2", other}, {"n3", r}, {"n4", unknown}, {"n5", r}, {"n6", unknown}}) {
		got = append(got, m.Resources)
	}
	if want := []node.Resources{third, other, third, unknown, third, unknown}; !slices.Equal(got, want) {
		t.Errorf("%+v\nwant %+v", got, want)
	}
}

func TestWeights(t *testing.T) {
	tests := []struct{ capacity, want []int }{
		{[]int{100, 100, 100}, []int{50, 50, 50}},
		{[]int{246, 123}, []int{50, 25}},
		{[]int{10, 20, 30}, []int{10, 20, 30}},
		{[]int{1, 10000}, []int{1, 50}},
		{[]int{0, 0}, []int{1, 1}},
		{nil, []int{}},
	}
	for _, test := range tests {
		if got := Weights(test.capacity); !slices.Equal(got, test.want) {
			t.Errorf("Weights(%v) = %v, want %v", test.capacity, got, test.want)
		}
	}
}

func TestNodes(t *testing.T) {
	for _, test := range [][3]int{{10, 10, 1}, {11, 10, 2}, {1, 10, 1}, {10000, 123, 82}} {
		if got := Nodes(test[0], test[1]); got != test[2] {
			t.Errorf("%d users need %d nodes of %d, want %d", test[0], got, test[1], test[2])
		}
	}
}

func TestErrorsNameValuePlaceAndFix(t *testing.T) {
	fit := Fits(node.Resources{Cores: 0.01}, small())
	tests := []struct {
		err  error
		want string
	}{
		{&TooSmallError{Node: "web-1", Fit: fit}, "node_too_small: node web-1 does not carry one of the users: CPU is the limit: 0.01 cores, " +
			"a fifth kept back; a user keeps 1 % of a core busy. Use a larger machine, or say with --users-per-node N what it carries"},
		{&MaxNodesError{Users: 10000, Needed: 82, Most: 50, Limit: "--max-nodes", Fit: 6150, Why: "a node carries 123"},
			"max_nodes_exceeded: 10000 users need 82 nodes, but --max-nodes allows 50, which carry 6150 users: a node carries 123. " +
				"Allow more nodes, use larger machines, or fewer users"},
	}
	for _, test := range tests {
		if got := test.err.Error(); got != test.want {
			t.Errorf("%s\nwant %s", got, strings.TrimSpace(test.want))
		}
	}
}

// TestMoreThanThereMayBe: what as many nodes as there may be carry is counted with the nodes that are there, which may differ.
func TestMoreThanThereMayBe(t *testing.T) {
	machines := []Machine{{Name: "a"}, {Name: "b"}}
	nodes := Sizing{Users: []int{40, 41}, Fits: []Fit{{Of: "users"}, {Of: "users"}}}
	if err := nodes.Check(machines, 81, 2, "--nodes"); err != nil {
		t.Error(err)
	}
	for _, test := range []struct{ users, most, needed, fit int }{{82, 2, 3, 81}, {200, 4, 5, 162}} {
		err := nodes.Check(machines, test.users, test.most, "--nodes")
		if refused, ok := errors.AsType[*MaxNodesError](err); !ok || refused.Needed != test.needed || refused.Fit != test.fit {
			t.Errorf("%d users on %d nodes: %v, want %d nodes, and that %d carry %d users", test.users, test.most, err, test.needed, test.most, test.fit)
		}
	}
}
