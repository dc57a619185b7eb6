package metrics

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// WriteResults writes a Result file: a JSON array.
func WriteResults(w io.Writer, results []Result) error {
	if results == nil {
		results = []Result{}
	}
	if err := json.NewEncoder(w).Encode(results); err != nil {
		return fmt.Errorf("write results: %w", err)
	}
	return nil
}

// ReadResults reads a Result file and checks what readers rely on, so that they can index percentiles
// without looking.
func ReadResults(r io.Reader) ([]Result, error) {
	d := json.NewDecoder(r)
	var results []Result
	if err := d.Decode(&results); err != nil {
		return nil, fmt.Errorf("read results: %w", err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("read results: there is more after the JSON array; a Result file holds one array")
	}
	for i := range results {
		if err := results[i].check(); err != nil {
			return nil, fmt.Errorf("read results: scenario %d, %q: %w", i+1, results[i].Name, err)
		}
	}
	return results, nil
}

func (r *Result) check() error {
	if r.Name == "" {
		return errors.New(`"name" is missing: this is not a Result of liveload`)
	}
	if r.Error != "" {
		return nil
	}
	points := len(r.QuantilePoints)
	if points != len(quantilePoints()) {
		return fmt.Errorf(`"quantile_points" has %d entries, not 101`, points)
	}
	if r.BucketWidthMS <= 0 {
		return fmt.Errorf(`"bucket_width_ms" is %d, not above 0`, r.BucketWidthMS)
	}
	if err := r.Global.check(points); err != nil {
		return fmt.Errorf("global: %w", err)
	}
	for _, n := range r.Nodes {
		if n.Result == nil {
			continue
		}
		if err := n.Result.check(points); err != nil {
			return fmt.Errorf("node %q: %w", n.Node, err)
		}
	}
	return nil
}

func (r *ScenarioResult) check(points int) error {
	if err := checkHistograms(r.Histograms, points); err != nil {
		return err
	}
	for _, b := range r.TimeSeries {
		if err := checkHistograms(b.Histograms, points); err != nil {
			return fmt.Errorf("bucket at %d ms: %w", b.OffsetMS, err)
		}
	}
	return nil
}

func checkHistograms(histograms map[string]HistogramBy, points int) error {
	for name, h := range histograms {
		if len(h.Aggregate.Values) != points {
			return fmt.Errorf("%s has %d values, not %d", name, len(h.Aggregate.Values), points)
		}
		for label, v := range h.By {
			if len(v.Values) != points {
				return fmt.Errorf("%s of %q has %d values, not %d", name, label, len(v.Values), points)
			}
		}
	}
	return nil
}

// quantilePoints returns 0.00, 0.01, ... 1.00.
func quantilePoints() []float64 {
	points := make([]float64, 101)
	for i := range points {
		points[i] = float64(i) / 100
	}
	return points
}
