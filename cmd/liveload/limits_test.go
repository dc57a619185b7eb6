package main

import (
	"log/slog"
	"slices"
	"strings"
	"testing"

	"github.com/liveload/liveload/cluster/sizing"
	"github.com/liveload/liveload/node"
	"github.com/liveload/liveload/plan"
)

func TestCheckLimits(t *testing.T) {
	for _, tt := range []struct {
		name  string
		limit func(*node.Resources)
		says  string
	}{
		{"none", func(*node.Resources) {}, ""},
		{"open files", func(r *node.Resources) { r.FilesSoft, r.FilesHard = 64, 64 }, "Open files: 64 per process, enough for about 0 users: run `ulimit -n 65536`"},
		{"open files for few", func(r *node.Resources) { r.FilesSoft, r.FilesHard = 128, 128 }, ""},
		{"a soft limit, which a browser raises", func(r *node.Resources) { r.FilesSoft = 64 }, ""},
		{"addresses", func(r *node.Resources) { r.Addresses = 40 << 30 }, "Address space: a process may have 40960 MB of it, but Chromium reserves 92160 MB, which takes no memory: run `ulimit -v unlimited`"},
		{"many addresses", func(r *node.Resources) { r.Addresses = 100 << 30 }, ""},
		{"processes", func(r *node.Resources) { r.Tasks, r.TasksUsed = 60, 5 }, "Processes and threads: this control group may have 60 and has 5, enough for about 0 users: raise the limit (a container: --pids-limit=-1"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := testMachine
			tt.limit(&r)
			err := checkLimits(r)
			if (err == nil) != (tt.says == "") || err != nil && !strings.Contains(err.Error(), tt.says) {
				t.Errorf("checkLimits = %v, want %q", err, tt.says)
			}
		})
	}
}

func TestWarnOfLimits(t *testing.T) {
	r := testMachine
	r.FilesSoft, r.FilesHard = 128, 128
	for users, want := range map[int]string{5: "", 6: "6 users are more than the limit of open files allows, which is about 5: a browser may have 128; it has 64, and 12 for each user. What to do: run `ulimit -n 65536`"} {
		var log strings.Builder
		warnOfLimits(plan.Plan{Scenarios: []plan.Scenario{{Batch: 1, Users: users}}}, r, slog.New(slog.NewTextHandler(&log, nil)))
		if got := strings.ReplaceAll(log.String(), `\"`, `"`); !strings.Contains(got, want) || (want == "") != (got == "") {
			t.Errorf("%d users: %s, want %q", users, got, want)
		}
	}
}

// TestWarnOfNodes: of workers that get more users than their limits allow, the controller names each. Those of one machine share its
// limits.
func TestWarnOfNodes(t *testing.T) {
	small := testMachine
	small.Machine, small.Tasks, small.TasksUsed = "there", 200, 20
	machines := []sizing.Machine{{Name: "large", Resources: testMachine}, {Name: "small", Resources: small}}
	users := divided(90, []int{1, 2})
	if !slices.Equal(users, []int{30, 60}) {
		t.Errorf("90 users by weights 1 and 2: %v", users)
	}
	warned := func(machines []sizing.Machine, users ...int) string {
		var log strings.Builder
		warnOfNodes(plan.Plan{Scenarios: []plan.Scenario{{Batch: 1, Users: 90}}}, machines, users, slog.New(slog.NewTextHandler(&log, nil)))
		return log.String()
	}
	if got := warned(machines, users...); strings.Count(got, "level=WARN") != 1 || !strings.Contains(got, "node small: 60 users are more than the limit of processes and threads allows") {
		t.Errorf("warned %s", got)
	}
	most, limited := sizing.Fits(small, sizing.Light()).Allowed(sizing.Tasks)
	if one := machines[1:]; !limited || warned(one, most) != "" || strings.Count(warned(append(one, one[0]), most, most), "level=WARN") != 2 {
		t.Errorf("%d users of one node: %s, of each of two on the same machine: %s", most, warned(one, most), warned(append(one, one[0]), most, most))
	}
}

func TestCheckDisk(t *testing.T) {
	folder := t.TempDir()
	if err := checkDisk(folder, 1); err != nil {
		t.Errorf("room for a byte: %v", err)
	}
	if err := checkDisk(folder, 1<<60); err == nil || !strings.Contains(err.Error(), folder+" has ") || !strings.Contains(err.Error(), "LIVELOAD_CACHE") {
		t.Errorf("no room: %v", err)
	}
	if err := checkDisk(folder+"/later", 1<<60); err != nil {
		t.Errorf("a folder that is made later: %v", err)
	}
}
