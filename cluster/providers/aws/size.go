package aws

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// A taskSize is how large a task is, in the units of ECS.
type taskSize struct {
	cpu    int // in 1/1024 of a vCPU
	memory int // in MiB
}

// sizes are those that Fargate has for Linux, smallest first.
func sizes() (all []taskSize) {
	const gib = 1024
	all = append(all, taskSize{256, gib / 2})
	for _, row := range []struct{ cpu, least, most, step int }{
		{256, 1, 2, 1}, {512, 1, 4, 1}, {1024, 2, 8, 1}, {2048, 4, 16, 1}, {4096, 8, 30, 1}, {8192, 16, 60, 4}, {16384, 32, 120, 8},
	} {
		for memory := row.least; memory <= row.most; memory += row.step {
			all = append(all, taskSize{row.cpu, memory * gib})
		}
	}
	return all
}

// nearest is the smallest size that Fargate has with at least as much of both, or else the largest.
func (s taskSize) nearest() taskSize {
	all := sizes()
	for _, one := range all {
		if one.cpu >= s.cpu && one.memory >= s.memory {
			return one
		}
	}
	return all[len(all)-1]
}

// readSize reads options such as cpu=0.5 and memory=2GB.
func readSize(cpu, memory string) (s taskSize, err error) {
	if s.cpu, err = readCPU(cpu); err != nil {
		return s, err
	}
	if s.memory, err = readMemory(memory); err != nil {
		return s, err
	}
	if near := s.nearest(); !slices.Contains(sizes(), s) {
		return s, fmt.Errorf("no machines of Fargate have cpu=%s and memory=%s: the nearest are those with cpu=%s and memory=%s",
			cpu, memory, near.cores(), near.mem())
	}
	return s, nil
}

func readCPU(text string) (int, error) {
	n, err := strconv.ParseFloat(text, 64)
	if err != nil || !(n > 0 && n <= 1024) {
		return 0, fmt.Errorf("cpu is %q, but must be a number of vCPUs from 0.25 to 16, such as 2", text)
	}
	return int(n * 1024), nil
}

func readMemory(text string) (int, error) {
	number := strings.TrimRight(text, "GMiBgmb ")
	n, err := strconv.ParseFloat(number, 64)
	unit := 0.0
	switch strings.ToLower(strings.TrimSpace(text[len(number):])) {
	case "gb", "gib", "g":
		unit = 1024
	case "mb", "mib", "m":
		unit = 1
	}
	if err != nil || unit == 0 || !(n > 0 && n*unit <= 1<<30) {
		return 0, fmt.Errorf("memory is %q, but must be as 4GB or 512MB", text)
	}
	return int(n * unit), nil
}

// cores is the number of vCPUs, as people write it.
func (s taskSize) cores() string { return strconv.FormatFloat(float64(s.cpu)/1024, 'g', -1, 64) }

func (s taskSize) mem() string {
	if s.memory%1024 != 0 {
		return strconv.Itoa(s.memory) + "MB"
	}
	return strconv.Itoa(s.memory/1024) + "GB"
}
