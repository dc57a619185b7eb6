package node

import "github.com/shirou/gopsutil/v4/process"

// memoryOf returns the resident memory of a process, and what of it no other process shares; none of one that has ended.
func memoryOf(p *process.Process) (rss, private int64) {
	info, err := p.MemoryInfoEx()
	if err != nil {
		return 0, 0
	}
	return int64(info.RSS), max(0, int64(info.RSS)-int64(info.Shared))
}
