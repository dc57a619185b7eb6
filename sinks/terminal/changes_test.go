package terminal_test

import (
	"strings"
	"testing"

	"github.com/liveload/liveload/metrics"
)

func TestChangesInTheSummary(t *testing.T) {
	r := metrics.Result{Name: "browse", Changes: []metrics.Change{
		{OffsetMS: 12_300, What: metrics.ChangedUsers, From: "10", To: "25"}, {OffsetMS: 61_000, What: metrics.Paused},
	}}
	for range 12 {
		r.Changes = append(r.Changes, metrics.Change{OffsetMS: 90_000, What: metrics.Resumed})
	}
	text := summaryOf(t, r)
	for _, want := range []string{"  changed while it ran\n        12s  users 10 -> 25\n     1m 01s  paused\n", "    and 2 more, which are in the Result"} {
		if !strings.Contains(text, want) {
			t.Errorf("the summary lacks %q:\n%s", want, text)
		}
	}
	r.Changes = nil
	if text := summaryOf(t, r); strings.Contains(text, "changed while it ran") {
		t.Errorf("nothing was changed:\n%s", text)
	}
}
