package playwright

import (
	"context"
	"strconv"
	"testing"
	"time"

	"github.com/liveload/liveload/metrics"
)

func TestCounter(t *testing.T) {
	r := sharedRig(t)
	u := r.user(t, nil)
	ctx := within(t, 30*time.Second)
	app := r.app(t)
	for range 3 {
		must(t, u.Navigate(ctx, app.url+"/counter"), u.WaitForLiveView(ctx))
		for n := 1; n <= 5; n++ {
			must(t, u.Click(ctx, "#inc"), u.WaitForText(ctx, "#count", strconv.Itoa(n)))
		}
	}
	must(t, u.Close(ctx))
	truth := app.Stats()
	if got, want := u.recorded.Count(scenario, metrics.LiveViewEvents, "inc"), truth.Events["inc"]; got != want || want != 15 {
		t.Errorf("events = %d, the demo handled %d", got, want)
	}
	t.Logf("%+v", truth)
	for _, m := range metrics.Catalogue() {
		if l := u.recorded.Labels(scenario, m); len(l) > 0 {
			t.Log(m.Name, l)
		}
	}
	_ = context.Background
}
