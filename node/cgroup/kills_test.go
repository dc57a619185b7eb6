package cgroup

import (
	"testing"

	"github.com/liveload/liveload/node/cgroup/cgrouptest"
)

func TestMemoryKills(t *testing.T) {
	const vmstat = "nr_free_pages 12\noom_kill 5\n"
	for _, tt := range []struct {
		name  string
		files map[string]string
		want  int64
	}{
		{"no control groups", map[string]string{"proc/vmstat": vmstat}, 5},
		{"version 2", map[string]string{
			"proc/self/cgroup": "0::/app/run", "proc/vmstat": vmstat,
			"sys/fs/cgroup/app/run/memory.events": "low 0\nhigh 0\nmax 12\noom 3\noom_kill 2\noom_group_kill 0",
			"sys/fs/cgroup/app/memory.events":     "oom_kill 9",
		}, 2},
		{"version 2 in a container that names the host's groups", map[string]string{
			"proc/self/cgroup": "0::/kubepods/pod1/box", "sys/fs/cgroup/memory.events": "oom_kill 4",
		}, 4},
		{"version 1", map[string]string{
			"proc/self/cgroup": "4:memory:/a\n1:cpu:/a", "proc/vmstat": vmstat,
			"sys/fs/cgroup/memory/a/memory.oom_control": "oom_kill_disable 0\nunder_oom 0\noom_kill 3",
		}, 3},
		{"a root group, which counts nothing", map[string]string{"proc/self/cgroup": "0::/", "proc/vmstat": vmstat}, 5},
		{"nothing that can be read", map[string]string{"proc/self/cgroup": "0::/", "proc/vmstat": "oom_kill -1"}, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := MemoryKills(cgrouptest.Root(t, tt.files)); got != tt.want {
				t.Errorf("MemoryKills = %d, want %d", got, tt.want)
			}
		})
	}
}
