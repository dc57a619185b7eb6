package report

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/liveload/liveload/metrics"
)

// TestPercentilesOfRawSamples: what a report says of a distribution is within 1 % of what the samples say, and so is each of
// its bins.
func TestPercentilesOfRawSamples(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for name, sample := range map[string]func() float64{
		"a long tail":       func() float64 { return 20_000 * math.Exp(r.NormFloat64()*1.5) },
		"evenly":            func() float64 { return r.Float64() * 1e6 },
		"two humps":         func() float64 { return map[bool]float64{true: 900, false: 2e6}[r.IntN(3) > 0] * (1 + r.Float64()/10) },
		"some take no time": func() float64 { return max(0, r.NormFloat64()) * 5000 },
		"always the same":   func() float64 { return 1234 },
		"tiny":              func() float64 { return r.Float64() / 100 },
	} {
		for _, n := range []int{1, 7, 150, 20_000} {
			raw := make([]float64, n)
			for i := range raw {
				raw[i] = sample()
			}
			slices.Sort(raw)
			values := reported(t, raw)
			for _, one := range []struct{ percentile, got float64 }{{50, values.P50}, {90, values.P90}, {95, values.P95}, {99, values.P99}, {99.9, values.P999}, {100, values.Max}} {
				want := raw[max(0, int(math.Ceil(one.percentile/100*float64(n)*(1-1e-12)))-1)]
				if !near(one.got, want) {
					t.Errorf("%s, %d samples: p%v is %v, want %v within 1 %%", name, n, one.percentile, one.got, want)
				}
			}
			if values.Count != int64(n) || values.Min != raw[0] {
				t.Errorf("%s: %d samples from %v, want %d from %v", name, values.Count, values.Min, n, raw[0])
			}
			checkBins(t, name, values.Bins, raw)
		}
	}
}

// reported is what the JSON of a report has of the samples.
func reported(t *testing.T, raw []float64) Values {
	t.Helper()
	began := time.Date(2026, 8, 1, 12, 0, 0, 0, time.UTC)
	node := metrics.NewRecorder("a", began, metrics.NewRegistry())
	for _, v := range raw {
		node.Scope("buy").Observe(metrics.DocumentLoad, metrics.DocumentLoad.With("/"), v)
	}
	agg := metrics.NewAggregator(metrics.RunInfo{Start: began, Scenarios: []metrics.ScenarioInfo{{Name: "buy"}}})
	agg.Add(node.Snapshot(began.Add(time.Second)))
	text, err := json.Marshal(FromResults(agg.Results(began.Add(time.Second))))
	if err != nil {
		t.Fatal(err)
	}
	var d Data
	if err := json.Unmarshal(text, &d); err != nil {
		t.Fatal(err)
	}
	return d.Scenarios[0].Metrics[0].All
}

func near(got, want float64) bool { return math.Abs(got-want) <= (metrics.RelativeError+1e-4)*want }

// checkBins takes the values out of the bins again, in order.
func checkBins(t *testing.T, name string, b *Bins, raw []float64) {
	t.Helper()
	got := make([]float64, b.Zeros)
	bin := int64(0)
	for i := 0; i < len(b.Steps); i += 2 {
		bin += b.Steps[i]
		for range b.Steps[i+1] {
			got = append(got, math.Pow(BinBase, float64(bin))*(1+metrics.RelativeError))
		}
	}
	if len(got) != len(raw) {
		t.Fatalf("%s: the bins have %d values, want %d", name, len(got), len(raw))
	}
	for i := range raw {
		if !near(got[i], raw[i]) {
			t.Fatalf("%s: value %d of %d is %v in the bins, want %v within 1 %%", name, i+1, len(raw), got[i], raw[i])
		}
	}
}
