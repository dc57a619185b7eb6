package metrics

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	jsonv1 "github.com/go-json-experiment/json/v1"
)

// fileFormat is that of encoding/json, for which options and field tags are made. Unlike encoding/json, this library
// does not hold the whole text in memory.
var fileFormat = json.JoinOptions(jsonv1.DefaultOptionsV1(), jsonv1.ReportErrorsWithLegacySemantics(false))

// longestRun is far longer than any run, and short enough to calculate with.
const longestRun = 100 * 365 * 24 * time.Hour

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
		return json.MarshalEncode(out, struct {
			Name  string `json:"name"`
			Error string `json:"error"`
		}{r.Name, r.Error})
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

func (r *Result) check() error {
	if r.Name == "" {
		return errors.New(`"name" is missing: this is not a Result of liveload`)
	}
	if r.Error != "" {
		return nil
	}
	if r.Format > ResultFormat {
		return fmt.Errorf(`"format" is %d, which liveload %s wrote; this version knows formats up to %d: use a newer one`, r.Format, r.LiveloadVersion, ResultFormat)
	}
	if !slices.Equal(r.QuantilePoints, quantilePoints()) {
		return fmt.Errorf(`"quantile_points" are %d numbers, not the 101 from 0.00 to 1.00`, len(r.QuantilePoints))
	}
	if r.BucketWidthMS <= 0 {
		return fmt.Errorf(`"bucket_width_ms" is %d, not above 0`, r.BucketWidthMS)
	}
	if longest := longestRun.Milliseconds(); r.BucketWidthMS > longest || r.Global.ElapsedMS < 0 || r.Global.ElapsedMS > longest {
		return fmt.Errorf("a run of %d ms in buckets of %d ms is not possible", r.Global.ElapsedMS, r.BucketWidthMS)
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
	for i, piece := range r.Unacknowledged {
		if ms := piece.Result.ElapsedMS; ms < 0 || ms > longestRun.Milliseconds() {
			return fmt.Errorf("unacknowledged: a piece of %d ms is not possible", ms)
		}
		if err := piece.Result.TimeSeries.check(); err != nil {
			return fmt.Errorf("unacknowledged: piece %d: %w", i+1, err)
		}
	}
	return nil
}

// check says which column is not as long as active_users.
func (t *TimeSeries) check() error {
	columns := make(map[string][]int) // their lengths
	if t.NodeCount != nil {
		columns["node_count"] = []int{len(t.NodeCount)}
	}
	for metric, by := range t.Histograms {
		columns[metric] = append(by.Aggregate.lengths(), len(by.Aggregate.P90), len(by.Aggregate.P99))
		for label, h := range by.By {
			columns[metric+" of "+label] = h.lengths()
		}
	}
	addLengths(columns, t.Counters)
	addLengths(columns, t.Gauges)
	for name, lengths := range columns {
		for _, n := range lengths {
			if n != len(t.ActiveUsers) {
				return fmt.Errorf("time_series: a column of %s has %d entries, active_users has %d", name, n, len(t.ActiveUsers))
			}
		}
	}
	return nil
}

func addLengths[T any](columns map[string][]int, all map[string]By[[]T]) {
	for metric, by := range all {
		columns[metric] = []int{len(by.Aggregate)}
		for label, column := range by.By {
			columns[metric+" of "+label] = []int{len(column)}
		}
	}
}

// lengths returns those of the columns that aggregate and labels have.
func (h HistogramSeries) lengths() []int {
	lengths := []int{len(h.Count), len(h.Sum), len(h.P50), len(h.P95), len(h.Max)}
	if h.Sketch != nil {
		lengths = append(lengths, len(h.Sketch))
	}
	return lengths
}

// quantilePoints returns 0.00, 0.01, ... 1.00.
func quantilePoints() []float64 {
	points := make([]float64, 101)
	for i := range points {
		points[i] = float64(i) / 100
	}
	return points
}
