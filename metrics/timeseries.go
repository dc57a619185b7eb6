package metrics

// timeSeries holds one part's numbers by bucket.
type timeSeries struct {
	buckets map[int]*seriesBucket
	closed  int // buckets below are closed
	highest int // -1 without buckets
}

type seriesBucket struct {
	active     int64 // users started minus ended in it
	histograms map[metricLabel]*cell
	counters   map[metricLabel]int64
	gauges     map[metricLabel]GaugeValue // nil without any
}

// A cell is a distribution that is packed once it is unlikely to change. A packed one takes some hundred
// bytes, whatever it has seen; a run has a million of them.
type cell struct {
	open   *dist
	packed []byte
}

func newTimeSeries() *timeSeries {
	return &timeSeries{buckets: make(map[int]*seriesBucket), highest: -1}
}

func (t *timeSeries) bucket(i int) *seriesBucket {
	b, ok := t.buckets[i]
	if !ok {
		b = &seriesBucket{histograms: make(map[metricLabel]*cell), counters: make(map[metricLabel]int64)}
		t.buckets[i] = b
		t.highest = max(t.highest, i)
	}
	return b
}

// histogram returns the distribution to merge into.
func (t *timeSeries) histogram(bucket int, key metricLabel) *dist {
	b := t.bucket(bucket)
	c, ok := b.histograms[key]
	if !ok {
		c = &cell{}
		b.histograms[key] = c
	}
	if bucket < t.closed {
		t.closed = bucket // it came late: close it again with the next ones
	}
	return c.unpack()
}

func (t *timeSeries) count(bucket int, key metricLabel, n int64) { t.bucket(bucket).counters[key] += n }

func (t *timeSeries) gauge(bucket int, key metricLabel, g GaugeValue) {
	b := t.bucket(bucket)
	if b.gauges == nil {
		b.gauges = make(map[metricLabel]GaugeValue)
	}
	if known, ok := b.gauges[key]; ok {
		g.Min, g.Max = min(known.Min, g.Min), max(known.Max, g.Max)
	}
	b.gauges[key] = g
}

func (t *timeSeries) active(bucket int, delta int64) { t.bucket(bucket).active += delta }

// close packs all buckets below before.
func (t *timeSeries) close(before int) {
	for ; t.closed < before; t.closed++ {
		b, ok := t.buckets[t.closed]
		if !ok {
			continue
		}
		for _, c := range b.histograms {
			c.pack()
		}
	}
}

func (c *cell) pack() {
	if c.open != nil {
		c.packed, c.open = encodeDist(c.open), nil
	}
}

// unpack returns the distribution, which is open from now on.
func (c *cell) unpack() *dist {
	if c.open == nil {
		c.open = c.read()
		c.packed = nil
	}
	return c.open
}

// read returns the distribution for reading.
func (c *cell) read() *dist {
	switch {
	case c.open != nil:
		return c.open
	case c.packed != nil:
		return mustDecode(c.packed)
	}
	return newDist()
}
