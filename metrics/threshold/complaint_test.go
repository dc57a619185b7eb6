package threshold

import (
	"testing"

	"github.com/liveload/liveload/metrics"
)

func TestComplaint(t *testing.T) {
	for _, c := range []struct {
		metric, expression string
		value              float64
		want               string
	}{
		{"liveview_event_duration_us", "p(95)<250ms", 412_000, "p(95) of liveview_event_duration_us was 412 ms, over 250 ms"},
		{"liveview_event_duration_us", "p(99.9)<=2s", 2_000_400, "p(99.9) of liveview_event_duration_us was 2.0004 s, over 2 s"},
		{"iteration_failures", "rate<1%", 0.042, "rate of iteration_failures was 4.2 %, over 1 %"},
		{"iterations", "count<3", 3, "count of iterations was 3, not under 3"},
		{"checks{name:cart}", "rate>99%", 0.5, "rate of checks{name:cart} was 50 %, under 99 %"},
		{"http_requests{status:5xx}", "count==0", 2, "count of http_requests{status:5xx} was 2, not 0"},
		{"orders", "value!=4", 4, "value of orders was 4, exactly 4"},
	} {
		if got := Complaint(metrics.ThresholdOutcome{Metric: c.metric, Expression: c.expression, Value: &c.value}); got != c.want {
			t.Errorf("Complaint(%s: %s, %v) = %q, want %q", c.metric, c.expression, c.value, got, c.want)
		}
	}
	if got := Complaint(metrics.ThresholdOutcome{Metric: "step_duration_us", Expression: "max<1s"}); got != "max of step_duration_us was never measured" {
		t.Errorf("Complaint of nothing = %q", got)
	}
}
