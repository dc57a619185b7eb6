package compare

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/metrics/threshold"
)

// A Limit is how much worse a number may get.
type Limit struct {
	Text      string // as it was written
	Metric    string
	Key       string // name of the label; "" for the first one of the metric
	Label     string // its value; "" for all together
	Statistic string // p50, p95, p99, share, rate
	Change    float64
	Unit      string // of Change: % for a relative one, or points of a share; "" is that of the metric
}

var limitForm = regexp.MustCompile(`^\s*([A-Za-z_][A-Za-z0-9_]*)\s*(?:\{\s*(?:([A-Za-z_]+)\s*:)?\s*([^{}]*?)\s*\})?\s+(\S+)\s+([+-])\s*([0-9]*\.?[0-9]+)\s*([^\s0-9]*)\s*$`)

// statistics are those that a limit can name, and how else they may be written.
var statistics = map[string]string{
	"p50": "p50", "p95": "p95", "p99": "p99", "share": "share", "rate": "rate",
	"median": "p50", "med": "p50", "p(50)": "p50", "p(95)": "p95", "p(99)": "p99",
}

const forms = "write METRIC STATISTIC CHANGE, such as 'liveview_event_duration_us p95 +10%' or 'liveview_event_duration_us{event:add} p50 +20ms'"

// ParseLimits reads limits with semicolons between them, which may be in labels, too.
func ParseLimits(text string) (all []Limit, err error) {
	for _, one := range between.FindAllString(text, -1) {
		if strings.TrimSpace(one) == "" {
			continue
		}
		l, err := ParseLimit(one)
		if err != nil {
			return nil, err
		}
		all = append(all, l)
	}
	if all == nil {
		_, err = ParseLimit(text)
	}
	return all, err
}

var between = regexp.MustCompile(`(?:[^;{]|\{[^}]*\}?)+`)

// ParseLimit reads a Limit such as "liveview_event_duration_us{event:add} p95 +10%".
func ParseLimit(text string) (Limit, error) {
	found := limitForm.FindStringSubmatch(text)
	if found == nil {
		return Limit{}, fmt.Errorf("%q is no limit: %s; statistics are p50, p95, p99, share and rate", text, forms)
	}
	statistic, ok := statistics[found[4]]
	if !ok {
		return Limit{}, fmt.Errorf("%q: %s is not compared: write p50, p95 or p99 of a distribution, share of a part of something, or rate of what is counted", text, found[4])
	}
	change, err := strconv.ParseFloat(found[5]+found[6], 64)
	if err != nil || change == 0 || math.Abs(change) > 1e12 {
		return Limit{}, fmt.Errorf("%q: a change of %s%s%s is no limit: write for example +10%%, for at most that much more, or -5%%, for at most that much less", text, found[5], found[6], found[7])
	}
	l := Limit{Text: strings.TrimSpace(text), Metric: found[1], Key: found[2], Label: found[3], Statistic: statistic, Change: change, Unit: found[7]}
	if l.Unit == "%" {
		l.Change /= 100
	}
	return l, l.check()
}

// check finds what can be wrong with the limit of a metric that liveload measures by itself. Those of scripts are known
// only from the files.
func (l Limit) check() error {
	m := l.metric()
	if m == nil {
		return nil
	}
	if l.Key != "" && (len(m.Labels) == 0 || m.Labels[0].Name != l.Key) {
		if len(m.Labels) == 0 {
			return fmt.Errorf("%q: %s has no labels", l.Text, m.Name)
		}
		return fmt.Errorf("%q: only the first label of a metric is compared, which is %s of %s", l.Text, m.Labels[0].Name, m.Name)
	}
	if l.Label != "" && len(m.Labels) > 0 && len(m.Labels[0].Values) > 0 && !slices.Contains(m.Labels[0].Values, l.Label) {
		return fmt.Errorf("%q: %s of %s is never %q: write one of %s", l.Text, m.Labels[0].Name, m.Name, l.Label, strings.Join(m.Labels[0].Values, ", "))
	}
	if l.Label != "" && m.Kind == metrics.Counter && (m != metrics.HTTPRequests || !slices.Contains(errorClasses, l.Label)) {
		return fmt.Errorf("%q: counters are compared as a whole, but for %s of http_requests: leave {%s} out", l.Text, strings.Join(errorClasses, " and "), l.Label)
	}
	if isPercentile := l.Statistic[0] == 'p'; isPercentile != (m.Kind == metrics.Histogram) {
		return fmt.Errorf("%q: %s is a %s, of which %s is not compared: write %s", l.Text, m.Name, m.Kind, l.Statistic, map[bool]string{true: "p50, p95 or p99", false: "share or rate"}[m.Kind == metrics.Histogram])
	}
	if _, ok := l.amount(m); !ok {
		return fmt.Errorf("%q: a change of %s cannot be written in %q: write a percentage%s", l.Text, m.Name, l.Unit, absoluteForm(m))
	}
	return nil
}

// metric is the one of the catalogue; nil for those of scripts.
func (l Limit) metric() *metrics.Metric {
	all := metrics.Catalogue()
	if i := slices.IndexFunc(all, func(m *metrics.Metric) bool { return m.Name == l.Metric }); i >= 0 {
		return all[i]
	}
	return nil
}

// absoluteForm says how an absolute change of a metric is written, after "a percentage".
func absoluteForm(m *metrics.Metric) string {
	switch m.Unit {
	case metrics.Microseconds:
		return ", or a time such as +20ms"
	case metrics.Bytes:
		return ", or a size such as +10kB"
	}
	return ", or a number such as +5"
}

// amount is an absolute Change in the unit of the metric. A share and a relative change are in %.
func (l Limit) amount(m *metrics.Metric) (change float64, ok bool) {
	switch {
	case l.Unit == "%":
		return 0, true
	case l.Statistic == "share":
		return 0, false
	case l.Statistic == "rate":
		return threshold.Amount(l.Change, strings.TrimSuffix(l.Unit, "/s"), m.Unit)
	}
	return threshold.Amount(l.Change, l.Unit, m.Unit)
}

// of says whether the limit is about a row.
func (l Limit) of(r Row) bool {
	if r.Name != l.Metric || r.Label != l.Label && (l.Label != "" || !r.only) {
		return false
	}
	if l.Key != "" && (len(r.Metric.Labels) == 0 || r.Metric.Labels[0].Name != l.Key) {
		return false
	}
	if l.Statistic == "rate" {
		return r.Statistic == PerSecond || r.Statistic == PerIteration
	}
	return string(r.Statistic) == l.Statistic
}

// exceeded says whether a row has changed by more than the limit.
func (l Limit) exceeded(r Row) bool {
	change := r.New - r.Old
	limit, _ := l.amount(r.Metric)
	if l.Unit == "%" {
		if r.Change == nil { // it was 0
			return l.Change > 0
		}
		change, limit = *r.Change, l.Change
	}
	return limit > 0 && change > limit || limit < 0 && change < limit
}
