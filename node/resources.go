package node

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"

	"github.com/shirou/gopsutil/v4/common"
	"github.com/shirou/gopsutil/v4/mem"

	"github.com/liveload/liveload/js/memory"
	"github.com/liveload/liveload/node/cgroup"
)

// Resources are what a machine lets liveload and its browsers use. They travel as JSON. Zero is what is not known or, of
// a limit, that there is none.
type Resources struct {
	Machine    string  `json:"machine"`    // the same for all processes of a machine, other for other machines and containers
	OS         string  `json:"os"`         // as runtime.GOOS
	Arch       string  `json:"arch"`       // as runtime.GOARCH
	Processors int     `json:"processors"` // that we may run on, by cpusets and affinity
	Cores      float64 `json:"cores"`      // processors' worth of time: less than Processors under a quota

	Memory          int64 `json:"memory_bytes"`                      // that we may use: the machine's, or the limit of the control group
	MemoryAvailable int64 `json:"memory_available_bytes"`            // what of it is free now
	MemoryOfMachine int64 `json:"memory_of_machine_bytes,omitempty"` // more than Memory under a limit

	FilesSoft int64 `json:"files_soft,omitempty"` // limit of open files of a process that we start
	FilesHard int64 `json:"files_hard,omitempty"` // to which a process may raise it

	Addresses int64 `json:"addresses_bytes,omitempty"` // limit of the address space of a process that we start

	Tasks     int64 `json:"tasks,omitempty"`      // limit of processes and threads
	TasksUsed int64 `json:"tasks_used,omitempty"` // what of it is taken now

	Versions Versions `json:"versions"`
}

// Versions are those of the programs that carry users.
type Versions struct {
	Liveload string `json:"liveload,omitempty"`
	Browser  string `json:"browser,omitempty"`
	Driver   string `json:"driver,omitempty"`
}

// ReadResources reads what this machine lets us use now. root is the root of the file system: "/" but in tests. With an
// error the resources have what could be read.
func ReadResources(ctx context.Context, root string) (Resources, error) {
	r := Resources{Machine: machineName(root), OS: runtime.GOOS, Arch: runtime.GOARCH}
	limits, err := cgroup.Read(root)
	r.Processors, r.Cores = processors(limits)
	r.Tasks, r.TasksUsed = limits.Pids, limits.PidsUsed
	err = errors.Join(err, r.readMemory(ctx, root, limits))
	if limit, problem := exec.CommandContext(ctx, "/bin/sh", "-c", askFiles).Output(); problem == nil { // else nothing is known of it
		r.FilesSoft, r.FilesHard = parseFileLimits(string(limit))
	}
	var addresses syscall.Rlimit
	if problem := syscall.Getrlimit(syscall.RLIMIT_AS, &addresses); problem == nil && addresses.Cur < math.MaxInt64 {
		r.Addresses = int64(addresses.Cur)
	}
	return r, err
}

// machineName tells apart what has memory and processors of its own: machines by their boot, containers by their hostname.
func machineName(root string) string {
	name, _ := os.Hostname()
	boot, _ := os.ReadFile(filepath.Join(root, "proc/sys/kernel/random/boot_id")) // Linux only
	return strings.Trim(strings.TrimSpace(string(boot))+"/"+name, "/")
}

// Cores returns how many processors' worth of time this process and the browsers may use on this machine.
func Cores() float64 {
	limits, _ := cgroup.Read("/") // what cannot be read sets no limit
	_, cores := processors(limits)
	return cores
}

// scriptMemory is how many bytes scripts may take when nobody says it: a quarter of what this process and its browsers may use. A
// script that doubles what it has is seen when it takes up to three times as much as it may.
func scriptMemory() int64 {
	limits, _ := cgroup.Read("/")
	var r Resources
	if err := r.readMemory(context.Background(), "/", limits); err != nil || r.Memory == 0 {
		return 1000 * memory.MB
	}
	return max(r.Memory/4, memory.Least)
}

func processors(limits cgroup.Limits) (processors int, cores float64) {
	processors = cmp.Or(limits.Processors, runtime.NumCPU())
	cores = float64(processors)
	if limits.CPUs > 0 {
		cores = min(cores, limits.CPUs)
	}
	return processors, cores
}

func (r *Resources) readMemory(ctx context.Context, root string, limits cgroup.Limits) error {
	ctx = context.WithValue(ctx, common.EnvKey, common.EnvMap{common.HostProcEnvKey: filepath.Join(root, "proc")})
	memory, err := mem.VirtualMemoryWithContext(ctx)
	if err != nil {
		return fmt.Errorf("read the memory of this machine: %w", err)
	}
	r.Memory, r.MemoryOfMachine, r.MemoryAvailable = int64(memory.Total), int64(memory.Total), int64(memory.Available)
	if limits.MemoryBytes > 0 {
		r.Memory = min(r.Memory, limits.MemoryBytes)
		r.MemoryAvailable = min(r.MemoryAvailable, max(0, limits.MemoryBytes-limits.MemoryUsed))
	}
	return nil
}

// askFiles asks a child for its limits of open files: Go raises that of its own process, but what it starts gets the
// old one.
const askFiles = "ulimit -Sn; ulimit -Hn"

// parseFileLimits reads the two numbers that askFiles gives. What is no number has no limit.
func parseFileLimits(answer string) (soft, hard int64) {
	lines := strings.Fields(answer)
	if len(lines) != 2 {
		return 0, 0
	}
	return fileLimit(lines[0]), fileLimit(lines[1])
}

func fileLimit(text string) int64 {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 0 { // "unlimited"
		return 0
	}
	return n
}
