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
	for i := range results {
		c := comparison{t, s, &results[i], at}
		for name, h := range c.result.Global.Histograms {
			c.histogram(name, h, classic)
		}
		for name, counter := range c.result.Global.Counters {
			compareSets(c, name, counter, c.of("liveload_"+strings.TrimSuffix(name, "_total")+"_total", ""), func(want int64) float64 { return float64(want) }, 0)
		}
		for name, g := range c.result.Global.Gauges {
			compareSets(c, name, g, c.of("liveload_"+name, ""), func(want metrics.GaugeValue) float64 { return want.Last }, 0)
		}
		c.users()
	}
}

type comparison struct {
	t      testing.TB
	server *Server
	result *metrics.Result
	at     time.Time
}

// of returns the expression for a metric of this Result, or of what nodes measured about themselves.
func (c comparison) of(metric, matchers string) string {
	return fmt.Sprintf("%s{run=%q, scenario=~%q%s}", metric, c.result.RunID, c.result.Name+"|", matchers)
}

func (c comparison) histogram(name string, h metrics.By[metrics.HistogramValues], classic bool) {
	metric := "liveload_" + name
	count := func(want metrics.HistogramValues) float64 { return float64(want.Count) }
	sum := func(want metrics.HistogramValues) float64 { return want.Sum }
	if classic {
		compareSets(c, name, h, c.of(metric+"_count", ""), count, 0)
		compareSets(c, name, h, c.of(metric+"_sum", ""), sum, 1e-12)
	} else {
		compareSets(c, name, h, "histogram_count("+c.of(metric, "")+")", count, 0)
		compareSets(c, name, h, "histogram_sum("+c.of(metric, "")+")", sum, 1e-12)
	}
	for _, p := range []float64{50, 90, 95, 99} {
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

// sets returns a value for each set of labels.
func (c comparison) sets(query string) map[metrics.Labels]float64 {
	c.t.Helper()
	found := make(map[metrics.Labels]float64)
	for _, sample := range c.server.Query(c.t, query, c.at) {
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
