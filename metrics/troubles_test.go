package metrics

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/liveload/liveload/statuses"
)

func troubled(options any) *Result {
	return &Result{Options: options, Global: ScenarioResult{Counters: map[string]CounterBy{
		Iterations.Name: {Aggregate: 8},
		HTTPRequests.Name: {Series: []LabelledValue[int64]{
			{HTTPRequests.With("2xx", "document", "200", "h:1", "/"), 20},
			{HTTPRequests.With("4xx", "document", "404", "h:1", "/gone"), 5},
			{HTTPRequests.With("5xx", "document", "503", "h:1", "/"), 6},
			{HTTPRequests.With("4xx", "image"), 2},
			{HTTPRequests.With("failed", "fetch", "", "h:2", "/x"), 4},
			{HTTPRequests.With("3xx", "document"), 3},
		}},
		HTTPRequestFailures.Name: {Series: []LabelledValue[int64]{
			{HTTPRequestFailures.With("network", "fetch", "h:2", "/x"), 3},
			{HTTPRequestFailures.With("aborted", "fetch", "h:2", "/x"), 1},
			{HTTPRequestFailures.With("blocked", "image"), 9},
		}},
		Checks.Name: {Series: []LabelledValue[int64]{
			{Checks.With("full", OutcomePass), 7},
			{Checks.With("full", OutcomeFail), 1},
			{Checks.With("full", OutcomeFail).With("plan", "pro"), 2},
			{Checks.With("empty", OutcomePass), 8},
		}},
	}}}
}

func TestTroubles(t *testing.T) {
	r := troubled(nil)
	want := []FailedRequest{{"503 document", "h:1/", 6}, {"404 document", "h:1/gone", 5}, {"network fetch", "h:2/x", 3}, {"4xx image", "", 2}}
	if got := r.FailedRequests(); !slices.Equal(got, want) {
		t.Errorf("failed requests %v, want %v", got, want)
	}
	if got, want := r.FailedChecks(), []FailedCheck{{"full {plan=pro}", 2, 2}, {"full", 1, 8}}; !slices.Equal(got, want) {
		t.Errorf("failed checks %v, want %v", got, want)
	}
}

// TestTroublesOfTooManyKinds: what is not kept of them is not made up. A document whose status was not kept may be an accepted one.
func TestTroublesOfTooManyKinds(t *testing.T) {
	rest := func(m *Metric, values ...string) Labels { return m.OtherLabels(m.With(values...)) }
	r := &Result{Options: map[string]any{"acceptStatus": statuses.Set{"404"}}, Global: ScenarioResult{Counters: map[string]CounterBy{
		HTTPRequests.Name: {Series: []LabelledValue[int64]{
			{rest(HTTPRequests, "4xx", "document", "404", "h", "/a"), 9},
			{rest(HTTPRequests, "5xx", "document", "503", "h", "/b"), 4},
			{rest(HTTPRequests, "4xx", "fetch", "422", "h", "/c"), 3},
		}},
		HTTPRequestFailures.Name:         {Series: []LabelledValue[int64]{{rest(HTTPRequestFailures, "network", "fetch", "h", "/x"), 2}}},
		WebSocketConnectionFailures.Name: {Series: []LabelledValue[int64]{{rest(WebSocketConnectionFailures, "status 503", "ws://h/"), 1}}},
	}}}
	want := []FailedRequest{{"5xx document", "", 4}, {"4xx fetch", "", 3}, {"network fetch", "", 2}, {"websocket", "", 1}}
	if got := r.FailedRequests(); !slices.Equal(got, want) {
		t.Errorf("failed requests %v, want %v", got, want)
	}
}

// TestAcceptedStatuses: a Result says what the scenario accepts, also after it was written and read.
func TestAcceptedStatuses(t *testing.T) {
	options := map[string]any{"acceptStatus": statuses.Set{"404", "5xx"}}
	text, err := json.Marshal(options)
	if err != nil {
		t.Fatal(err)
	}
	var read any
	if err := json.Unmarshal(text, &read); err != nil {
		t.Fatal(err)
	}
	want := []FailedRequest{{"network fetch", "h:2/x", 3}, {"4xx image", "", 2}}
	for _, options := range []any{options, read} {
		if got := troubled(options).FailedRequests(); !slices.Equal(got, want) {
			t.Errorf("failed requests %v, want %v", got, want)
		}
	}
}

func TestMeasuredNothing(t *testing.T) {
	for want, r := range map[bool]*Result{true: {}, false: troubled(nil)} {
		if got := r.MeasuredNothing(); got != want {
			t.Errorf("%v measured nothing: %v", r.Global.Counters, got)
		}
	}
	if (&Result{Error: "no file"}).MeasuredNothing() || (&Result{Limit: &Limit{}}).MeasuredNothing() {
		t.Error("a scenario that could not run, or that searches, is said to have measured nothing")
	}
}
