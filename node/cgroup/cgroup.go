// Package cgroup reads what Linux lets this process use, which is often less than what the machine has: the limits of
// control groups, versions 1 and 2, and the processors that cpusets and taskset leave. It reads files and changes nothing;
// what to do about a limit is for its callers.
package cgroup

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// Limits are what the control groups of a process allow. Zero means that there is no limit.
type Limits struct {
	MemoryBytes int64   // the tightest memory limit, in bytes
	MemoryUsed  int64   // memory that counts against that limit now, in bytes, without what the kernel gives back when asked
	CPUs        float64 // processors' worth of time, such as 1.5
	Processors  int     // that this process may run on
	Pids        int64   // processes and threads
	PidsUsed    int64   // processes and threads that count against that limit now
	PidsRefused int64   // how often that limit has refused one more
}

// Read returns the limits of this process. root is the root of the file system: "/" but in tests. A
// system without control groups has no limits; an unreadable membership file is an error, with which comes what could be
// read.
func Read(root string) (Limits, error) {
	limits := Limits{Processors: allowedProcessors(root)}
	membership, err := os.ReadFile(filepath.Join(root, "proc/self/cgroup"))
	if errors.Is(err, fs.ErrNotExist) {
		return limits, nil
	}
	if err != nil {
		return limits, fmt.Errorf("read control group membership: %w", err)
	}
	for _, group := range parseMembership(string(membership)) {
		for _, mount := range group.mounts {
			top := filepath.Join(root, "sys/fs/cgroup", mount)
			group.read(&limits, top)
		}
	}
	return limits, nil
}

// A group is one line of /proc/self/cgroup: the place of a process in one hierarchy.
type group struct {
	mounts []string // where the hierarchy may be mounted, below /sys/fs/cgroup
	path   string   // absolute within the hierarchy
}

// parseMembership reads lines such as "0::/user.slice" (version 2) and "4:cpu,cpuacct:/docker/x"
// (version 1). Lines of another form are left out.
func parseMembership(content string) []group {
	var groups []group
	for _, line := range strings.Split(content, "\n") {
		parts := strings.SplitN(strings.TrimSpace(line), ":", 3)
		if len(parts) != 3 || !strings.HasPrefix(parts[2], "/") {
			continue
		}
		g := group{path: filepath.Clean(parts[2])}
		if parts[0] == "0" && parts[1] == "" { // version 2, where one hierarchy has all controllers
			g.mounts = []string{"", "unified"}
		}
		for _, controller := range strings.Split(parts[1], ",") {
			if slices.Contains([]string{"memory", "cpu", "pids"}, controller) {
				g.mounts = append(g.mounts, controller)
			}
		}
		groups = append(groups, g)
	}
	return groups
}

// read narrows limits to what the group and its ancestors allow. Inside a container the path may
// name the host's hierarchy, of which only the top is visible: missing folders are passed over.
func (g group) read(limits *Limits, top string) {
	g.climb(top, func(dir string) { readFolder(limits, dir) })
}

// climb visits the folders of the group and of its ancestors.
func (g group) climb(top string, visit func(dir string)) {
	for path := g.path; ; path = filepath.Dir(path) {
		visit(filepath.Join(top, path))
		if path == "/" {
			return
		}
	}
}

// readFolder takes both versions' files from one folder; no folder has both.
func readFolder(limits *Limits, dir string) {
	memory := file(dir, "memory.max", "memory.limit_in_bytes")
	if n, ok := parseLimit(memory); ok && tighter(n, limits.MemoryBytes) {
		limits.MemoryBytes = n
		used, _ := parseLimit(file(dir, "memory.current", "memory.usage_in_bytes"))
		limits.MemoryUsed = max(0, used-reclaimable(file(dir, "memory.stat")))
	}
	if n, ok := parseLimit(file(dir, "pids.max")); ok && tighter(n, limits.Pids) {
		limits.Pids = n
		limits.PidsUsed, _ = parseLimit(file(dir, "pids.current"))
		limits.PidsRefused, _ = counted(file(dir, "pids.events"), "max")
	}
	quota := file(dir, "cpu.max")
	if quota == "" {
		quota = file(dir, "cpu.cfs_quota_us") + " " + file(dir, "cpu.cfs_period_us")
	}
	if cpus, ok := parseQuota(quota); ok && (limits.CPUs == 0 || cpus < limits.CPUs) {
		limits.CPUs = cpus
	}
}

// reclaimable returns the bytes of files that were read once and not lately, from the content of memory.stat. They count
// as used, but never stand in the way of a process.
func reclaimable(stat string) int64 {
	found := map[string]int64{}
	for line := range strings.Lines(stat) {
		if fields := strings.Fields(line); len(fields) == 2 {
			found[fields[0]], _ = parseLimit(fields[1])
		}
	}
	if whole, version1 := found["total_inactive_file"]; version1 { // with the groups below, as the usage is
		return whole
	}
	return found["inactive_file"]
}

func tighter(n, limit int64) bool { return limit == 0 || n < limit }

// file returns the trimmed content of the first of the files that can be read.
func file(dir string, names ...string) string {
	for _, name := range names {
		if content, err := os.ReadFile(filepath.Join(dir, name)); err == nil {
			return strings.TrimSpace(string(content))
		}
	}
	return ""
}

// unlimited is where version 1's "no limit" begins: it says so with a number near 2^63.
const unlimited = int64(1) << 60

// parseLimit reads a number of bytes or processes; "max" and version 1's huge numbers are no limit.
func parseLimit(text string) (int64, bool) {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 0 || n >= unlimited {
		return 0, false
	}
	return n, true
}

// parseQuota reads "quota period", both in microseconds, as processors; "max" and -1 are no limit.
func parseQuota(text string) (float64, bool) {
	fields := strings.Fields(text)
	if len(fields) != 2 {
		return 0, false
	}
	quota, err := strconv.ParseInt(fields[0], 10, 64)
	if err != nil || quota <= 0 {
		return 0, false
	}
	period, err := strconv.ParseInt(fields[1], 10, 64)
	if err != nil || period <= 0 {
		return 0, false
	}
	return float64(quota) / float64(period), true
}
