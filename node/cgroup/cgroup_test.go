package cgroup

import (
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/liveload/liveload/node/cgroup/cgrouptest"
)

func TestRead(t *testing.T) {
	tests := []struct {
		name  string
		files map[string]string
		want  Limits
	}{
		{"no control groups", nil, Limits{}},
		{"version 2 without limits", map[string]string{
			"proc/self/cgroup":         "0::/",
			"sys/fs/cgroup/memory.max": "max",
			"sys/fs/cgroup/cpu.max":    "max 100000",
			"sys/fs/cgroup/pids.max":   "max",
		}, Limits{}},
		{"version 2 in a container", map[string]string{
			"proc/self/cgroup":             "0::/",
			"sys/fs/cgroup/memory.max":     "2147483648",
			"sys/fs/cgroup/memory.current": "1073741824",
			"sys/fs/cgroup/cpu.max":        "150000 100000",
			"sys/fs/cgroup/pids.max":       "512",
			"sys/fs/cgroup/pids.current":   "12",
		}, Limits{MemoryBytes: 2 << 30, MemoryUsed: 1 << 30, CPUs: 1.5, Pids: 512, PidsUsed: 12}},
		{"memory that the kernel gives back is not used", map[string]string{
			"proc/self/cgroup":             "0::/",
			"sys/fs/cgroup/memory.max":     "1000000",
			"sys/fs/cgroup/memory.current": "900000",
			"sys/fs/cgroup/memory.stat":    "anon 100000\nactive_file 50000\ninactive_file 700000",
		}, Limits{MemoryBytes: 1000000, MemoryUsed: 200000}},
		{"version 1 counts it with the groups below", map[string]string{
			"proc/self/cgroup":                           "4:memory:/",
			"sys/fs/cgroup/memory/memory.limit_in_bytes": "1000000",
			"sys/fs/cgroup/memory/memory.usage_in_bytes": "900000",
			"sys/fs/cgroup/memory/memory.stat":           "inactive_file 5\ntotal_inactive_file 800000",
		}, Limits{MemoryBytes: 1000000, MemoryUsed: 100000}},
		{"a cpuset", map[string]string{
			"proc/self/status": "Name:\tliveload\nCpus_allowed:\t10f\nCpus_allowed_list:\t0-3,8",
			"proc/self/cgroup": "3:cpuset:/a",
		}, Limits{Processors: 5}},
		{"a cpuset without control groups", map[string]string{"proc/self/status": "Cpus_allowed_list:\t2"}, Limits{Processors: 1}},
		{"version 2, the parent is tighter", map[string]string{
			"proc/self/cgroup":                          "0::/user.slice/a.scope",
			"sys/fs/cgroup/user.slice/a.scope/pids.max": "1000",
			"sys/fs/cgroup/user.slice/pids.max":         "400",
			"sys/fs/cgroup/user.slice/pids.current":     "40",
		}, Limits{Pids: 400, PidsUsed: 40}},
		{"version 1 in a container that sees only its own top", map[string]string{
			"proc/self/cgroup": strings.Join([]string{
				"8:pids:/docker/abc", "4:memory:/docker/abc", "1:cpu,cpuacct:/docker/abc", "0::/"}, "\n"),
			"sys/fs/cgroup/memory/memory.limit_in_bytes": "536870912",
			"sys/fs/cgroup/memory/memory.usage_in_bytes": "268435456",
			"sys/fs/cgroup/cpu/cpu.cfs_quota_us":         "50000",
			"sys/fs/cgroup/cpu/cpu.cfs_period_us":        "100000",
			"sys/fs/cgroup/pids/pids.max":                "max",
		}, Limits{MemoryBytes: 512 << 20, MemoryUsed: 256 << 20, CPUs: 0.5}},
		{"version 1 without limits", map[string]string{
			"proc/self/cgroup": "4:memory:/a\n1:cpu:/a",
			"sys/fs/cgroup/memory/a/memory.limit_in_bytes": "9223372036854771712",
			"sys/fs/cgroup/cpu/a/cpu.cfs_quota_us":         "-1",
			"sys/fs/cgroup/cpu/a/cpu.cfs_period_us":        "100000",
		}, Limits{}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, err := Read(cgrouptest.Root(t, test.files))
			if err != nil {
				t.Fatal(err)
			}
			if got != test.want {
				t.Errorf("Read = %+v, want %+v", got, test.want)
			}
		})
	}
}

func TestReadThisMachine(t *testing.T) {
	limits, err := Read("/")
	if err != nil {
		t.Fatal(err)
	}
	if runtime.GOOS == "linux" && limits.Processors != runtime.NumCPU() {
		t.Errorf("%d processors, but Go counts %d", limits.Processors, runtime.NumCPU())
	}
	if limits.MemoryBytes > 0 && limits.MemoryBytes < 16<<20 {
		t.Errorf("memory limit %d cannot be true: this test runs (%s)", limits.MemoryBytes, runtime.GOOS)
	}
}

func TestReadReportsAnUnreadableMembership(t *testing.T) {
	root := cgrouptest.Root(t, map[string]string{"proc/self/cgroup/folder": ""})
	if _, err := Read(root); err == nil {
		t.Error("Read = nil error for a membership file that is a folder")
	}
}

func FuzzParse(f *testing.F) {
	f.Add("0::/user.slice\n4:cpu,cpuacct:/x", "max 100000", "9223372036854771712", "inactive_file 5", "0-3,8")
	f.Add("1:name=systemd:/", "-1 100000", "max", "total_inactive_file 9223372036854775807", "0-65535,0-65535")
	f.Add("0::/../..", "100000 0", "-5", "inactive_file -5", "3-0")
	f.Fuzz(func(t *testing.T, membership, quota, limit, stat, list string) {
		for _, g := range parseMembership(membership) {
			if !filepath.IsAbs(g.path) || strings.Contains(g.path, "/../") {
				t.Errorf("path %q leaves its hierarchy", g.path)
			}
		}
		if cpus, ok := parseQuota(quota); ok && cpus <= 0 {
			t.Errorf("parseQuota(%q) = %v", quota, cpus)
		}
		if n, ok := parseLimit(limit); ok && (n < 0 || n >= unlimited) {
			t.Errorf("parseLimit(%q) = %v", limit, n)
		}
		if n := reclaimable(stat); n < 0 {
			t.Errorf("reclaimable(%q) = %d", stat, n)
		}
		if n := countProcessors(list); n < 0 || n > mostProcessors {
			t.Errorf("countProcessors(%q) = %d", list, n)
		}
	})
}
