package node

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"runtime"
	"sync"
	"time"

	"github.com/shirou/gopsutil/v4/cpu"
	"github.com/shirou/gopsutil/v4/process"

	"github.com/liveload/liveload/node/cgroup"
)

// A Machine is the MachineProbe of the machine that we run on.
type Machine struct {
	Cores  float64 // that this process and the browsers may use; 0 is what the Go runtime uses
	Limits *Limits // of the run; nil watches none

	at    time.Time
	times cpu.TimesStat     // of the whole machine, at the last call
	spent map[int32]float64 // CPU seconds of each of our processes, at the last call

	family  []*process.Process
	sampled int
}

// familyEvery is after how many samples our processes are listed again: going through all processes of the machine
// costs more than everything else here.
const familyEvery = 5

// familyNew is for how many samples they are listed each time: users that have just begun start browsers and pages.
const familyNew = 10

// rememberBoot keeps gopsutil from reading the time of the boot again and again.
var rememberBoot = sync.OnceFunc(func() { process.EnableBootTimeCache(true) })

// Begin implements MachineProbe.
func (m *Machine) Begin() error {
	rememberBoot()
	*m = Machine{Cores: m.Cores, Limits: m.Limits}
	_, err := m.Sample()
	return err
}

// Sample returns as CPUPercent the busier of two: the whole machine, and our processes on the processors that we may use.
// In a container with a small share of a big machine only the latter shows that we are at the limit. RSSBytes has
// memory that processes share once for each of them.
func (m *Machine) Sample() (Usage, error) {
	all, err := cpu.Times(false)
	if err != nil || len(all) == 0 {
		return Usage{}, fmt.Errorf("read the machine's CPU times: %w", err)
	}
	if m.sampled < familyNew || m.sampled%familyEvery == 0 {
		if m.family, err = ownProcesses(); err != nil {
			return Usage{}, err
		}
	}
	m.sampled++
	now := time.Now()
	used, known, spent := m.sampleFamily()
	elapsed, before := now.Sub(m.at).Seconds(), m.times
	m.at, m.times, m.spent = now, all[0], spent
	cores := cmp.Or(m.Cores, float64(runtime.GOMAXPROCS(0)))
	ours := 100 * known.Seconds() / elapsed / cores
	used.CPUPercent = min(100, max(ours, busyPercent(before, all[0])))
	limits, _ := cgroup.Read("/") // what cannot be read sets no limit
	used.MemoryTaken = memoryTaken(limits)
	if m.Limits != nil {
		used.Limits = m.Limits.Sample(limits, m.family)
	}
	return used, nil
}

// memoryTaken returns which share of the memory that we may use is taken, in percent; 0 when that is not known.
func memoryTaken(limits cgroup.Limits) float64 {
	var r Resources
	if err := r.readMemory(context.Background(), "/", limits); err != nil || r.Memory <= 0 {
		return 0
	}
	return 100 * (1 - float64(r.MemoryAvailable)/float64(r.Memory))
}

// sampleFamily returns what our processes use, and the CPU seconds of each. What those have spent that were known before
// was spent since the last sample; that of a new one may be from some seconds. A process that has ended is left out.
func (m *Machine) sampleFamily() (used Usage, known time.Duration, spent map[int32]float64) {
	spent = make(map[int32]float64, len(m.family))
	all := 0.0
	for _, p := range m.family {
		if t, err := p.Times(); err == nil {
			spent[p.Pid] = t.User + t.System
			before, isKnown := m.spent[p.Pid]
			grown := max(0, spent[p.Pid]-before)
			all += grown
			if isKnown {
				known += time.Duration(grown * float64(time.Second))
			}
		}
		rss, private := memoryOf(p)
		used.RSSBytes += rss
		used.PrivateBytes += private
	}
	used.CPUTime = time.Duration(all * float64(time.Second))
	return used, known, spent
}

func busyPercent(before, after cpu.TimesStat) float64 {
	idle := (after.Idle + after.Iowait) - (before.Idle + before.Iowait)
	total := totalTime(after) - totalTime(before)
	if total <= 0 {
		return 0
	}
	return min(100, max(0, 100*(total-idle)/total))
}

// totalTime leaves guest time out, which is part of user time.
func totalTime(t cpu.TimesStat) float64 {
	return t.User + t.System + t.Idle + t.Nice + t.Iowait + t.Irq + t.Softirq + t.Steal
}

// ownProcesses returns this process and all its descendants.
func ownProcesses() ([]*process.Process, error) {
	pids, err := process.Pids()
	if err != nil {
		return nil, fmt.Errorf("list processes: %w", err)
	}
	children := make(map[int32][]*process.Process, len(pids))
	for _, pid := range pids {
		p := &process.Process{Pid: pid} // NewProcess would read more than the parent
		if parent, err := p.Ppid(); err == nil {
			children[parent] = append(children[parent], p)
		}
	}
	family := []*process.Process{{Pid: int32(os.Getpid())}}
	for i := 0; i < len(family); i++ {
		family = append(family, children[family[i].Pid]...)
	}
	return family, nil
}
