package metrics

import (
	"errors"
	"math"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// HistogramValues are the numbers of a distribution over the whole run. The zero value has none.
type HistogramValues struct {
	Count  int64
	Sum    float64
	Sketch Sketch // the distribution itself, so that it can be merged with others
}

// ValuesOf returns the numbers of a sketch.
func ValuesOf(s Sketch) HistogramValues { return HistogramValues{s.Count(), s.Sum(), s} }

func (h HistogramValues) plus(o HistogramValues) HistogramValues {
	return ValuesOf(h.Sketch.Plus(o.Sketch))
}

// Percentile returns the p-th percentile for p in 0..100, such as 99.9, within RelativeError; 0 when there are no values.
func (h HistogramValues) Percentile(p float64) float64 { return h.quantiles(p / 100)[0] }

// quantiles rounds all but the smallest and the largest value, which are exact.
func (h HistogramValues) quantiles(q ...float64) []float64 {
	v, exact := h.Sketch.Quantiles(q...), h.Sketch.summary()
	for i := range v {
		if v[i] != exact.low && v[i] != exact.high {
			v[i] = min(max(round(v[i], 5), exact.low), exact.high)
		}
	}
	return v
}

// MarshalJSONTo writes all quantile points, for readers that cannot read the sketch.
func (h HistogramValues) MarshalJSONTo(out *jsontext.Encoder) error {
	return json.MarshalEncode(out, struct {
		Count  int64     `json:"count"`
		Sum    float64   `json:"sum"`
		Values []float64 `json:"values"` // at the Result's quantile points
		P999   float64   `json:"p999"`
		Sketch []byte    `json:"sketch"`
	}{h.Count, h.Sum, h.quantiles(quantilePoints()...), h.Percentile(99.9), h.Sketch.Encode()})
}

// UnmarshalJSONFrom reads the sketch; the other fields follow from it.
func (h *HistogramValues) UnmarshalJSONFrom(in *jsontext.Decoder) error {
	var raw struct {
		Sketch []byte `json:"sketch"`
	}
	if err := json.UnmarshalDecode(in, &raw); err != nil {
		return err
	}
	if len(raw.Sketch) == 0 {
		return errors.New(`"sketch" is missing`)
	}
	values, err := DecodeSketch(raw.Sketch)
	if err != nil {
		return err
	}
	*h = ValuesOf(values)
	return nil
}

// round keeps a number of significant digits that is far below the error of a percentile, so that files stay small.
func round(v float64, digits int) float64 {
	if v < 1e-9 {
		return v // and 10 to the power below stays finite
	}
	digits -= 1 + int(math.Floor(math.Log10(v)))
	if digits <= 0 {
		unit := math.Pow10(-digits)
		return math.Round(v/unit) * unit
	}
	scale := math.Pow10(digits)
	return math.Round(v*scale) / scale
}
