package node

import (
	"context"
	"errors"
	"log/slog"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/liveload/liveload/metrics"
	"github.com/shirou/gopsutil/v4/cpu"
	"github.com/shirou/gopsutil/v4/process"
)

type fakeMachine struct{ fail bool }

func (f fakeMachine) Begin() error { return nil }

func (f fakeMachine) Sample() (Usage, error) {
	if f.fail {
		return Usage{}, errors.New("no /proc here")
	}
	return Usage{CPUPercent: 42, CPUTime: 1500 * time.Millisecond, RSSBytes: 1 << 30, PrivateBytes: 1 << 20}, nil
}

func TestHealthWatchRecordsEachSecond(t *testing.T) {
	for _, fail := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			began := time.Now()
			recorder := metrics.NewRecorder("n1", began, metrics.NewRegistry())
			ctx, cancel := context.WithTimeout(t.Context(), 3500*time.Millisecond)
			defer cancel()
			var log strings.Builder
			watch := HealthWatch{Scope: recorder.Scope(metrics.NodeScope), Node: "n1", Probe: fakeMachine{fail}, Log: slog.New(slog.NewTextHandler(&log, nil))}
			calls := 0
			watch.Run(ctx, func(time.Time) { calls++ })
			if calls != 3 {
				t.Errorf("each was called %d times in 3.5 s, want 3", calls)
			}

			counts, cpuTime := map[string]int64{}, int64(0)
			for _, s := range recorder.Snapshot(time.Now()).Series {
				switch {
				case s.Labels.Get("node") != "n1":
				case s.Sketch != "":
					counts[s.Metric] = s.Sketch.Count()
				case s.Metric == "generator_cpu_us":
					cpuTime = s.Count
				}
			}
			machine, warnings := int64(3), 0
			if fail {
				machine, warnings = 0, 1
			}
			if n := strings.Count(log.String(), "no /proc here"); n != warnings {
				t.Errorf("probe fails: %v; told %d times: %s", fail, n, &log)
			}
			if counts["generator_lag_us"] != 3 || counts["generator_cpu_percent"] != machine || counts["generator_rss_bytes"] != machine || counts["generator_private_bytes"] != machine {
				t.Errorf("probe fails: %v; samples %v, want 3 of the lag and %d of the machine", fail, counts, machine)
			}
			if cpuTime != machine*1_500_000 {
				t.Errorf("probe fails: %v; %d µs of CPU, want 1.5 s for each of %d samples", fail, cpuTime, machine)
			}
		})
	}
}

func TestMachineSeesItsDescendants(t *testing.T) {
	child := exec.Command("sh", "-c", "echo ready; exec cat")
	hold, err := child.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { hold.Close(); child.Wait() })
	if _, err := out.Read(make([]byte, 5)); err != nil {
		t.Fatal(err)
	}
	family, err := ownProcesses()
	if err != nil {
		t.Fatal(err)
	}
	if !slices.ContainsFunc(family, func(p *process.Process) bool { return int(p.Pid) == child.Process.Pid }) {
		t.Errorf("%d processes found, the child %d is not among them", len(family), child.Process.Pid)
	}
}

func TestMachineSeesWork(t *testing.T) {
	var m Machine
	if err := m.Begin(); err != nil {
		t.Fatal(err)
	}
	for until := time.Now().Add(200 * time.Millisecond); time.Now().Before(until); {
	}
	used, err := m.Sample()
	if err != nil || used.CPUPercent <= 0 || used.CPUPercent > 100 || used.CPUTime <= 0 || used.RSSBytes < 1<<20 {
		t.Errorf("Sample after work = %+v, %v: want a share of the CPU and more than a megabyte", used, err)
	}
	if used.PrivateBytes <= 0 || used.PrivateBytes >= used.RSSBytes {
		t.Errorf("%d of %d bytes are shared with nobody: want some, not all", used.PrivateBytes, used.RSSBytes)
	}
}

func TestBusyPercent(t *testing.T) {
	before := cpu.TimesStat{User: 100, Idle: 900, Guest: 50}
	after := cpu.TimesStat{User: 103, Idle: 906, Iowait: 1, Guest: 53}
	if got := busyPercent(before, after); got < 29.9 || got > 30.1 {
		t.Errorf("busyPercent = %v, want 30: 3 of 10 seconds", got)
	}
	if got := busyPercent(after, after); got != 0 {
		t.Errorf("busyPercent of no time = %v, want 0", got)
	}
}

func BenchmarkMachine(b *testing.B) {
	var m Machine
	if err := m.Begin(); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := m.Sample(); err != nil {
			b.Fatal(err)
		}
	}
}

// TestMachineCountsNewProcesses: what a process has spent before it was seen first counts.
func TestMachineCountsNewProcesses(t *testing.T) {
	var m Machine
	if err := m.Begin(); err != nil {
		t.Fatal(err)
	}
	worked := exec.Command("sh", "-c", "n=0; while [ $n -lt 200000 ]; do n=$((n+1)); done; echo done; exec cat")
	hold, err := worked.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := worked.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := worked.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { hold.Close(); worked.Wait() })
	if _, err := out.Read(make([]byte, 5)); err != nil {
		t.Fatal(err)
	}
	its, err := (&process.Process{Pid: int32(worked.Process.Pid)}).Times()
	if err != nil {
		t.Fatal(err)
	}
	spent := time.Duration((its.User + its.System) * float64(time.Second))
	if used, err := m.Sample(); err != nil || spent == 0 || used.CPUTime < spent {
		t.Errorf("%v, %v; want at least the %v that the new process has spent", used.CPUTime, err, spent)
	}
}
