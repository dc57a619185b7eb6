package memory

import "runtime/metrics"

// A meter reads what Go has in memory. It costs a few microseconds, and nobody waits for it.
type meter struct {
	samples []metrics.Sample
	last    reading
	total   uint64 // allocated since the process began
	cycles  uint64
}

// A reading is the memory of the process at one time, and what has changed since the time before.
type reading struct {
	taken       uint64 // bytes of objects and stacks, with garbage that was not collected yet
	stacks      uint64 // of goroutines
	allocated   uint64 // since the last reading
	grown       uint64 // by how much more is taken
	deeper      uint64 // by how much more stacks have
	collections uint64 // of garbage
}

func (m *meter) sample() reading {
	m.read()
	value := func(i int) uint64 { return m.samples[i].Value.Uint64() }
	now := reading{stacks: value(1), taken: value(0) + value(1)}
	now.allocated, now.collections = value(2)-m.total, value(3)-m.cycles
	if now.taken > m.last.taken {
		now.grown = now.taken - m.last.taken
	}
	if now.stacks > m.last.stacks && m.total > 0 {
		now.deeper = now.stacks - m.last.stacks
	}
	m.last, m.total, m.cycles = now, value(2), value(3)
	return now
}

// taken is what is taken now. It is no sample: what has changed since the last one stays to be told by the next.
func (m *meter) taken() uint64 {
	m.read()
	return m.samples[0].Value.Uint64() + m.samples[1].Value.Uint64()
}

// collections are how many of garbage there have been.
func (m *meter) collections() uint64 {
	m.read()
	return m.samples[3].Value.Uint64()
}

func (m *meter) read() {
	if m.samples == nil {
		for _, name := range []string{
			"/memory/classes/heap/objects:bytes", "/memory/classes/heap/stacks:bytes", "/gc/heap/allocs:bytes", "/gc/cycles/total:gc-cycles",
		} {
			m.samples = append(m.samples, metrics.Sample{Name: name})
		}
	}
	metrics.Read(m.samples)
}
