package cgroup

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// mostProcessors is more than Linux knows; a larger number is nonsense.
const mostProcessors = 1 << 16

// allowedProcessors returns how many processors the kernel runs this process on, 0 when that is not known. It obeys
// cpusets of both versions and the affinity that taskset sets.
func allowedProcessors(root string) int {
	status, err := os.ReadFile(filepath.Join(root, "proc/self/status"))
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(status)) {
		if list, found := strings.CutPrefix(line, "Cpus_allowed_list:"); found {
			return countProcessors(strings.TrimSpace(list))
		}
	}
	return 0
}

// countProcessors counts a list such as "0-3,8", whose parts do not overlap. What is no such list has 0.
func countProcessors(list string) (n int) {
	for part := range strings.SplitSeq(list, ",") {
		first, last, isRange := strings.Cut(part, "-")
		if !isRange {
			last = first
		}
		from, err := strconv.ParseUint(first, 10, 16)
		to, err2 := strconv.ParseUint(last, 10, 16)
		if err != nil || err2 != nil || to < from {
			return 0
		}
		n += int(to-from) + 1
	}
	if n > mostProcessors {
		return 0
	}
	return n
}
