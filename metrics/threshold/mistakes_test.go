package threshold

import (
	"errors"
	"strings"
	"testing"

	"github.com/liveload/liveload/metrics"
)

func known(t *testing.T) *metrics.Registry {
	t.Helper()
	r := metrics.NewRegistry()
	for _, m := range []metrics.Metric{
		{Name: "queue_length", Kind: metrics.Gauge},
		{Name: "bonus_us", Kind: metrics.Histogram, Unit: "parcels"},
		{Name: "temp", Kind: metrics.Gauge, Unit: "°C"},
		{Name: "weight", Kind: metrics.Counter, Unit: metrics.Bytes},
		{Name: "search", Kind: metrics.Histogram, Unit: metrics.Microseconds},
		{Name: "cart_total", Kind: metrics.Histogram, Unit: metrics.Ratio, Tagged: true},
		metrics.CustomRate("logins"),
		metrics.CustomCounter("orders"),
	} {
		if _, err := r.Register(m); err != nil {
			t.Fatal(err)
		}
	}
	r.SetValues(metrics.ActionDuration, "operation", []string{"check", "click", "fill", "navigate", "waitForText", "waitForURL", "a", "b", "c", "d", "e", "f"})
	return r
}

const events = "liveview_event_duration_us"

// Every mistake in an expression says what is wrong, where, and what to write.
func TestMistakesInExpressions(t *testing.T) {
	cases := []struct {
		metric, expression string
		column             int
		problem            string
	}{
		{events, "", 1, `it is empty: write for example p(95)<250ms`},
		{events, "  ", 1, `it is empty: write for example p(95)<250ms`},
		{events, "<250ms", 1, `it begins with "<", but must begin with what is measured: p(95), avg, min, max, med, count, rate or value`},
		{events, "p95<250ms", 1, `"p95" is no percentile: write p(95)`},
		{events, "p99.9<250ms", 1, `"p99.9" is no percentile: write p(99.9)`},
		{events, "p<250ms", 1, `there is no "p": did you mean p(95)?`},
		{events, "p(95<250ms", 11, `the parenthesis is not closed: write for example p(95)<250ms`},
		{events, "p()<250ms", 3, `the percentile is missing: write for example p(95)`},
		{events, "p(high)<250ms", 3, `"high" is no percentile: write a number from 0 to 100, such as p(95) or p(99.9)`},
		{events, "p(NaN)<250ms", 3, `"NaN" is no percentile: write a number from 0 to 100, such as p(95) or p(99.9)`},
		{events, "p(101)<250ms", 3, `the percentile 101 does not exist: write a number from 0 to 100, such as p(95) or p(99.9)`},
		{events, "p(-1)<250ms", 3, `the percentile -1 does not exist: write a number from 0 to 100, such as p(95) or p(99.9)`},
		{events, "mean<250ms", 1, `there is no "mean": did you mean avg?`},
		{events, "median<250ms", 1, `there is no "median": did you mean med?`},
		{events, "Avg<250ms", 1, `there is no "Avg": did you mean avg?`},
		{events, "cuont<5", 1, `there is no "cuont": did you mean count?`},
		{events, "zzz<5", 1, `there is no "zzz": write p(95), avg, min, max, med, count, rate or value`},
		{events, "avg()<250ms", 4, `avg takes no parentheses: write avg`},
		{events, "p(95)", 6, `the comparison is missing: write for example p(95)<250ms`},
		{"iterations", "count", 6, `the comparison is missing: write for example count<10`},
		{"checks", "rate", 5, `the comparison is missing: write for example rate<1%`},
		{events, "p(95) 250ms", 7, `a comparison is expected here, not "250ms": write one of <, <=, >, >=, == or !=`},
		{events, "p(95)=250ms", 6, `"=" is no comparison: did you mean ==?`},
		{events, "p(95)=<250ms", 6, `"=<" is no comparison: did you mean <=?`},
		{events, "p(95)<>250ms", 6, `"<>" is no comparison: did you mean !=?`},
		{events, "p(95)<~>250ms", 6, `"<~>" is no comparison: write one of <, <=, >, >=, == or !=`},
		{events, "p(95)<", 7, `the limit is missing: write for example p(95)<250ms`},
		{events, "p(95) < ms", 9, `a number is expected here, not "ms": write for example p(95)<250ms`},
		{events, "avg<1,5ms", 5, `"1,5" is no number: write 1.5, or 15 without a comma between thousands`},
		{events, "avg<1_000ms", 5, `"1_000" is no number: write 1000`},
		{events, "avg<1.2.3ms", 5, `"1.2.3" is no number: write for example 250 or 0.5`},
		{events, "p(95)<-250ms", 7, `nothing that is measured of liveview_event_duration_us is below 0, so this can never hold: write a limit from 0 up`},
		{events, "p(95) <= -250", 10, `nothing that is measured of liveview_event_duration_us is below 0, so this can never hold: write a limit from 0 up`},
		{events, "min>-1ms", 5, `nothing that is measured of liveview_event_duration_us is below 0, so this always holds: write a limit from 0 up`},
		{"iterations", "count>=-1", 8, `nothing that is measured of iterations is below 0, so this always holds: write a limit from 0 up`},
		{"iterations", "rate==-1/s", 7, `nothing that is measured of iterations is below 0, so this can never hold: write a limit from 0 up`},
		{"iterations", "count!=-1e3", 8, `nothing that is measured of iterations is below 0, so this always holds: write a limit from 0 up`},
		{"checks", "rate>-1%", 6, `nothing that is measured of checks is below 0, so this always holds: write a limit from 0 up`},
		{"cart_total", "avg<-5", 5, `nothing that is measured of cart_total is below 0, so this can never hold: write a limit from 0 up`},
		{events, "avg<1e16us", 5, `1e16 is too large: nothing measured is above 1e15`},
		{events, "avg<1e999us", 5, `1e999 is too large: nothing measured is above 1e15`},
		{events, "avg<1ems", 6, `the unit "ems" is not known: write us, ms, s, m, B, kB, MB, % or /s`},
		{events, "avg<1e3", 8, `liveview_event_duration_us is a duration, and 1000 has no unit: write 1000ms for milliseconds or 1000us for microseconds`},
		{events, "p(1e1)<1s", 3, `"1e1" is no percentile: write a number from 0 to 100, such as p(95) or p(99.9)`},
		{events, "avg<-ms", 5, `"-" is no number: write for example 250 or 0.5`},
		{events, "avg<10000000000000000us", 5, `10000000000000000 is too large: nothing measured is above 1e15`},
		{events, "p(95)<250kbs", 10, `the unit "kbs" is not known: write us, ms, s, m, B, kB, MB, % or /s`},
		{events, "p(95)<5min", 8, `the unit "min" is not known: did you mean m?`},
		{"liveview_diff_bytes", "max<5KB", 6, `the unit "KB" is not known: did you mean kB?`},
		{events, "p(95)<250", 10, `liveview_event_duration_us is a duration, and 250 has no unit: write 250ms for milliseconds or 250us for microseconds`},
		{events, "p(95)<250kB", 10, `liveview_event_duration_us is a duration, which is not written in kB: write us, ms, s, m or h`},
		{"liveview_diff_bytes", "max<5ms", 6, `max of liveview_diff_bytes is a size, which is not written in ms: write B, kB, MB or GB`},
		{events, "count<5ms", 8, `count of liveview_event_duration_us is a plain number, which is not written in ms: write it without a unit`},
		{"cart_total", "p(75)<1%", 8, `cart_total is a plain number, which is not written in %: write it without a unit`},
		{"checks", "rate>99", 6, `a share is between 0 and 1, not 99: write 99% for a percentage`},
		{"checks", "rate>101%", 6, `a share is between 0% and 100%, not 101%`},
		{"checks", "rate>5ms", 7, `rate of checks is a share, which is not written in ms: write %`},
		{"iterations", "rate>5%", 7, `iterations is counted for itself, so its rate is a number per second and no share: write 5/s`},
		{"iterations", "rate>5ms", 7, `rate of iterations is a number per second, which is not written in ms: write /s, /m or /h`},
		{"http_bytes_received", "rate>5%", 7, `http_bytes_received is counted for itself, so its rate is a number per second and no share: write 5B/s`},
		{"http_requests{status:5xx}", "rate<1", 7, `the rate of a label of http_requests can be a number per second or a share of all labels: write 1/s or 1%`},
		{"iterations", "p(95)<5", 1, `iterations is a counter, which has no percentiles: write count or rate`},
		{"iterations", "avg<5", 1, `iterations is a counter, which has no avg: write count or rate`},
		{events, "rate<1%", 1, `liveview_event_duration_us is a histogram, which has no rate: write p(95), avg, min, max, med or count`},
		{events, "value<1s", 1, `liveview_event_duration_us is a histogram, which has no value: write p(95), avg, min, max, med or count`},
		{"queue_length", "p(95)<5", 1, `queue_length is a gauge, which has no percentiles: write value, min or max`},
		{"queue_length", "count<5", 1, `queue_length is a gauge, which has no count: write value, min or max`},
		{events, "p(95)<250ms && avg<100ms", 13, `a threshold is one comparison, but "&& avg<100ms" follows: write a second threshold for it`},
		{events, "p(95)<250ms, max<1s", 12, `a threshold is one comparison, but ", max<1s" follows: write a second threshold for it`},
		{events, "p(95)<250ms<300ms", 12, `a threshold is one comparison, but "<300ms" follows: write a second threshold for it`},
		{events, "größe<1", 1, `there is no "größe": write p(95), avg, min, max, med, count, rate or value`},
		{events, "p(95) ≤ 250ms", 7, `a comparison is expected here, not "≤": write one of <, <=, >, >=, == or !=`},
	}
	for _, c := range cases {
		expectMistake(t, Spec{Metric: c.metric, Expression: c.expression}, c.expression, c.column, c.problem)
	}
}

