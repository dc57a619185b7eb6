package prometheustest

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/sinks/outputtest"
)

// Compare holds what the server knows at a time of every series of a run to its Results: counts as they are, sums too,
// quantiles of native histograms within 3 %, and those that are gauges within 1 %. classic says that the server has
// only counts and sums of histograms.
func (s *Server) Compare(t testing.TB, results []metrics.Result, at time.Time, classic bool) {
	t.Helper()
	answers := make(map[string][]Sample)
	for i := range results {
		c := comparison{t, s, &results[i], at, answers}
		for name, h := range c.result.Global.Histograms {
			c.histogram(name, h, classic)
		}
		for name, counter := range c.result.Global.Counters {
			query := c.of("liveload_"+strings.TrimSuffix(name, "_total")+"_total", "")
			compareSets(c, name, counter, query, func(want int64) float64 { return float64(want) }, 0)
		}
		for name, g := range c.result.Global.Gauges {
			compareSets(c, name, g, c.of("liveload_"+name, ""), func(want metrics.GaugeValue) float64 { return want.Last }, 0)
		}
		c.users()
	}
}

// A comparison is that of one Result.
type comparison struct {
	t       testing.TB
	server  *Server
	result  *metrics.Result
	at      time.Time
	answers map[string][]Sample // by query, for all scenarios
}

// of returns the expression for a metric of the run.
func (c comparison) of(metric, matchers string) string {
	return fmt.Sprintf("%s{run=%q%s}", metric, c.result.RunID, matchers)
}

func (c comparison) histogram(name string, h metrics.By[metrics.HistogramValues], classic bool) {
	metric := "liveload_" + name
	count, sum := c.of(metric+"_count", ""), c.of(metric+"_sum", "")
	if !classic {
		count, sum = "histogram_count("+c.of(metric, "")+")", "histogram_sum("+c.of(metric, "")+")"
	}
	compareSets(c, name, h, count, func(want metrics.HistogramValues) float64 { return float64(want.Count) }, 0)
	compareSets(c, name, h, sum, func(want metrics.HistogramValues) float64 { return want.Sum }, 1e-12)
	for _, p := range []float64{50, 95, 99} {
		quantile := func(want metrics.HistogramValues) float64 { return want.Percentile(p) }
		compareSets(c, name, h, c.of(metric+"_quantile", fmt.Sprintf(`, quantile="%g"`, p/100)), quantile, 0.01)
		if !classic {
			compareSets(c, name, h, fmt.Sprintf("histogram_quantile(%g, %s)", p/100, c.of(metric, "")), quantile, 0.03)
		}
	}
}

// compareSets compares each set of labels of a metric.
func compareSets[T any](c comparison, metric string, want metrics.By[T], query string, value func(T) float64, share float64) {
	c.t.Helper()
	found, wanted := c.sets(query), outputtest.Sets(c.result, metric, want)
	for labels, one := range wanted {
		got, known := found[labels]
		if want := value(one); !known || math.Abs(got-want) > share*math.Abs(want) {
			c.t.Errorf("%s, {%v}: %s is %v (known: %v), in the Result it is %v", c.result.Name, labels, query, got, known, want)
		}
	}
	if len(found) != len(wanted) {
		c.t.Errorf("%s: %s has %d series, in the Result there are %d", c.result.Name, query, len(found), len(wanted))
	}
}

// sets returns a value for each set of labels of this Result, and of what nodes measured about themselves.
func (c comparison) sets(query string) map[metrics.Labels]float64 {
	c.t.Helper()
	if _, asked := c.answers[query]; !asked {
		c.answers[query] = c.server.Query(c.t, query, c.at)
	}
	found := make(map[metrics.Labels]float64)
	for _, sample := range c.answers[query] {
		if scenario, ok := sample.Labels["scenario"]; ok && scenario != c.result.Name {
			continue
		}
		labels := metrics.Labels{}
		for name, value := range sample.Labels {
			switch name {
			case "__name__", "run", "scenario", "job", "instance", "quantile":
			default:
				labels = labels.With(strings.TrimPrefix(name, "tag_"), value)
			}
		}
		found[labels] = sample.Value()
	}
	return found
}

func (c comparison) users() {
	want := c.result.Global.Users
	for metric, n := range map[string]int64{
		"users_started_total": want.Total, "users_succeeded_total": want.Succeeded, "users_failed_total": want.Failed, "users_active": 0,
	} {
		if got := c.sets(c.of("liveload_"+metric, "")); len(got) != 1 || got[metrics.Labels{}] != float64(n) {
			c.t.Errorf("%s: %s is %v, in the Result it is %d", c.result.Name, metric, got, n)
		}
	}
}
