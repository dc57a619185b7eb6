package rig

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// MemoryGroup makes a control group below that of this process, which may have so many bytes of memory and no swap. It goes with the
// test; ok is false where none can be made.
func MemoryGroup(t *testing.T, bytes int) (folder string, ok bool) {
	t.Helper()
	membership, err := os.ReadFile("/proc/self/cgroup")
	if err != nil {
		return "", false
	}
	for line := range strings.Lines(string(membership)) {
		parts := strings.SplitN(strings.TrimSpace(line), ":", 3)
		folder, limit := filepath.Join("/sys/fs/cgroup", parts[2]), "memory.max" // version 2
		if parts[1] == "memory" {
			folder, limit = filepath.Join("/sys/fs/cgroup/memory", parts[2]), "memory.limit_in_bytes"
		} else if parts[1] != "" {
			continue
		}
		if folder, err = os.MkdirTemp(folder, "liveload-test-"); err != nil {
			continue
		}
		t.Cleanup(func() {
			WaitUntil(t, "the end of the control group", func() bool { return os.Remove(folder) == nil })
		})
		if os.WriteFile(filepath.Join(folder, limit), []byte(strconv.Itoa(bytes)), 0o600) != nil {
			continue
		}
		for swap, most := range map[string]int{"memory.memsw.limit_in_bytes": bytes, "memory.swap.max": 0} { // one of both is there, if that is counted
			_ = os.WriteFile(filepath.Join(folder, swap), []byte(strconv.Itoa(most)), 0o600)
		}
		return folder, true
	}
	return "", false
}