func TestMistakesInMetrics(t *testing.T) {
	cases := []struct {
		metric  string
		column  int
		problem string
	}{
		{"", 1, `the name of a metric is missing: write for example liveview_event_duration_us`},
		{"{name:cart}", 1, `the name of a metric is missing: write for example liveview_event_duration_us`},
		{"iteratoins", 1, `there is no metric "iteratoins": did you mean iterations?`},
		{"liveview_event_duration", 1, `there is no metric "liveview_event_duration": did you mean liveview_event_duration_us?`},
		{"sink_points_spoold", 1, "there is no metric \"sink_points_spoold\": `liveload docs metrics` lists all of them; a script's own are known when it declares them at its top level"},
		{"sink_points_lost", 1, `sink_points_lost is known only when the outputs have ended, after the thresholds: lost points make the exit code 1 by themselves`},
		{"zebra", 1, "there is no metric \"zebra\": `liveload docs metrics` lists all of them; a script's own are known when it declares them at its top level"},
		{"checks[name:cart]", 7, `labels go in braces: write for example checks{name:cart}`},
		{"checks}", 7, `"}" closes nothing: write for example checks{name:cart}`},
		{"checks{", 7, `the brace is not closed: write for example checks{name:cart}`},
		{"checks{name", 7, `the brace is not closed: write for example checks{name:cart}`},
		{"checks{name:cart", 7, `the brace is not closed: write for example checks{name:cart}`},
		{"checks{}", 7, `there is no label in the braces: write for example checks{name:cart}, or no braces`},
		{"checks{name}", 8, `the label "name" has no value: write for example name:cart`},
		{"checks{name:}", 13, `the label "name" has no value: write for example name:cart`},
		{"checks{name:''}", 13, `the label "name" has no value: write for example name:cart`},
		{"checks{:cart}", 8, `the name of a label is missing: write for example name:cart`},
		{"checks{name:cart,}", 18, `the name of a label is missing: write for example name:cart`},
		{"checks{name=cart}", 12, `label and value have a colon between them: write name:...`},
		{"checks{name:cart,name:shop}", 18, `the label "name" is there twice: remove one`},
		{"checks{name:'cart}", 13, `the quote is not closed: write for example {name:'cart'}`},
		{"checks{name:'cart' shop}", 20, `a comma or a closing brace is expected here, not "shop"`},
		{"checks{name:cart} now", 19, `nothing can follow the labels, but "now" does: remove it`},
		{"checks{nmae:cart}", 8, `checks has no label "nmae": did you mean name?`},
		{events + "{pgae:/a}", 28, `liveview_event_duration_us has no label "pgae": did you mean page?`},
		{events + "{status class:5xx}", 28, `liveview_event_duration_us has no label "status class": write event, page or scenario`},
		{"iterations{zzz:cart}", 12, `iterations has no label "zzz": write outcome or scenario`},
		{"logins{outcom:pass}", 8, `logins has no label "outcom": did you mean outcome?`},
		{"logins{outcome:ok}", 16, `outcome of logins is never "ok": write pass or fail`},
		{"orders{scenaro:pass}", 8, `orders has no label "scenaro": did you mean scenario?`},
		{"checks{outcome:passed}", 16, `outcome of checks is never "passed": did you mean pass?`},
		{"action_duration_us{operation:clik}", 30, `operation of action_duration_us is never "clik": did you mean click?`},
		{"action_duration_us{operation:cilck}", 30, `operation of action_duration_us is never "cilck": did you mean click?`},
		{"action_duration_us{operation:zzzzzz}", 30, `operation of action_duration_us is never "zzzzzz": write one of check, click, fill, navigate, waitForText, waitForURL, a, b, c, d, e, f`},
		{"iteration_response_us{outcome:time}", 31, `outcome of iteration_response_us is never "time": did you mean timeout?`},
		{"dropped_iterations{cause:no user}", 26, `cause of dropped_iterations is never "no user": write no free user, no session or not begun in time`},
		{"late_iterations{cause:x}", 23, `cause of late_iterations is never "x": write user was starting or load generator was late`},
		{"liveview_errors{kind:join}", 22, `kind of liveview_errors is never "join": did you mean join crash?`},
		{"liveview_loading_class_duration_us{class:click}", 42, `class of liveview_loading_class_duration_us is never "click": write phx-click-loading, phx-submit-loading, phx-change-loading, phx-focus-loading, phx-blur-loading, phx-keydown-loading, phx-keyup-loading or phx-hook-loading`},
		{"iterations{outcome:okay}", 20, `outcome of iterations is never "okay": did you mean ok?`},
		{"http_requests{status:500}", 22, `status of http_requests is never "500": write 1xx, 2xx, 3xx, 4xx, 5xx, failed, opaque or unknown`},
		{"http_request_duration_us{type:documnt}", 31, `type of http_request_duration_us is never "documnt": did you mean document?`},
		{"scenario_duration_us{page:/}", 22, `scenario_duration_us has no label "page": it can only be asked for a scenario, as in scenario_duration_us{scenario:NAME}`},
	}
	for _, c := range cases {
		expectMistake(t, Spec{Metric: c.metric, Expression: "count>0"}, c.metric, c.column, c.problem)
	}
}

