package metrics

import (
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	jsonv1 "github.com/go-json-experiment/json/v1"
)

// fileFormat is that of encoding/json, for which options and field tags are made. Unlike encoding/json, this library
// does not hold the whole text in memory.
var fileFormat = json.JoinOptions(jsonv1.DefaultOptionsV1(), jsonv1.ReportErrorsWithLegacySemantics(false))

// WriteResults writes a Result file: a JSON array.
func WriteResults(w io.Writer, results []Result) error {
	if results == nil {
		results = []Result{}
	}
	if err := json.MarshalEncode(jsontext.NewEncoder(w, fileFormat), results, fileFormat); err != nil {
		return fmt.Errorf("write results: %w", err)
	}
	return nil
}

// ReadResults reads a Result file and checks what readers rely on, so that they can index columns
// without looking.
func ReadResults(r io.Reader) ([]Result, error) {
	var results []Result
	if err := json.UnmarshalRead(r, &results, fileFormat); err != nil {
		return nil, fmt.Errorf("read results: this is not a file that liveload --result wrote: %w", err)
	}
	for i := range results {
		if err := results[i].check(); err != nil {
			return nil, fmt.Errorf("read results: scenario %d, %q: %w", i+1, results[i].Name, err)
		}
	}
	return results, nil
}

// MarshalJSONTo writes {name, error} for a scenario that could not run.
func (r Result) MarshalJSONTo(out *jsontext.Encoder) error {
	if r.Error != "" {
		return json.MarshalEncode(out, failedResult{Name: r.Name, Error: r.Error})
	}
	return json.MarshalEncode(out, plainResult(r))
}

// UnmarshalJSONFrom reads both forms.
func (r *Result) UnmarshalJSONFrom(in *jsontext.Decoder) error {
	var either struct {
		plainResult
		Error string `json:"error"`
	}
	if err := json.UnmarshalDecode(in, &either); err != nil {
		return err
	}
	if *r = Result(either.plainResult); either.Error != "" {
		*r = Result{Name: r.Name, Error: either.Error}
	}
	return nil
}

// plainResult is a Result without its methods, so that they can use the plain encoding.
type plainResult Result

type failedResult struct {
	Name  string `json:"name"`
	Error string `json:"error"`
}

func (r *Result) check() error {
	if r.Name == "" {
		return errors.New(`"name" is missing: this is not a Result of liveload`)
	}
	if r.Error != "" {
		return nil
	}
	if !slices.Equal(r.QuantilePoints, quantilePoints()) {
		return fmt.Errorf(`"quantile_points" are %d numbers, not the 101 from 0.00 to 1.00`, len(r.QuantilePoints))
	}
	if r.BucketWidthMS <= 0 {
		return fmt.Errorf(`"bucket_width_ms" is %d, not above 0`, r.BucketWidthMS)
	}
	if err := r.Global.TimeSeries.check(); err != nil {
		return fmt.Errorf("global: %w", err)
	}
	for _, n := range r.Nodes {
		if n.Result == nil {
			continue
		}
		if err := n.Result.TimeSeries.check(); err != nil {
			return fmt.Errorf("node %q: %w", n.Node, err)
		}
	}
	return nil
}

// check says which column is not as long as active_users.
func (t *TimeSeries) check() error {
	length := len(t.ActiveUsers)
	if t.NodeCount != nil && len(t.NodeCount) != length {
		return wrongLength("node_count", len(t.NodeCount), length)
	}
	return errors.Join(
		checkColumns(t.Histograms, length, HistogramSeries.length, HistogramSeries.labelLength),
		checkColumns(t.Counters, length, columnLength, columnLength),
		checkColumns(t.Gauges, length, columnLength, columnLength),
	)
}

func checkColumns[T any](all map[string]By[T], length int, ofAggregate, ofLabel func(T) int) error {
	for metric, by := range all {
		if n := ofAggregate(by.Aggregate); n != length {
			return wrongLength(metric, n, length)
		}
		for label, column := range by.By {
			if n := ofLabel(column); n != length {
				return wrongLength(metric+" of "+label, n, length)
			}
		}
	}
	return nil
}

func columnLength[T any](column []T) int { return len(column) }

// length returns the length of all columns, -1 when they differ.
func (h HistogramSeries) length() int {
	n := h.labelLength()
	if len(h.P90) != n || len(h.P99) != n {
		return -1
	}
	return n
}

// labelLength is length without the columns that only an aggregate has.
func (h HistogramSeries) labelLength() int {
	n := len(h.Count)
	for _, c := range [][]float64{h.Sum, h.P50, h.P95, h.Max} {
		if len(c) != n {
			return -1
		}
	}
	return n
}

func wrongLength(column string, is, want int) error {
	return fmt.Errorf("time_series: a column of %s has %d entries, active_users has %d", column, is, want)
}

// quantilePoints returns 0.00, 0.01, ... 1.00.
func quantilePoints() []float64 {
	points := make([]float64, 101)
	for i := range points {
		points[i] = float64(i) / 100
	}
	return points
}
