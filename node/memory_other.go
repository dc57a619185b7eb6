//go:build !linux

package node

import "github.com/shirou/gopsutil/v4/process"

// memoryOf returns the resident memory of a process, none of one that has ended. What of it is shared is not known here.
func memoryOf(p *process.Process) (rss, private int64) {
	info, err := p.MemoryInfo()
	if err != nil {
		return 0, 0
	}
	return int64(info.RSS), 0
}
