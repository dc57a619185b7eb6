package node

import (
	"encoding/json"
	"runtime"
	"testing"

	"github.com/liveload/liveload/node/cgroup/cgrouptest"
)

const (
	meminfo = "MemTotal: 8000000 kB\nMemFree: 1000000 kB\nMemAvailable: 6000000 kB"
	total   = 8000000 << 10
	free    = 6000000 << 10
)

func TestReadResources(t *testing.T) {
	tests := []struct {
		name  string
		files map[string]string
		want  Resources
	}{
		{"a machine of its own", map[string]string{
			"proc/meminfo": meminfo, "proc/self/status": "Cpus_allowed_list:\t0-7", "proc/self/cgroup": "0::/",
		}, Resources{Processors: 8, Cores: 8, Memory: total, MemoryOfMachine: total, MemoryAvailable: free}},
		{"a container with a share of it", map[string]string{
			"proc/meminfo": meminfo, "proc/self/status": "Cpus_allowed_list:\t0-7", "proc/self/cgroup": "0::/",
			"sys/fs/cgroup/cpu.max": "150000 100000", "sys/fs/cgroup/memory.max": "2147483648", "sys/fs/cgroup/memory.current": "1073741824",
			"sys/fs/cgroup/pids.max": "500", "sys/fs/cgroup/pids.current": "7",
		}, Resources{Processors: 8, Cores: 1.5, Memory: 2 << 30, MemoryOfMachine: total, MemoryAvailable: 1 << 30, Tasks: 500, TasksUsed: 7}},
		{"a cpuset that is tighter than the quota", map[string]string{
			"proc/meminfo": meminfo, "proc/self/status": "Cpus_allowed_list:\t2,3", "proc/self/cgroup": "1:cpu:/a\n3:cpuset:/a\n4:memory:/a",
			"sys/fs/cgroup/cpu/a/cpu.cfs_quota_us": "400000", "sys/fs/cgroup/cpu/a/cpu.cfs_period_us": "100000",
		}, Resources{Processors: 2, Cores: 2, Memory: total, MemoryOfMachine: total, MemoryAvailable: free}},
		{"limits beyond what the machine has", map[string]string{
			"proc/meminfo": meminfo, "proc/self/status": "Cpus_allowed_list:\t0", "proc/self/cgroup": "0::/",
			"sys/fs/cgroup/memory.max": "99999999999999",
		}, Resources{Processors: 1, Cores: 1, Memory: total, MemoryOfMachine: total, MemoryAvailable: free}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, err := ReadResources(t.Context(), cgrouptest.Root(t, test.files))
			test.want.OS, test.want.Arch = runtime.GOOS, runtime.GOARCH
			test.want.Machine = got.Machine
			test.want.FilesSoft, test.want.FilesHard = got.FilesSoft, got.FilesHard // of this machine
			if err != nil || got != test.want {
				t.Errorf("%+v, %v\nwant %+v", got, err, test.want)
			}
		})
	}
}

// TestResourcesOfThisMachine: they travel as JSON.
func TestResourcesOfThisMachine(t *testing.T) {
	here, err := ReadResources(t.Context(), "/")
	if err != nil || here.Machine == "" || here.Cores <= 0 || here.MemoryAvailable <= 0 || here.Memory > here.MemoryOfMachine || here.FilesSoft > here.FilesHard && here.FilesHard > 0 {
		t.Errorf("%+v, %v", here, err)
	}
	here.Versions = Versions{Liveload: "1.0.0", Browser: "156.0.1.2", Driver: "1.57.0"}
	text, err := json.Marshal(here)
	if err != nil {
		t.Fatal(err)
	}
	var there Resources
	if err := json.Unmarshal(text, &there); err != nil || there != here {
		t.Errorf("%s came as %+v, %v", text, there, err)
	}
}

func TestReadResourcesKeepsWhatItCould(t *testing.T) {
	got, err := ReadResources(t.Context(), cgrouptest.Root(t, map[string]string{"proc/self/status": "Cpus_allowed_list:\t0-2", "proc/self/cgroup/folder": ""}))
	if err == nil || got.Cores != 3 {
		t.Errorf("%+v, %v; want three cores and why the rest is missing", got, err)
	}
}

func TestParseFileLimits(t *testing.T) {
	for answer, want := range map[string][2]int64{
		"1024\n65536\n":          {1024, 65536},
		"1024\nunlimited\n":      {1024, 0},
		"unlimited\nunlimited\n": {},
		"1024\n":                 {},
		"":                       {},
	} {
		if soft, hard := parseFileLimits(answer); soft != want[0] || hard != want[1] {
			t.Errorf("parseFileLimits(%q) = %d, %d, want %v", answer, soft, hard, want)
		}
	}
}

func FuzzParseFileLimits(f *testing.F) {
	f.Add("1024\n65536\n")
	f.Add("-1\nunlimited")
	f.Fuzz(func(t *testing.T, answer string) {
		if soft, hard := parseFileLimits(answer); soft < 0 || hard < 0 {
			t.Errorf("parseFileLimits(%q) = %d, %d", answer, soft, hard)
		}
	})
}
