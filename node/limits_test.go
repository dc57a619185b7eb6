package node

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/shirou/gopsutil/v4/process"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/node/cgroup"
	"github.com/liveload/liveload/node/cgroup/cgrouptest"
)

// TestLimits: what is taken of each limit, and which of them may be why something failed.
func TestLimits(t *testing.T) {
	files := map[string]string{"proc/self/cgroup": "0::/a", "sys/fs/cgroup/a/pids.max": "100", "sys/fs/cgroup/a/pids.current": "40", "sys/fs/cgroup/a/pids.events": "max 7"}
	limited := cgrouptest.Root(t, files)
	files["sys/fs/cgroup/a/pids.events"] = "max 9"
	refused := cgrouptest.Root(t, files)
	files["sys/fs/cgroup/a/pids.current"] = "96"
	full := cgrouptest.Root(t, files)
	synctest.Test(t, func(t *testing.T) {
		l := &Limits{Root: limited}
		if l.Near() != "" {
			t.Errorf("before the run: %s", l.Near())
		}
		l.Watch("")
		sample := func(root string) float64 {
			l.Root = root
			limits, err := cgroup.Read(root)
			if err != nil {
				t.Fatal(err)
			}
			return l.Sample(limits, nil)[metrics.LimitProcesses]
		}
		if share := sample(limited); share != 40 || l.Near() != "" {
			t.Errorf("%g %%, %q", share, l.Near())
		}
		const want = "the limit of processes and threads is near: 40 of 100 are there, and 2 more were refused"
		if share := sample(refused); share != 100 || l.Near() != want {
			t.Errorf("%g %%, %q, want %q", share, l.Near(), want)
		}
		if share := sample(refused); share != 100 {
			t.Errorf("what was refused in this second is forgotten: %g %%", share)
		}
		time.Sleep(recent)
		if share := sample(refused); share != 40 || l.Near() != "" {
			t.Errorf("what was refused long ago still counts: %g %%, %q", share, l.Near())
		}
		if share := sample(full); share != 96 || !strings.Contains(l.Near(), "96 of 100 are there") {
			t.Errorf("%g %%, %q", share, l.Near())
		}
	})
}

// TestOpenFiles: the process counts that is nearest to its own limit.
func TestOpenFiles(t *testing.T) {
	limits := func(soft string) string {
		return "Limit                     Soft Limit           Hard Limit           Units\nMax open files            " + soft + "                 524288               files"
	}
	root := cgrouptest.Root(t, map[string]string{"proc/7/limits": limits("1000000"), "proc/7/fd/0": "", "proc/8/limits": limits("unlimited"), "proc/8/fd/0": "", "proc/9/fd/0": ""})
	l := &Limits{Root: root}
	if got := l.openFiles([]*process.Process{{Pid: 7}, {Pid: 8}, {Pid: 9}, {Pid: 10}}); !strings.HasSuffix(got.text, " of 1000000") || got.share <= 0 {
		t.Errorf("found %+v", got)
	}
	here := &Limits{}
	if got := here.openFiles([]*process.Process{{Pid: 1 << 30}}); got.text != "" {
		t.Errorf("a process that is gone has %+v", got)
	}
}

// TestLimitOfTheDisk: a disk without room for browsers is one that is near its limit.
func TestLimitOfTheDisk(t *testing.T) {
	l := &Limits{}
	l.Watch("/proc") // which has no room
	if got, ok := l.take(cgroup.Limits{})[metrics.LimitDisk]; ok {
		t.Errorf("a file system without a size is %+v full", got)
	}
	l.Watch(t.TempDir())
	if got := l.take(cgroup.Limits{})[metrics.LimitDisk]; got.share <= 0 || got.share >= nearLimit || !strings.HasSuffix(got.text, " MB free") {
		t.Errorf("this disk: %+v", got)
	}
}

func BenchmarkLimits(b *testing.B) {
	family, err := ownProcesses()
	if err != nil {
		b.Fatal(err)
	}
	l := &Limits{}
	l.Watch(b.TempDir())
	for b.Loop() {
		l.Sample(cgroup.Limits{}, family)
	}
}
