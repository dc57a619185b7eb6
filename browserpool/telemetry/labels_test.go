package telemetry_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/liveload/liveload/browserpool/telemetry"
	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/metrics/threshold"
)

// TestThresholdsKnowTheLabels: what the script writes as a label can be asked for.
func TestThresholdsKnowTheLabels(t *testing.T) {
	var asked []string
	for _, m := range regexp.MustCompile(`count\('(liveview_errors|liveview_navigations|http_requests)', ([^)]*)\)`).FindAllStringSubmatch(telemetry.Script, -1) {
		for _, label := range regexp.MustCompile(`'([^']+)'`).FindAllStringSubmatch(m[2], -1) {
			metric, _ := metrics.NewRegistry().Lookup(m[1])
			asked = append(asked, metric.Name+"{"+metric.Labels[0].Name+":"+label[1]+"}")
		}
	}
	loading := regexp.MustCompile(`phx-\(\?:([a-z|]+)\)-loading`).FindStringSubmatch(telemetry.Script)
	if len(asked) < 6 || loading == nil {
		t.Fatalf("the script writes %q and the loading classes %q", asked, loading)
	}
	for name := range strings.SplitSeq(loading[1], "|") {
		asked = append(asked, metrics.LiveViewLoadingClassDuration.Name+"{class:phx-"+name+"-loading}")
	}
	for _, metric := range asked {
		if _, err := threshold.Compile(threshold.Spec{Metric: metric, Expression: "count>0"}, metrics.NewRegistry()); err != nil {
			t.Error(err)
		}
	}
}
