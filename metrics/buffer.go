package metrics

// A bufferedSeries is what was recorded of one series since the last snapshot.
type bufferedSeries struct {
	count  int64     // of a counter
	values []float64 // of a histogram, that are not in sketch
	sketch Sketch
}

// mostValues is how many values wait to be sketched. Many at once are cheaper.
const mostValues = 1024

func (s *bufferedSeries) observe(v float64) {
	if len(s.values) == mostValues {
		s.settle()
	}
	s.values = append(s.values, v)
}

// settle moves the values into the sketch.
func (s *bufferedSeries) settle() {
	s.sketch = s.sketch.Plus(SketchOf(s.values))
	s.values = s.values[:0]
}

func (s *bufferedSeries) empty() bool { return s.count == 0 && len(s.values) == 0 && s.sketch == "" }

// take moves the samples of another series here, which keeps its memory for the next ones.
func (s *bufferedSeries) take(from *bufferedSeries) {
	s.count += from.count
	s.values = append(s.values, from.values...)
	s.sketch = s.sketch.Plus(from.sketch)
	from.count, from.values, from.sketch = 0, from.values[:0], ""
}