// TestOpenLabels: what nobody knows beforehand is never refused.
func TestOpenLabels(t *testing.T) {
	for _, metric := range []string{
		"action_duration_us{operation:click}", "dropped_iterations{cause:no free user}", "liveview_event_duration_us{event:clik}", "step_duration_us{step:clik}", "checks{name:clik}",
		"orders{plan:clik}", "logins{plan:clik,outcome:pass}", "iteration_failures{class:clik}", "liveview_page_loading_duration_us{kind:clik}", "http_request_duration_us{path:/clik}",
	} {
		if _, err := Compile(Spec{Metric: metric, Expression: "count>0"}, known(t)); err != nil {
			t.Errorf("%s: %v", metric, err)
		}
	}
	if _, err := Compile(Spec{Metric: "action_duration_us{operation:clik}", Expression: "count>0"}, metrics.NewRegistry()); err != nil {
		t.Errorf("nobody has said which operations there are: %v", err)
	}
}

func TestMistakesInScenarios(t *testing.T) {
	for metric, want := range map[string]string{
		"checks{scenario:by,name:by}": `threshold of "checks{scenario:by,name:by}", column 17: no scenario is called "by": did you mean buy?`,
		"checks{scenario:zzz}":        `threshold of "checks{scenario:zzz}", column 17: no scenario is called "zzz": write browse or buy`,
		"checks{scenario:buy}":        "",
		"checks":                      "",
	} {
		if err := compile(t, metric, "rate>0").CheckScenario([]string{"browse", "buy"}); err == nil && want != "" || err != nil && err.Error() != want {
			t.Errorf("%s: %v, want %s", metric, err, want)
		}
	}
}

