package metrics

// A bufferedSeries is what was recorded of one series since the last snapshot.
type bufferedSeries struct {
	count  int64     // of a counter
	values []float64 // of a histogram, that are not in sketch
	sketch Sketch
}

const (
	// mostValues is how many values wait to be sketched. Many at once are cheaper.
	mostValues = 1024
	// mostRoom is how many values the series of a shard have room for together that they keep for the next snapshot.
	mostRoom = 16 * mostValues
)

// observe records a value in one of the shard's series.
func (s *shard) observe(in *bufferedSeries, v float64) {
	switch {
	case len(in.values) == mostValues:
		in.settle()
		s.values -= mostValues
	case s.values >= mostRoom:
		s.settleAll()
	}
	in.values = append(in.values, v)
	s.values++
}

// settleAll sketches what waits in many series, and gives back their room.
func (s *shard) settleAll() {
	for _, one := range s.series {
		one.settle()
		one.values = nil
	}
	s.values = 0
}

// settle moves the values into the sketch.
func (s *bufferedSeries) settle() {
	if len(s.values) == 0 {
		return
	}
	s.sketch = s.sketch.Plus(SketchOf(s.values))
	s.values = s.values[:0]
}

func (s *bufferedSeries) empty() bool { return s.count == 0 && len(s.values) == 0 && s.sketch == "" }

// take moves the samples of another series here, which keeps its memory for the next ones.
func (s *bufferedSeries) take(from *bufferedSeries) {
	s.count = plus(s.count, from.count)
	s.values = append(s.values, from.values...)
	s.sketch = s.sketch.Plus(from.sketch)
	from.count, from.values, from.sketch = 0, from.values[:0], ""
}
