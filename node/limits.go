package node

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/shirou/gopsutil/v4/process"
	"golang.org/x/sys/unix"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/node/cgroup"
)

const (
	// nearLimit is from which share of a limit on, in percent, it may be why something failed.
	nearLimit = 95.0
	// leastDisk is what browsers need on the disk: with less, what they write fails, and pages die whose shared memory is there.
	leastDisk = 32 << 20
)

// recent is for how long a limit that was near may be why something failed: what has reached it may be gone by then.
const recent = 10 * time.Second

// Limits watches how near a run is to limits that processes do not survive, beside the memory: of processes and threads, of open
// files, and the disk of its folder. Safe for concurrent use.
type Limits struct {
	Root string // of the file system: "" is "/"

	mu      sync.Mutex
	folder  string
	refused int64            // processes, by the kernel's counter, up to now
	near    map[string]taken // what was near last, by the names of metrics.GeneratorLimit
}

// taken is what of a limit is taken.
type taken struct {
	share float64 // in percent
	text  string  // what is taken of what, such as "60 of 64"
	at    time.Time
}

// Watch begins to watch, for a run that has a folder.
func (l *Limits) Watch(folder string) {
	limits, _ := cgroup.Read(l.root())
	l.mu.Lock()
	defer l.mu.Unlock()
	l.folder, l.refused, l.near = folder, limits.PidsRefused, map[string]taken{}
}

// Sample returns the shares that are taken, in percent, by the names of metrics.GeneratorLimit. The processes are those of the run.
func (l *Limits) Sample(limits cgroup.Limits, family []*process.Process) map[string]float64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	found := l.take(limits)
	if files := l.openFiles(family); files.text != "" {
		found[metrics.LimitFiles] = files
	}
	l.note(found)
	shares := map[string]float64{}
	for name, t := range found {
		shares[name] = t.share
		if near, ok := l.near[name]; ok && time.Since(near.at) <= healthInterval { // what a crash has found since the last Sample
			shares[name] = max(t.share, near.share)
		}
	}
	return shares
}

// Near says which limits are near, or were so a moment ago; "" for none.
func (l *Limits) Near() string {
	limits, _ := cgroup.Read(l.root())
	l.mu.Lock()
	defer l.mu.Unlock()
	l.note(l.take(limits))
	var near []string
	for _, name := range []string{metrics.LimitProcesses, metrics.LimitFiles, metrics.LimitDisk} {
		if t, ok := l.near[name]; ok && time.Since(t.at) < recent {
			near = append(near, fmt.Sprintf("the limit of %s is near: %s", name, t.text))
		}
	}
	return strings.Join(near, "; ")
}

// note keeps what is near.
func (l *Limits) note(found map[string]taken) {
	for name, t := range found {
		if t.share >= nearLimit && l.near != nil {
			t.at = time.Now()
			l.near[name] = t
		}
	}
}

func (l *Limits) root() string {
	if l.Root == "" {
		return "/"
	}
	return l.Root
}

// take reads all but the open files.
func (l *Limits) take(limits cgroup.Limits) map[string]taken {
	found := map[string]taken{}
	if used, most := userTasks(l.root()); most > 0 {
		found[metrics.LimitProcesses] = share(used, most, "this user has %d of %d")
	}
	if limits.Pids > 0 {
		tasks := share(limits.PidsUsed, limits.Pids, "%d of %d are there")
		if refused := limits.PidsRefused - l.refused; refused > 0 {
			tasks.share, tasks.text = 100, fmt.Sprintf("%s, and %d more were refused", tasks.text, refused)
		}
		l.refused = limits.PidsRefused
		if tasks.share >= found[metrics.LimitProcesses].share {
			found[metrics.LimitProcesses] = tasks
		}
	}
	var disk syscall.Statfs_t
	if l.folder != "" && syscall.Statfs(l.folder, &disk) == nil && disk.Blocks > 0 {
		t := share(int64(disk.Blocks-disk.Bavail), int64(disk.Blocks), "")
		free := int64(disk.Bavail) * int64(disk.Bsize)
		t.share, t.text = min(t.share, nearLimit-1), fmt.Sprintf("%s has %d MB free", l.folder, free>>20)
		if free < leastDisk { // a large disk that is nearly full still has room for browsers
			t.share = 100
		}
		found[metrics.LimitDisk] = t
	}
	return found
}

func share(used, most int64, format string) taken {
	t := taken{share: min(100, 100*float64(used)/float64(most))}
	if format != "" {
		t.text = fmt.Sprintf(format, used, most)
	}
	return t
}

// mostWatched is a limit of processes that no run comes near.
const mostWatched = 50_000

// userTasks returns how many processes and threads the user of this process has, and how many he may have; 0 where no such limit
// matters. It is none for root.
func userTasks(root string) (used, most int64) {
	var limit unix.Rlimit
	if os.Geteuid() == 0 || unix.Getrlimit(unix.RLIMIT_NPROC, &limit) != nil || limit.Cur > mostWatched {
		return 0, 0
	}
	threads, _ := filepath.Glob(filepath.Join(root, "proc/[0-9]*/task"))
	for _, folder := range threads {
		var info unix.Stat_t
		if unix.Stat(folder, &info) == nil && info.Uid == uint32(os.Geteuid()) { // a process may have ended
			used += int64(info.Nlink) - 2
		}
	}
	return used, int64(limit.Cur)
}

// openFiles returns what the process has open that is nearest to its limit of open files.
func (l *Limits) openFiles(family []*process.Process) (nearest taken) {
	for _, p := range family {
		folder := filepath.Join(l.root(), "proc", strconv.Itoa(int(p.Pid)))
		info, err := os.Stat(filepath.Join(folder, "fd"))
		if err != nil || info.Size() == 0 { // kernels before 6.2 do not count them
			continue
		}
		open, limit := info.Size(), fileLimitOf(folder)
		if limit <= 0 {
			continue
		}
		if one := share(open, limit, "a process has %d of %d"); one.share > nearest.share {
			nearest = one
		}
	}
	return nearest
}

// fileLimitOf reads the limit of open files of a process; 0 when that is not known, or there is none.
func fileLimitOf(folder string) int64 {
	content, _ := os.ReadFile(filepath.Join(folder, "limits")) // a process may have ended
	for lines := bufio.NewScanner(bytes.NewReader(content)); lines.Scan(); {
		if rest, ok := strings.CutPrefix(lines.Text(), "Max open files"); ok {
			soft, _, _ := strings.Cut(strings.TrimSpace(rest), " ")
			return fileLimit(soft)
		}
	}
	return 0
}