func expectMistake(t *testing.T, s Spec, text string, column int, problem string) {
	t.Helper()
	_, err := Compile(s, known(t))
	var e *Error
	if !errors.As(err, &e) {
		t.Errorf("%s: %q gives %v, want an Error", s.Metric, s.Expression, err)
		return
	}
	if e.Problem != problem || e.Column != column || e.Text != text || e.Spec != s {
		t.Errorf("%s: %q\n got column %d of %q: %s\nwant column %d of %q: %s", s.Metric, s.Expression, e.Column, e.Text, e.Problem, column, text, problem)
	}
	if message := err.Error(); !strings.Contains(message, problem) || strings.Contains(message, "\n") {
		t.Errorf("the message is %q, want one line with %q", message, problem)
	}
}

func TestMistakesOnTheCommandLine(t *testing.T) {
	for text, problem := range map[string]string{
		"":                       `threshold of "", column 1: the name of a metric is missing: write for example liveview_event_duration_us`,
		":p(95)<1s":              `threshold of ":p(95)<1s", column 1: the name of a metric is missing: write for example liveview_event_duration_us`,
		"iterations":             `threshold of "iterations", column 11: a colon and what is expected are missing: write for example liveview_event_duration_us:p(95)<250ms`,
		"iterations count>5":     `threshold of "iterations count>5", column 19: a colon and what is expected are missing: write for example liveview_event_duration_us:p(95)<250ms`,
		"checks{name:a} rate>1%": `threshold of "checks{name:a} rate>1%", column 16: a colon and what is expected are missing: write for example liveview_event_duration_us:p(95)<250ms`,
		"checks{name:a:rate>1%":  `threshold of "checks{name:a:rate>1%", column 7: the brace is not closed: write for example checks{name:a:rate>1%}`,
		"iterations: cuont>5":    `threshold "cuont>5" of iterations, column 1: there is no "cuont": did you mean count?`,
		"iterations:":            `threshold "" of iterations, column 1: it is empty: write for example p(95)<250ms`,
	} {
		if _, err := ParseFlag(text); err == nil || err.Error() != problem {
			t.Errorf("ParseFlag(%q) =\n     %v\nwant %s", text, err, problem)
		}
	}
}
