package cgroup

import (
	"os"
	"path/filepath"
	"strings"
)

// MemoryKills returns how many processes the kernel has killed so far for want of memory: in this process's control group, or
// else on the whole machine. root is the root of the file system: "/" but in tests. It is 0 where that is not counted.
func MemoryKills(root string) (n int64) {
	membership, _ := os.ReadFile(filepath.Join(root, "proc/self/cgroup"))
	found := false
	for _, g := range parseMembership(string(membership)) {
		for _, mount := range g.mounts {
			g.climb(filepath.Join(root, "sys/fs/cgroup", mount), func(dir string) {
				if kills, ok := counted(file(dir, "memory.events", "memory.oom_control"), oomKill); ok && !found {
					found, n = true, kills // of the nearest group
				}
			})
		}
	}
	if !found {
		n, _ = counted(file(filepath.Join(root, "proc"), "vmstat"), oomKill)
	}
	return n
}

// oomKill is the kernel's name of such kills.
const oomKill = "oom_kill"

// counted reads the line of a name, such as "oom_kill 3".
func counted(content, name string) (int64, bool) {
	for line := range strings.Lines(content) {
		if fields := strings.Fields(line); len(fields) == 2 && fields[0] == name {
			return parseLimit(fields[1])
		}
	}
	return 0, false
}
