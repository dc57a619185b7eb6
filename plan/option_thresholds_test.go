package plan

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/liveload/liveload/metrics/threshold"
)

func TestThresholdsOption(t *testing.T) {
	got, err := ReadOptions(map[string]any{"thresholds": map[string]any{
		"liveview_event_duration_us": []any{"p(95)<250ms", "max<2s"},
		"checks{name:cart}":          "rate>0.99",
		"iteration_failures":         []any{map[string]any{"threshold": "rate<0.01", "abortOnFail": true, "delay": "30s"}},
		"cart_total":                 map[string]any{"threshold": "p(75)<0.1", "optional": true, "delay": nil},
		"iterations":                 []any{},
	}})
	want := []threshold.Spec{
		{Metric: "cart_total", Expression: "p(75)<0.1", Optional: true},
		{Metric: "checks{name:cart}", Expression: "rate>0.99"},
		{Metric: "iteration_failures", Expression: "rate<0.01", AbortOnFail: true, Delay: 30 * time.Second},
		{Metric: "liveview_event_duration_us", Expression: "p(95)<250ms"},
		{Metric: "liveview_event_duration_us", Expression: "max<2s"},
	}
	if err != nil || !reflect.DeepEqual(got.Thresholds, want) {
		t.Fatalf("thresholds are %+v, %v; want %+v", got.Thresholds, err, want)
	}

	var p Scenario
	got.Apply(&p)
	described, err := json.Marshal(p.Described()["thresholds"])
	const inResult = `{"cart_total":[{"optional":true,"threshold":"p(75)\u003c0.1"}],` +
		`"checks{name:cart}":["rate\u003e0.99"],` +
		`"iteration_failures":[{"abortOnFail":true,"delay":"30s","threshold":"rate\u003c0.01"}],` +
		`"liveview_event_duration_us":["p(95)\u003c250ms","max\u003c2s"]}`
	if err != nil || string(described) != inResult {
		t.Errorf("the Result says %s, %v; want %s", described, err, inResult)
	}
}

func TestThresholdsOptionRefuses(t *testing.T) {
	of := func(v any) map[string]any { return map[string]any{"checks": v} }
	for _, c := range []struct {
		value any
		want  string
	}{
		{5, `option thresholds is 5, but must be an object such as { liveview_event_duration_us: ['p(95)<250ms'] }`},
		{[]any{"checks:rate>1"}, `is ["checks:rate>1"], but must be an object`},
		{of(5), `option thresholds holds 5 for checks, but each is a text such as 'p(95)<250ms' or an object`},
		{of([]any{"rate>1%", nil}), `holds null for checks, but each is a text`},
		{of(map[string]any{}), `of checks holds an object without threshold: write { threshold: 'p(95)<250ms' }`},
		{of(map[string]any{"threshold": 5}), `of checks: threshold is 5, but must be a text such as 'p(95)<250ms'`},
		{of(map[string]any{"threshold": "rate>1%", "abortOnfail": true}), `of checks: abortOnfail is not known: did you mean abortOnFail?`},
		{of(map[string]any{"threshold": "rate>1%", "zzz": true}), `of checks: zzz is not known: there are threshold, abortOnFail, delay and optional`},
		{of(map[string]any{"threshold": "rate>1%", "abortOnFail": "yes"}), `of checks: abortOnFail is "yes", but must be true or false`},
		{of(map[string]any{"threshold": "rate>1%", "optional": 1}), `of checks: optional is 1, but must be true or false`},
		{of(map[string]any{"threshold": "rate>1%", "abortOnFail": true, "delay": "soon"}), `of checks: delay cannot be read: "soon" is not a duration`},
		{of(map[string]any{"threshold": "rate>1%", "delay": "30s"}), `of checks has a delay, which only abortOnFail waits for: add abortOnFail: true`},
	} {
		if _, err := ReadOptions(map[string]any{"thresholds": c.value}); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("thresholds %v: %v\nwant %q in it", c.value, err, c.want)
		}
	}
}
