package main

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// A usage is what a process tree has used so far, by role of its processes.
type usage struct {
	cpu map[string]float64 // seconds of CPU
	pss map[string]float64 // MB of memory, shared pages divided among those who share them
}

const total = "total"

// treeUsage reads the tree below root, root included, from /proc. CPU of processes that have ended and
// were waited for counts with their parent.
func treeUsage(root int) (usage, error) {
	u := usage{cpu: map[string]float64{}, pss: map[string]float64{}}
	processes, err := readProcesses()
	if err != nil {
		return u, err
	}
	for pid, p := range processes {
		if !descends(processes, pid, root) {
			continue
		}
		role := p.role
		if pid == root {
			role = "own process"
		}
		u.cpu[role] += p.cpu
		u.cpu[total] += p.cpu
		pss := proportionalSet(pid)
		u.pss[role] += pss
		u.pss[total] += pss
	}
	return u, nil
}

type process struct {
	parent int
	cpu    float64
	role   string
}

func readProcesses() (map[int]process, error) {
	entries, err := os.ReadDir("/proc")
	if err != nil {
		return nil, fmt.Errorf("read the process table: %w", err)
	}
	processes := map[int]process{}
	for _, e := range entries {
		pid, err := strconv.Atoi(e.Name())
		if err != nil {
			continue
		}
		if p, ok := readProcess(pid); ok {
			processes[pid] = p
		}
	}
	return processes, nil
}

const ticksPerSecond = 100 // USER_HZ, the same on every Linux that Go runs on

func readProcess(pid int) (process, bool) {
	stat, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "stat"))
	if err != nil {
		return process{}, false // it has ended meanwhile
	}
	text := string(stat)
	fields := strings.Fields(text[strings.LastIndexByte(text, ')')+1:])
	parent, _ := strconv.Atoi(fields[1])
	var ticks float64
	for _, f := range fields[11:15] {
		n, _ := strconv.ParseFloat(f, 64)
		ticks += n
	}
	return process{parent: parent, cpu: ticks / ticksPerSecond, role: role(pid, text)}, true
}

func role(pid int, stat string) string {
	raw, _ := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "cmdline"))
	line := strings.ReplaceAll(string(raw), "\x00", " ")
	switch {
	case strings.Contains(line, "run-driver"):
		return "driver"
	case strings.Contains(line, "--type=renderer"):
		return "renderers"
	case strings.Contains(line, "--type="), strings.Contains(line, "headless"):
		return "browser"
	}
	return stat[strings.IndexByte(stat, '(')+1 : strings.LastIndexByte(stat, ')')]
}

func descends(processes map[int]process, pid, root int) bool {
	for pid > 1 && pid != root {
		pid = processes[pid].parent
	}
	return pid == root
}

func proportionalSet(pid int) float64 {
	f, err := os.Open(filepath.Join("/proc", strconv.Itoa(pid), "smaps_rollup"))
	if err != nil {
		return 0
	}
	defer f.Close()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		if rest, ok := strings.CutPrefix(lines.Text(), "Pss:"); ok {
			kB, _ := strconv.ParseFloat(strings.Fields(rest)[0], 64)
			return kB / 1024
		}
	}
	return 0
}

func (u usage) minus(before usage) usage {
	d := usage{cpu: map[string]float64{}, pss: u.pss}
	for role, v := range u.cpu {
		d.cpu[role] = v - before.cpu[role]
	}
	return d
}
